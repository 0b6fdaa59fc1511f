//! What the YAML parser objects to, with a word on how to mend it.

use super::{MAXIMUM_DEPTH, Span};
use crate::diagnostic::{Finding, catalogue};

/// Parts of the parser's messages, and what usually helps. The first that fits is taken.
const ADVICE: &[(&str, &str)] = &[
    (
        "tab",
        "indent with spaces: YAML does not allow tabs for indentation",
    ),
    (
        "mapping values are not allowed",
        "put text that contains `: ` in quotes, or check the indentation of this line",
    ),
    (
        "simple key",
        "a `:` is missing after this key, or the line belongs to the text above and is indented too little",
    ),
    (
        "did not find expected key",
        "check that this line is indented like its neighbours, and that quotes above it are closed",
    ),
    (
        "'-' indicator",
        "check that this line is indented like the items of the list, and that it begins with `- `",
    ),
    (
        "block sequence entries are not allowed",
        "begin the list on a line of its own",
    ),
    (
        "end of stream",
        "a quote that was opened here or above is not closed",
    ),
    (
        "escape",
        "in double quotes `\\` begins an escape: write `\\\\`, or use single quotes",
    ),
    (
        "hexadecimal",
        "in double quotes `\\x`, `\\u` and `\\U` take 2, 4 and 8 hexadecimal digits; use single quotes for plain `\\`",
    ),
    (
        "after double-quoted scalar",
        "nothing may follow the closing quote; write `\\\"` for a quote inside double quotes",
    ),
    (
        "placement of ':'",
        "put text that contains `:` in quotes, and check that every `[` and `{` above is closed",
    ),
    (
        "unexpected character",
        "put text that begins with this character in quotes",
    ),
    (
        "flow",
        "check that every `[` and `{` is closed, and put text that begins with one of them in quotes",
    ),
    (
        "bracket",
        "check that every `[` and `{` is closed, and put text that begins with one of them in quotes",
    ),
    ("anchor", "put text that begins with `&` or `*` in quotes"),
    ("tag", "put text that begins with `!` in quotes"),
    ("handle", "put text that begins with `!` in quotes"),
    (
        "directive",
        "put text that begins with `%` in quotes; a directive must be followed by a line `---`",
    ),
    (
        "block scalar",
        "indent every line of the text alike and deeper than its key",
    ),
    (
        "document start",
        "check the indentation of this line: it does not belong to the value above",
    ),
    ("indentation", "check the indentation of this line"),
];

/// The finding for an error of the parser at a byte offset.
pub(super) fn finding(info: &str, offset: usize, text: &str) -> Finding {
    let offset = mend(info, offset, text);
    let span = character_at(offset, text);
    if info.contains("unknown anchor") {
        let rest = text.get(offset..).unwrap_or_default();
        let name = rest.split(ends_anchor).next().unwrap_or_default();
        let end = offset + name.len();
        return Finding::new(
            &catalogue::UNKNOWN_ALIAS,
            format!("the alias `{name}` refers to nothing"),
        )
        .at(Span { start: offset, end }, "no such mark before this")
        .help("mark the value it stands for with `&`, or put this text in quotes");
    }
    if info.contains("recursion limit") {
        return too_deep(span);
    }
    let advice = ADVICE.iter().find(|(part, _)| info.contains(part));
    let help = advice.map_or("check this line and the one before it", |(_, help)| help);
    Finding::new(
        &catalogue::INVALID_YAML,
        format!("the YAML is not well-formed: {}", info.trim()),
    )
    .at(span, "cannot be read from here on")
    .help(help)
}

/// The finding for nesting that goes too deep.
pub(super) fn too_deep(span: Span) -> Finding {
    Finding::new(
        &catalogue::TOO_DEEP,
        format!("values are nested more than {MAXIMUM_DEPTH} deep"),
    )
    .at(span, "one level too many")
    .help("look for a bracket that is not closed, or for indentation that grows by mistake")
}

/// Whether a character cannot be part of an anchor's name.
pub(super) fn ends_anchor(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | '[' | ']' | '{' | '}')
}

/// Where the parser names another place than the one that is wrong: for a tab, the beginning of the text around it; for
/// the dash of an item that is out of place, the item.
fn mend(info: &str, offset: usize, text: &str) -> usize {
    if info.contains("tab") {
        let rest = text.get(offset..).unwrap_or_default();
        return rest.find('\t').map_or(offset, |tab| offset + tab);
    }
    if info.contains("expected key") {
        let before = text.get(..offset).unwrap_or_default();
        let before = before.trim_end_matches(' ');
        return before.strip_suffix('-').map_or(offset, str::len);
    }
    offset
}

fn character_at(offset: usize, text: &str) -> Span {
    let rest = text.get(offset..).unwrap_or_default();
    let width = match rest.chars().next() {
        None | Some('\n' | '\r') => 0,
        Some(character) => character.len_utf8(),
    };
    Span {
        start: offset,
        end: offset + width,
    }
}
