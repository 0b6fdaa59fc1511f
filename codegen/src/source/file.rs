//! A file as read.

use super::index::CharacterCounts;
use super::{Node, Position, Span, parse};
use crate::diagnostic::Report;

/// The largest file that is parsed. The largest published capability is far below a hundredth of it.
pub const MAXIMUM_BYTES: usize = 16 * 1024 * 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text with the name it is shown under and an index of its lines.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    characters: CharacterCounts,
}

impl SourceFile {
    /// Takes a text in. The name is only for display and need not be a path.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name: name.into(),
            line_starts: line_starts(&text),
            characters: CharacterCounts::new(&text),
            text,
        }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, as read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset. An offset past the end is the end; a byte order mark takes no column.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let count = |offset| self.characters.before(&self.text, offset);
        Position {
            line,
            column: count(offset) - count(self.line_start(line)) + 1,
        }
    }

    /// The line on which a span begins, from 1.
    pub fn line_of(&self, span: Span) -> usize {
        let offset = self.floor(span.start);
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Parses the text. What is wrong with it goes to the report; a tree comes back whenever there is one to check
    /// further, even beside errors.
    pub fn parse(&self, report: &mut Report) -> Option<Node> {
        parse::parse(self, report)
    }

    /// Where the content begins: after the byte order mark, if there is one.
    pub(crate) fn content_start(&self) -> usize {
        if self.text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        }
    }

    /// The stretch of a line, from 1, without its line break.
    pub(crate) fn line_span(&self, line: usize) -> Span {
        let start = self.line_start(line);
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        Span {
            start,
            end: start + text.trim_end_matches(['\r', '\n']).len(),
        }
    }

    /// The nearest offset at or before this one that is inside the text and between two characters.
    pub(crate) fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset.max(self.content_start())
    }

    fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1)
            .and_then(|index| self.line_starts.get(index).copied())
            .unwrap_or(0)
            .max(self.content_start())
    }
}

/// YAML takes `\n`, `\r\n` and a lone `\r` for a line break.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((offset, byte)) = bytes.next() {
        let followed_by_feed = matches!(bytes.peek(), Some((_, b'\n')));
        if byte == b'\n' || (byte == b'\r' && !followed_by_feed) {
            starts.push(offset + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The column as it is defined: the characters of the line before the offset, counted.
    fn counted(file: &SourceFile, offset: usize) -> usize {
        let offset = file.floor(offset);
        let start = file.line_start(file.position(offset).line);
        file.text()[start..offset].chars().count() + 1
    }

    proptest! {
        #[test]
        fn columns_are_the_characters_counted(
            mark in prop::bool::ANY,
            parts in prop::collection::vec("[a-zé日😀\u{feff}]{0,90}[\n\r]{0,2}", 0..8),
        ) {
            let text = format!("{}{}", if mark { "\u{feff}" } else { "" }, parts.concat());
            let file = SourceFile::new("f", text.as_str());
            for offset in 0..=text.len() + 1 {
                prop_assert_eq!(file.position(offset).column, counted(&file, offset), "at {}", offset);
            }
        }
    }

    #[test]
    fn columns_are_right_beside_every_checkpoint() {
        for character in ["a", "é", "日", "😀"] {
            for length in [1, 16, 21, 22, 32, 63, 64, 65, 128, 200] {
                let text = format!("é\n{}", character.repeat(length));
                let file = SourceFile::new("f", text.as_str());
                for offset in 0..=text.len() {
                    assert_eq!(file.position(offset).column, counted(&file, offset));
                }
            }
        }
    }

    #[test]
    fn positions_count_characters() {
        let file = SourceFile::new("f", "aé\nüb\r\nc\rd");
        let at = |offset| {
            let Position { line, column } = file.position(offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(1), (1, 2));
        assert_eq!(at(2), (1, 2), "inside é");
        assert_eq!(at(3), (1, 3), "the line feed");
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(6), (2, 2));
        assert_eq!(at(9), (3, 1));
        assert_eq!(at(11), (4, 1));
        assert_eq!(at(99), (4, 2));
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let file = SourceFile::new("f", "");
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.line_span(1), Span::empty(0));
    }

    #[test]
    fn the_byte_order_mark_takes_no_column() {
        let file = SourceFile::new("f", "\u{feff}a: b");
        assert_eq!(file.position(3), Position { line: 1, column: 1 });
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn lines_lose_their_breaks() {
        let file = SourceFile::new("f", "a\r\nb\n\nc");
        let lines: Vec<_> = (1..=4)
            .map(|line| {
                let span = file.line_span(line);
                &file.text()[span.start..span.end]
            })
            .collect();
        assert_eq!(lines, ["a", "b", "", "c"]);
    }
}
