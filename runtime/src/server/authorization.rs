//! The header by which a caller proves who it is, and the challenge that asks for it (RFC 9110 §11).

use http::{HeaderMap, HeaderName, HeaderValue};

/// What is wrong with the proof of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    Repeated,
    Wrong,
}

/// Takes a header that may come once out of a request.
pub(super) fn take_header(
    headers: &mut HeaderMap,
    name: &HeaderName,
) -> Result<HeaderValue, Fault> {
    if headers.get_all(name).iter().nth(1).is_some() {
        return Err(Fault::Repeated);
    }
    headers.remove(name).ok_or(Fault::Missing)
}

/// What follows the name of the scheme, which is of any case (RFC 9110 §11.4).
pub(super) fn credentials<'v>(value: &'v [u8], scheme: &[u8]) -> Result<&'v [u8], Fault> {
    let end = value.iter().position(|byte| *byte == b' ');
    let (given, rest) = value.split_at(end.unwrap_or(value.len()));
    if given.eq_ignore_ascii_case(scheme) {
        Ok(rest.trim_ascii_start())
    } else {
        Err(Fault::Missing)
    }
}

/// A quoted string (RFC 9110 §5.6.4); what is not printable ASCII becomes `?`.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_is_a_quoted_string() {
        assert_eq!(quoted("a\"b\\c é"), r#""a\"b\\c ?""#);
    }
}
