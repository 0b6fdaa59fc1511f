//! From text to tree, by way of the YAML parser's events.

use saphyr_parser::{Event, Parser, ScanError};

use super::build::{Builder, Stop};
use super::index::CharacterIndex;
use super::{MAXIMUM_BYTES, Node, SourceFile, Span, syntax_error};
use crate::diagnostic::{Finding, Report, catalogue};

/// How deep lists and mappings may be nested, aliases counted as what they stand for.
pub const MAXIMUM_DEPTH: usize = 64;

/// How many values a file may hold, aliases counted as what they stand for.
pub const MAXIMUM_NODES: usize = 1_000_000;

pub(super) fn parse(file: &SourceFile, report: &mut Report) -> Option<Node> {
    if file.text().len() > MAXIMUM_BYTES {
        let size = file.text().len();
        report.push(
            Finding::new(
                &catalogue::FILE_TOO_LARGE,
                format!("the file has {size} bytes, more than the {MAXIMUM_BYTES} that are parsed"),
            )
            .help("check that this is the file you meant"),
        );
        return None;
    }
    if let Some(finding) = control_character(file) {
        report.push(finding);
        return None;
    }
    let events = Events::new(file);
    let mut builder = Builder::new(file.text(), report);
    match events.feed(&mut builder) {
        Ok(()) | Err(Stop::KeepTree) => builder.finish(file.content_start()),
        Err(Stop::NoTree) => None,
    }
}

/// YAML allows none of them anywhere, and the parser takes NUL for the end of the text: what follows would be lost.
fn control_character(file: &SourceFile) -> Option<Finding> {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let (start, byte) = file
        .text()
        .bytes()
        .enumerate()
        .find(|(_, byte)| control(*byte))?;
    let span = Span {
        start,
        end: start + 1,
    };
    Some(
        Finding::new(
            &catalogue::CONTROL_CHARACTER,
            format!("the file contains the control character U+{byte:04X}"),
        )
        .at(span, "not allowed in YAML")
        .help(format!(
            "remove it, or write it in double quotes as `\"\\x{byte:02x}\"`"
        )),
    )
}

/// The parser, with its positions turned into byte offsets of the whole text.
struct Events<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    index: CharacterIndex<'a>,
    base: usize,
}

impl<'a> Events<'a> {
    fn new(file: &'a SourceFile) -> Self {
        let base = file.content_start();
        let text = file.text().get(base..).unwrap_or_default();
        Self {
            parser: Parser::new_from_str(text),
            index: CharacterIndex::new(text),
            base,
        }
    }

    fn feed(mut self, builder: &mut Builder<'a, '_>) -> Result<(), Stop> {
        while let Some(next) = self.parser.next_event() {
            match next {
                Ok((Event::StreamEnd, _)) => break,
                Ok((event, place)) => {
                    let start = self.offset(place.start.index());
                    let end = self.offset(place.end.index()).max(start);
                    builder.event(event, Span { start, end })?;
                }
                Err(error) => {
                    builder.report.push(self.syntax_error(&error, builder.text));
                    return Err(Stop::NoTree);
                }
            }
        }
        Ok(())
    }

    fn syntax_error(&self, error: &ScanError, text: &str) -> Finding {
        syntax_error::finding(error.info(), self.offset(error.marker().index()), text)
    }

    fn offset(&self, character: usize) -> usize {
        self.base + self.index.offset(character)
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
pub(super) mod tests;
