//! `Cache-Control` of answers that nobody may have but who has proven who they are (RFC 9111 §5.2.2).
//!
//! A cache that many share knows of a proof only where it is in `Authorization` (§3.5). One in another header, in the
//! query, or in a connection it does not see as one: it would give the answer to everybody.

use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderValue};

/// Keeps an answer out of caches that many share. One that says nothing of caches is kept by none where the request was
/// not a `safe` one.
pub(super) fn keep_private(headers: &mut HeaderMap, is_safe: bool) {
    let mut lines = headers.get_all(CACHE_CONTROL).iter().peekable();
    if lines.peek().is_none() {
        if is_safe {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        return;
    }
    // A line that cannot be read is left out.
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let directives: Vec<&str> = lines.iter().flat_map(|line| directives(line)).collect();
    if is_private(&directives) {
        return;
    }
    let mut control = String::from("private");
    for directive in directives.into_iter().filter(|it| !is_shared(it)) {
        control.push_str(", ");
        control.push_str(directive);
    }
    let private = HeaderValue::from_static("private");
    let control = HeaderValue::try_from(control).unwrap_or(private);
    headers.insert(CACHE_CONTROL, control);
}

/// Whether no cache that many share keeps it. With names of headers, `private` is about these only (§5.2.2.7); beside
/// `must-understand`, caches disregard `no-store` (§5.2.2.3).
fn is_private(directives: &[&str]) -> bool {
    let says = |name: &str| directives.iter().any(|it| it.eq_ignore_ascii_case(name));
    says("private") || (says("no-store") && !says("must-understand"))
}

/// Whether a directive means something to caches that many share only, or is told anew.
fn is_shared(directive: &str) -> bool {
    let name = directive.split('=').next().unwrap_or_default().trim();
    let mut shared = ["public", "s-maxage", "proxy-revalidate", "private"].into_iter();
    shared.any(|it| name.eq_ignore_ascii_case(it))
}

/// The directives of a line. A comma in quotes is part of one.
fn directives(line: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = line.split(move |character| {
        let is_literal = std::mem::take(&mut is_escaped);
        match character {
            '\\' if is_quoted && !is_literal => is_escaped = true,
            '"' if !is_literal => is_quoted = !is_quoted,
            ',' => return !is_quoted,
            _ => {}
        }
        false
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lines: &[&str], is_safe: bool) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                CACHE_CONTROL,
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        keep_private(&mut headers, is_safe);
        let lines = headers.get_all(CACHE_CONTROL).iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn what_is_shared_becomes_private_and_keeps_the_rest() {
        for (line, expected) in [
            ("public, max-age=60", "private, max-age=60"),
            ("Public,MAX-AGE=60 , S-MaxAge=600", "private, MAX-AGE=60"),
            (
                "max-age=60, proxy-revalidate, must-revalidate",
                "private, max-age=60, must-revalidate",
            ),
            ("s-maxage = 5, no-transform", "private, no-transform"),
            (
                "no-cache=\"a, public\", public",
                "private, no-cache=\"a, public\"",
            ),
            ("x=\"\\\", public\", public", "private, x=\"\\\", public\""),
            ("private=\"set-cookie\", max-age=60", "private, max-age=60"),
            (
                "must-understand, no-store",
                "private, must-understand, no-store",
            ),
            ("no-cache", "private, no-cache"),
            ("", "private"),
            (", ,", "private"),
            ("é, public", "private"),
            ("x=\"a, private", "private, x=\"a, private"),
        ] {
            for is_safe in [true, false] {
                assert_eq!(kept(&[line], is_safe), [expected], "{line}");
            }
        }
        let lines = ["max-age=60", "public, stale-if-error=9"];
        assert_eq!(
            kept(&lines, true),
            ["private, max-age=60, stale-if-error=9"]
        );
    }

    #[test]
    fn what_is_private_stays_as_it_is() {
        for line in [
            "private, max-age=60",
            "max-age=0,PRIVATE",
            "no-store",
            "public, No-Store",
        ] {
            assert_eq!(kept(&[line], true), [line]);
        }
        let lines = ["max-age=60", "private"];
        assert_eq!(kept(&lines, true), lines);
    }

    #[test]
    fn what_says_nothing_becomes_private_where_a_cache_might_keep_it() {
        assert_eq!(kept(&[], true), ["private"]);
        assert!(kept(&[], false).is_empty());
    }
}
