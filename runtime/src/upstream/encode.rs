//! Percent-encoding of what goes into an upstream URL (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986 §2.3: a value encoded with this set can be no delimiter.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A query parameter's name comes from the capability, and upstreams expect `filter[x]` and `$top` as
/// they are written; only what would end the name is encoded.
const QUERY_NAME: &AsciiSet = &VALUE
    .remove(b'$')
    .remove(b'[')
    .remove(b']')
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b';')
    .remove(b'/')
    .remove(b'?');

/// Refuses a value that would not stay one segment of a path: empty, or `.` or `..` in any spelling.
///
/// # Errors
/// A phrase that says what is wrong with the value.
pub fn check_segment(value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err("must not be empty: it would address another resource".to_owned());
    }
    // What begins otherwise is neither in any spelling.
    if !value.starts_with(['.', '%']) {
        return Ok(());
    }
    let decoded = percent_decode_str(value).decode_utf8_lossy();
    if matches!(decoded.as_ref(), "." | "..") {
        return Err(format!(
            "must not be {value:?}: it would address another resource"
        ));
    }
    Ok(())
}

pub(super) fn push_value(target: &mut String, value: &str) {
    target.extend(utf8_percent_encode(value, VALUE));
}

pub(super) fn push_query_name(target: &mut String, name: &str) {
    target.extend(utf8_percent_encode(name, QUERY_NAME));
}

/// Whether a text can be the value of a cookie (RFC 6265 §4.1.1): none of its characters ends the value.
pub(super) fn is_cookie_value(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_encoded_value_has_no_delimiter_and_decodes_to_itself(value in any::<String>()) {
            let mut encoded = String::new();
            push_value(&mut encoded, &value);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(percent_decode_str(&encoded).decode_utf8().unwrap(), value);
        }
    }

    #[test]
    fn refuses_dot_segments_in_every_spelling() {
        for value in ["", ".", "..", "%2e", "%2E%2e", ".%2e", "%2e."] {
            assert!(check_segment(value).is_err(), "{value:?}");
        }
        for value in ["...", "a", ".a", "%252e", "%", "%zz", " "] {
            assert!(check_segment(value).is_ok(), "{value:?}");
        }
    }

    #[test]
    fn query_names_keep_what_upstreams_expect() {
        let mut target = String::new();
        push_query_name(&mut target, "filter[x].$top@odata & #");
        assert_eq!(target, "filter[x].$top@odata%20%26%20%23");
    }
}
