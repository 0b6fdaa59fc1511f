//! Paths with variables: `{x}` or `{{x}}` anywhere in a segment.

use crate::diagnostic::{Finding, Report, catalogue};
use crate::syntax::Text;

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text, as it was written.
    Literal(String),
    /// A variable.
    Variable(String),
}

/// Splits a path into literal text and variables. What cannot be read is a finding.
pub(super) fn parse(path: &Text, report: &mut Report) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = path.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        let (literal, braced) = rest.split_at(open);
        push_literal(&mut parts, literal);
        let (marks, close) = if braced.starts_with("{{") {
            (2, "}}")
        } else {
            (1, "}")
        };
        let variable = braced
            .get(marks..)
            .filter(|_| braced.starts_with('{'))
            .and_then(|inner| inner.split_once(close))
            .map(|(name, after)| (name.trim().trim_end_matches('+'), after))
            .filter(|(name, _)| !name.is_empty() && !name.contains(['{', '}', '/']));
        let Some((name, after)) = variable else {
            report.push(
                Finding::new(
                    &catalogue::INVALID_PATH,
                    format!("the path `{}` cannot be read", path.value),
                )
                .at(path.span, "a brace here does not enclose a variable's name")
                .help("write a variable as `{name}`"),
            );
            return None;
        };
        parts.push(Part::Variable(name.to_owned()));
        rest = after;
    }
    push_literal(&mut parts, rest);
    Some(parts)
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Literal(last)) => last.push_str(text),
        _ => parts.push(Part::Literal(text.to_owned())),
    }
}

/// The names of the variables, in order.
pub(super) fn variables(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Variable(name) => Some(name.as_str()),
        Part::Literal(_) => None,
    })
}

/// Joins path texts with exactly one `/` at each joint; inside a path `//` stays.
pub(super) fn join(paths: &[&str]) -> String {
    let mut joined = String::new();
    for path in paths.iter().filter(|path| !path.is_empty()) {
        // A path that is only a query or fragment belongs to what stands before it.
        let absolute =
            path.starts_with('/') || (path.starts_with(['?', '#']) && !joined.is_empty());
        match (joined.ends_with('/'), absolute) {
            (true, true) if path.starts_with('/') => {
                joined.pop();
            }
            (false, false) => joined.push('/'),
            _ => {}
        }
        joined.push_str(path);
    }
    joined
}

/// Whether a segment is `.` or `..` in any spelling (RFC 3986 §5.2.4): URL parsers remove it.
pub(super) fn is_dot_segment(segment: &str) -> bool {
    matches!(
        segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
        "." | ".."
    )
}

/// Percent-encodes what may not stand in a path (RFC 3986 §3.3). An escape that is already there stays.
pub(super) fn encode_literal(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut encoded = String::with_capacity(text.len());
    for (position, byte) in bytes.iter().enumerate() {
        let escape = *byte == b'%'
            && bytes
                .get(position + 1..position + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        if escape || byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Percent-encodes what may not stand in a query (RFC 3986 §3.4).
pub(super) fn encode_query(text: &str) -> String {
    encode_literal(text).replace("%3F", "?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn parts(path: &str) -> Option<Vec<Part>> {
        parse(
            &Text {
                value: path.to_owned(),
                span: Span { start: 0, end: 0 },
            },
            &mut Report::new(),
        )
    }

    #[test]
    fn finds_variables_anywhere_in_a_segment() {
        let names = |path: &str| {
            variables(&parts(path).unwrap())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("/a/{id}.json"), ["id"]);
        assert_eq!(names("/a/{{id}}/{Key+}"), ["id", "Key"]);
        assert_eq!(names("/range(address='{address}')"), ["address"]);
        assert_eq!(names("/{a}:{b}"), ["a", "b"]);
    }

    #[test]
    fn refuses_stray_braces() {
        for path in ["/a/{", "/a/}", "/{}", "/{a", "/{{a}", "/{a/b}"] {
            assert_eq!(parts(path), None, "{path}");
        }
    }

    #[test]
    fn joins_with_one_slash_and_keeps_doubled_ones_inside() {
        assert_eq!(join(&["/customers", "{id}"]), "/customers/{id}");
        assert_eq!(join(&["a/", "/b//c"]), "/a/b//c");
        assert_eq!(join(&["/{Bucket}", "?delete"]), "/{Bucket}?delete");
        assert_eq!(join(&["", ""]), "");
    }

    #[test]
    fn encodes_literals_once() {
        assert_eq!(encode_literal("/a b/c#d?%20%"), "/a%20b/c%23d%3F%20%25");
    }
}
