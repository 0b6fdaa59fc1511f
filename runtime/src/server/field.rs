//! Headers that may come once.

use http::{HeaderMap, HeaderName};

/// The value of a header that may come once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Absent,
    /// Printable ASCII, without the white space around it.
    Text(&'a str),
    /// Other bytes, or the header several times.
    Unreadable,
}

/// Reads a header.
pub(crate) fn field<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Field<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Field::Absent,
        (Some(value), None) => match value.to_str() {
            Ok(text) => Field::Text(text.trim_matches([' ', '\t'])),
            Err(_) => Field::Unreadable,
        },
        (Some(_), Some(_)) => Field::Unreadable,
    }
}
