//! The type of an inbound parameter that feeds one or several upstream parameters.

use crate::model::Kind;

/// The type of an input that is `given` and feeds parameters of the `wanted` types; `None` where there is no
/// such type. An inferred input has the type of what it feeds; a declared scalar or list is meant as it is.
pub(super) fn settle(given: Kind, explicit: bool, wanted: &[Kind]) -> Option<Kind> {
    let is_scalar = |kind: Kind| matches!(kind, Kind::Integer | Kind::Number | Kind::Boolean);
    let fixed =
        explicit && (is_scalar(given) || matches!(given, Kind::List | Kind::Array | Kind::File));
    let mut others = wanted.iter().copied().filter(|kind| *kind != Kind::Text);
    let settled = match others.next() {
        _ if fixed => given,
        Some(first) => first,
        None if wanted.is_empty() => return Some(given),
        None => Kind::Text,
    };
    let fits = |kind: &Kind| *kind == settled || (*kind == Kind::Text && is_scalar(settled));
    wanted.iter().all(fits).then_some(settled)
}

/// A type, as a phrase for a message.
pub(super) fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::Boolean => "a boolean",
        Kind::List => "a list",
        Kind::Object => "an object",
        Kind::Array => "an array",
        Kind::Json | Kind::JsonOrText => "any JSON",
        Kind::File => "a file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_type_beside_which_text_may_take_a_scalar() {
        use Kind::{Boolean, File, Integer, List, Number, Object, Text};
        assert_eq!(settle(Text, false, &[Text, Integer]), Some(Integer));
        assert_eq!(settle(Text, false, &[Text, Text]), Some(Text));
        assert_eq!(settle(Text, false, &[Text, List]), None);
        assert_eq!(settle(Text, false, &[Integer, Boolean]), None);
        assert_eq!(settle(Number, true, &[Text]), Some(Number));
        assert_eq!(settle(Integer, true, &[Number]), None);
        assert_eq!(settle(Text, true, &[Object]), Some(Object));
        assert_eq!(settle(Text, true, &[]), Some(Text));
        assert_eq!(settle(Text, true, &[File]), Some(File));
        assert_eq!(settle(File, true, &[Text]), None);
    }
}
