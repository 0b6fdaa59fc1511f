//! JSON values as the text they came as (RFC 8259). Everything here is given text that `serde_json` has read.

/// The type of a value, by its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

impl Type {
    pub(super) fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::Text,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'-' | b'0'..=b'9') => Self::Number,
            _ => Self::Null,
        }
    }

    /// The type, as a phrase for a message.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The inside of a string, up to its character number `limit`. An escape is one character; so are the two of a
/// surrogate pair.
pub(super) fn cut(inside: &str, limit: usize) -> &str {
    if inside.len() <= limit {
        return inside;
    }
    let mut rest = inside;
    for _ in 0..limit {
        let Some(after) = rest.get(character(rest)..) else {
            break;
        };
        rest = after;
    }
    inside.get(..inside.len() - rest.len()).unwrap_or(inside)
}

/// The length of the first character of a string's inside, in bytes.
fn character(inside: &str) -> usize {
    let escaped = |at: usize| -> Option<u32> {
        let digits = inside.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    match (inside.chars().next(), escaped(0)) {
        (Some('\\'), Some(0xD800..=0xDBFF)) if matches!(escaped(6), Some(0xDC00..=0xDFFF)) => 12,
        (Some('\\'), Some(_)) => 6,
        (Some('\\'), None) => 2,
        (Some(first), _) => first.len_utf8(),
        (None, _) => 0,
    }
}

/// Adds text of JSON, or the inside of a string, with U+FFFD for half of a surrogate pair: parsers that know no such text
/// refuse the whole message for one.
pub(super) fn push_whole(json: &str, out: &mut String) {
    let mut rest = json;
    while let Some((before, after)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let (escape, next) = after
            .split_at_checked(character(after))
            .unwrap_or((after, ""));
        let half = escape.len() == 6 && is_surrogate(escape);
        out.push_str(if half { "\\ufffd" } else { escape });
        rest = next;
    }
    out.push_str(rest);
}

fn is_surrogate(escape: &str) -> bool {
    let digits = escape.strip_prefix("\\u").unwrap_or_default();
    matches!(u32::from_str_radix(digits, 16), Ok(0xD800..=0xDFFF))
}

/// Whether a number is one that parsers can hold: `1e999` is not.
pub(super) fn is_finite(number: &str) -> bool {
    number.parse().is_ok_and(f64::is_finite)
}

/// Adds JSON without the white space between its tokens, so that it holds no line break.
pub(super) fn push_compact(json: &str, out: &mut String) {
    if !json.contains(['\n', '\r']) {
        push_whole(json, out);
        return;
    }
    let (mut in_string, mut escaped) = (false, false);
    for piece in json.split_inclusive(|character: char| {
        if in_string {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == '"' {
                in_string = false;
            }
            return false;
        }
        in_string = character == '"';
        matches!(character, ' ' | '\t' | '\n' | '\r')
    }) {
        let spaces: [char; 4] = [' ', '\t', '\n', '\r'];
        push_whole(piece.strip_suffix(spaces).unwrap_or(piece), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("éé", 1), "é");
        assert_eq!(cut(r#"\"\"x"#, 1), r#"\""#);
        assert_eq!(cut(r"\u00e9\u00e9", 1), r"\u00e9");
        assert_eq!(cut(r"\ud83d\ude00x", 1), r"\ud83d\ude00");
        assert_eq!(cut(r"\ud83dx", 1), r"\ud83d");
        assert_eq!(cut(r"\ud83d\u0041", 1), r"\ud83d");
        assert_eq!(cut(r"\\ud83d", 1), r"\\");
    }

    #[test]
    fn half_of_a_pair_is_replaced_and_a_whole_one_stays() {
        for (given, expected) in [
            (r"a\ud800b", r"a\ufffdb"),
            (r"\uDFFF", r"\ufffd"),
            (
                r"\ud83d\ude00 \\ud800 \n\u00e9",
                r"\ud83d\ude00 \\ud800 \n\u00e9",
            ),
            (r"\ud83d\u0041\ud83d", r"\ufffd\u0041\ufffd"),
            ("no escape", "no escape"),
        ] {
            let mut out = String::new();
            push_whole(given, &mut out);
            assert_eq!(out, expected);
            if let Ok(read) = serde_json::from_str::<String>(&format!("\"{given}\"")) {
                let whole: String = serde_json::from_str(&format!("\"{out}\"")).unwrap();
                assert_eq!(whole, read);
            }
        }
        assert!(is_finite("1e308") && is_finite("-0.0") && !is_finite("1e999"));
    }

    #[test]
    fn white_space_between_tokens_goes_and_within_text_stays() {
        let mut out = String::new();
        push_compact("{ \"a b\" :\r\n\t[ 1 ,\n \"\\\" x \\\\\" ] }", &mut out);
        assert_eq!(out, r#"{"a b":[1,"\" x \\"]}"#);
    }
}
