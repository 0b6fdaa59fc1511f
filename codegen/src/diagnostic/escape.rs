//! Makes text from a file harmless on a terminal.

use std::borrow::Cow;

use crate::hidden::{escaped, is_hidden};

/// Longer texts are cut: a message may quote a value, and a value may be megabytes.
const LONGEST: usize = 1_000;

/// How a character is printed.
pub(super) fn shown(character: char) -> Cow<'static, str> {
    match character {
        '\t' => Cow::Borrowed("    "),
        '\n' => Cow::Borrowed("\\n"),
        '\r' => Cow::Borrowed("\\r"),
        hidden if is_hidden(hidden) => Cow::Owned(escaped(hidden)),
        visible => Cow::Owned(visible.to_string()),
    }
}

/// A text on one line, without anything that acts on the terminal.
pub(super) fn line(text: &str) -> String {
    let mut line: String = text.chars().take(LONGEST).map(shown).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// As [`line`], but line breaks stay: help may be several lines.
pub(super) fn paragraph(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\tc\r\nd"), "a\\u{1b}[31mb    c\\r\\nd");
        assert_eq!(
            line("\u{202e}x\u{200b}\u{9b}\u{7f}"),
            "\\u{202e}x\\u{200b}\\u{9b}\\u{7f}"
        );
        assert_eq!(line("Zürich 東京 😀"), "Zürich 東京 😀");
        assert_eq!(paragraph("a\nb\u{7}"), "a\nb\\u{7}");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(line(&"é".repeat(5000)).chars().count(), LONGEST + 1);
    }
}
