//! Percent-decoding of what a caller sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Decodes `text` once. A `%` that is not followed by two hexadecimal digits, and bytes that are not
/// UTF-8, are refused: the upstream would see something else than what was judged here.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, &'static str> {
    let bytes = text.as_bytes();
    let well_formed = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(position, _)| {
        matches!(bytes.get(position + 1..position + 3), Some(digits) if digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !well_formed {
        return Err("holds a `%` that is not followed by two hexadecimal digits");
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| "is not UTF-8 after percent-decoding")
}

/// Decodes a name or value of a query string, where `+` is a space.
pub(super) fn decode_query(text: &str) -> Result<String, &'static str> {
    if text.contains('+') {
        decode(&text.replace('+', " ")).map(Cow::into_owned)
    } else {
        decode(text).map(Cow::into_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once() {
        assert_eq!(decode("a%2Fb%252F"), Ok("a/b%2F".into()));
        assert_eq!(decode_query("a+b%2B").as_deref(), Ok("a b+"));
    }

    #[test]
    fn refuses_what_is_malformed() {
        for text in ["%", "%2", "%zz", "a%", "%ff"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
