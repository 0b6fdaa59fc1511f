//! Doc comments from texts of a capability.

use proc_macro2::TokenStream;
use quote::quote;

use crate::hidden::{self, is_hidden};

/// How much of a text a doc comment repeats, in characters.
const LIMIT: usize = 600;

/// Doc attributes for paragraphs that the printer wrote: they are Markdown.
pub(super) fn docs(paragraphs: &[String]) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraph.lines().map(|line| format!(" {line}")));
    }
    quote!(#(#[doc = #lines])*)
}

/// A text of the capability as Markdown that shows the very text: no markup, no link, no code to be tested.
pub(super) fn plain(text: &str) -> String {
    let lines: Vec<String> = lines(text).iter().map(|line| escape(line)).collect();
    lines.join("\n")
}

/// A text of the capability for a comment that is no documentation.
pub(super) fn remark(text: &str) -> String {
    lines(text).join("\n")
}

/// The lines that are not empty, of no more than [`LIMIT`] characters together.
fn lines(text: &str) -> Vec<String> {
    let clipped: String = match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    let lines = clipped.lines().map(|line| {
        line.trim()
            .chars()
            .filter(|character| !character.is_control())
            .map(shown)
            .collect::<String>()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// rustc refuses a comment that is shown in another order than it is written.
fn shown(character: char) -> String {
    if is_hidden(character) {
        hidden::escaped(character)
    } else {
        character.to_string()
    }
}

fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (position, character) in line.chars().enumerate() {
        let marks_block = position == 0 && "#-+>=|~".contains(character);
        if marks_block || "\\`*_[]<>&~|".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    // A leading number with a dot or a parenthesis would start a list.
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0
        && escaped
            .get(digits..)
            .is_some_and(|rest| rest.starts_with(['.', ')']))
    {
        escaped.insert(digits, '\\');
    }
    escaped
}

/// `text`, as inline code; a backtick in it would end it.
pub(super) fn code(text: &str) -> String {
    let text = text.replace('`', "'").replace(char::is_control, " ");
    format!("`{}`", text.chars().map(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_and_never_interpreted() {
        assert_eq!(
            plain("See [x](y) and `z` <b>"),
            "See \\[x\\](y) and \\`z\\` \\<b\\>"
        );
        assert_eq!(
            plain("1. one\n- two\n\n    code"),
            "1\\. one\n\\- two\ncode"
        );
        assert_eq!(plain("# x */ \u{7}"), "\\# x \\*/ ");
    }

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(plain("a\u{202e}b"), "a\\\\u{202e}b");
        assert_eq!(remark("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(code("a\u{2066}b\n`"), "`a\\u{2066}b '`");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert!(plain(&"x".repeat(1 << 20)).len() < 700);
    }
}
