//! Every kind of finding, with its explanation. Identifiers are stable: they are never renumbered, never reused.

use super::Code;

/// Declares codes and the list of them, so that none can be left out of the catalogue.
macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $title:literal $explanation:literal)*) => {
        $(
            #[doc = concat!($id, ": ", $title, ".")]
            pub static $name: crate::diagnostic::Code = crate::diagnostic::Code {
                id: $id,
                severity: crate::diagnostic::Severity::$severity,
                title: $title,
                explanation: $explanation,
            };
        )*
        pub(super) static CODES: &[&crate::diagnostic::Code] = &[$(&$name),*];
    };
}

mod binds;
mod consumes;
mod document;
mod exposes;
mod source;

pub use binds::*;
pub use consumes::*;
pub use document::*;
pub use exposes::*;
pub use source::*;

/// Every code, in the order of the identifiers.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        source::CODES,
        document::CODES,
        consumes::CODES,
        exposes::CODES,
        binds::CODES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The code with this identifier, in either case, or with its number: `GW0101`, `gw0101`, `0101` or `101`.
pub fn find(id: &str) -> Option<&'static Code> {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let id = if is_number {
        format!("GW{id:0>4}")
    } else {
        id.to_owned()
    };
    all().find(|code| code.id.eq_ignore_ascii_case(&id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn identifiers_are_unique_and_sorted() {
        let ids: Vec<_> = all().map(|code| code.id).collect();
        assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
    }

    #[test]
    fn every_code_explains_itself() {
        for code in all() {
            let digits = code.id.strip_prefix("GW").unwrap();
            assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(
                !code.title.is_empty() && !code.title.ends_with('.'),
                "{}",
                code.id
            );
            assert!(code.explanation.len() > 120, "{} says too little", code.id);
            assert!(code.explanation.ends_with('.'), "{}", code.id);
            assert!(
                !code.explanation.contains("  "),
                "{} has a stray gap",
                code.id
            );
        }
    }

    #[test]
    fn only_these_are_warnings() {
        let warnings: Vec<_> = all()
            .filter(|code| code.severity == Severity::Warning)
            .map(|code| code.id)
            .collect();
        let expected = [
            &UNKNOWN_KEY,
            &UNKNOWN_RELEASE,
            &EMPTY_VALUE,
            &NOTHING_EXPOSED,
            &EMPTY_BASE_URI,
            &PLACEHOLDER_HOST,
            &TRAILING_SLASH,
            &UNUSED_PATH_PARAMETER,
            &BODY_ON_GET,
            &MANAGED_HEADER,
            &AUTHORIZATION_HEADER,
            &UNUSED_OPERATION,
            &SECRET_IN_FILE,
            &INVALID_CHARACTER,
            &PLAIN_TOKEN_ENDPOINT,
            &RESOLVED_CALL,
            &TOOL_NAME_CHANGED,
            &ADDED_QUERY_PARAMETER,
            &HINT_CONTRADICTION,
            &SUSPICIOUS_CONSTANT,
            &UNUSED_INPUT,
            &SUSPICIOUS_REFERENCE,
            &UNUSED_LISTENER,
            &AUTHENTICATION_OVER_STDIO,
            &PLAIN_AUTHORIZATION,
            &NO_RESOURCE,
            &QUERY_IN_ROUTE,
            &UNUSED_OUTPUT,
            &UNBOUND_VARIABLE,
            &UNUSED_VARIABLE,
        ]
        .map(|code| code.id);
        assert_eq!(warnings, expected);
    }

    #[test]
    fn codes_are_found_by_identifier() {
        for id in ["GW0101", "gw0101", "0101", "101"] {
            assert_eq!(find(id), Some(&UNKNOWN_KEY), "{id}");
        }
        for id in ["GW9999", "9999", "", "00101", "GW101", "+101"] {
            assert_eq!(find(id), None, "{id}");
        }
    }
}
