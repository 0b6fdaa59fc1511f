//! The anchor and tag before a value.

use saphyr_parser::Tag;

use super::place::blank;
use super::syntax_error::ends_anchor;
use super::{Resolved, Scalar, Span};
use crate::diagnostic::{Finding, catalogue};

const CORE: &str = "tag:yaml.org,2002:";

/// Where the value itself begins, behind its properties, and where its tag stands.
pub(super) struct Properties {
    pub(super) content: usize,
    /// Where the last property ends, if there is any.
    pub(super) end: Option<usize>,
    pub(super) tag: Option<Span>,
}

/// Skips `count` properties and what may stand between them and the value. The parser's span begins at the first.
pub(super) fn skip(text: &str, start: usize, count: usize) -> Properties {
    let mut properties = Properties {
        content: start,
        end: None,
        tag: None,
    };
    for _ in 0..count {
        let at = properties.content;
        let rest = text.get(at..).unwrap_or_default();
        let length = match rest.chars().next() {
            Some('&') => rest.find(ends_anchor),
            Some('!') if rest.starts_with("!<") => rest.find('>').map(|end| end + 1),
            Some('!') => rest.find(ends_anchor),
            _ => break,
        };
        let end = at + length.unwrap_or(rest.len());
        if rest.starts_with('!') {
            properties.tag = Some(Span { start: at, end });
        }
        properties.end = Some(end);
        properties.content = end + blank(text.get(end..).unwrap_or_default());
    }
    properties
}

/// What a tag says of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Float,
    Boolean,
    Null,
    Sequence,
    Mapping,
    /// The lone `!`: no schema, so a scalar is text and collections are what they are.
    NonSpecific,
}

/// The kind a tag stands for, or how to print the tag if the core schema has no such tag.
pub(super) fn kind(tag: &Tag) -> Result<Kind, String> {
    let name = format!("{}{}", tag.handle, tag.suffix);
    Ok(match name.strip_prefix(CORE) {
        Some("str") => Kind::Text,
        Some("int") => Kind::Integer,
        Some("float") => Kind::Float,
        Some("bool") => Kind::Boolean,
        Some("null") => Kind::Null,
        Some("seq") => Kind::Sequence,
        Some("map") => Kind::Mapping,
        Some(other) => return Err(format!("!!{other}")),
        None if name == "!" => Kind::NonSpecific,
        None => return Err(name),
    })
}

/// Applies a tag to a scalar; false if the scalar is not what the tag says.
pub(super) fn apply(kind: Kind, scalar: &mut Scalar) -> bool {
    scalar.plain = !matches!(kind, Kind::Text | Kind::NonSpecific);
    let resolved = scalar.resolve();
    match kind {
        Kind::Text | Kind::NonSpecific => true,
        Kind::Integer => {
            let digits = scalar.text.trim_start_matches(['+', '-']);
            matches!(resolved, Resolved::Integer(_))
                || (matches!(resolved, Resolved::Float(_))
                    && (digits.starts_with("0x") || digits.bytes().all(|b| b.is_ascii_digit())))
        }
        Kind::Float => matches!(resolved, Resolved::Float(_) | Resolved::Integer(_)),
        Kind::Boolean => matches!(resolved, Resolved::Boolean(_)),
        Kind::Null => resolved == Resolved::Null,
        Kind::Sequence | Kind::Mapping => false,
    }
}

/// The finding for a tag nobody knows.
pub(super) fn unknown(name: &str, span: Span) -> Finding {
    Finding::new(
        &catalogue::UNKNOWN_TAG,
        format!("the tag `{name}` is not known"),
    )
    .at(span, "not a tag of YAML's core schema")
    .help("remove the tag, or put the text in quotes if it begins with `!`")
}

/// The finding for a value that is not what its tag says.
pub(super) fn mismatch(span: Span) -> Finding {
    Finding::new(
        &catalogue::UNKNOWN_TAG,
        "the value is not of the type its tag says",
    )
    .at(span, "this tag does not fit the value")
    .help("remove the tag, or correct the value")
}
