//! What an upstream repeats of a request, and no caller may see.
//!
//! An upstream that redirects often repeats the URI it was called by, and with it a secret, in a spelling of its own.

use http::HeaderMap;
use http::header::{HeaderValue, LINK, LOCATION};
use percent_encoding::percent_decode_str;

use super::assemble::Access;
use super::credential::Proof;
use crate::settings::Secret;

/// A shorter secret is found in too many a URI by chance.
const SHORTEST: usize = 6;
/// A shorter part of a URI is a word, a version or a number.
const SHORTEST_PART: usize = 16;
/// How many times over a URI may be encoded that is searched: each redirect that carries another adds one.
const DEEPEST: usize = 3;

/// Takes out of headers what shows what every request to this upstream carries.
pub(super) fn hide_access(headers: &mut HeaderMap, access: &Access, proof: &Proof) {
    if !headers.contains_key(LOCATION) && !headers.contains_key(LINK) {
        return;
    }
    if let Some(name) = access.credential.query_name() {
        hide_key(headers, name);
    }
    hide_secrets(headers, &access.secrets);
    if let Some(token) = proof.token() {
        hide_secrets(headers, &[token]);
    }
}

/// Takes the query out of headers that name its parameter `key`.
fn hide_key(headers: &mut HeaderMap, key: &str) {
    let pair = format!("{key}=");
    hide(headers, |text| text.contains(&pair));
}

/// Takes out of headers what shows one of these secrets.
pub(super) fn hide_secrets(headers: &mut HeaderMap, secrets: &[Secret]) {
    if secrets.is_empty() {
        return;
    }
    hide(headers, |text| {
        secrets.iter().any(|secret| shows(text, secret.expose()))
    });
}

/// A `Location` keeps its path, unless the secret is there; a `Link`, which may hold several, goes.
fn hide(headers: &mut HeaderMap, is_secret: impl Fn(&str) -> bool) {
    let shows = |bytes: &[u8]| readings(bytes).iter().any(|text| is_secret(text));
    for name in [LOCATION, LINK] {
        let mut values = headers.get_all(&name).iter();
        if !values.any(|value| shows(value.as_bytes())) {
            continue;
        }
        let Some(first) = headers.remove(&name).filter(|_| name == LOCATION) else {
            continue;
        };
        let mut parts = first.as_bytes().split(|byte| matches!(byte, b'?' | b'#'));
        let path = parts.next().unwrap_or_default();
        if path.is_empty() || shows(path) {
            continue;
        }
        if let Ok(path) = HeaderValue::from_bytes(path) {
            headers.insert(name, path);
        }
    }
}

/// What a URI may mean to whoever decodes it, as a path and as a form.
fn readings(bytes: &[u8]) -> Vec<String> {
    let mut as_path = String::from_utf8_lossy(bytes).into_owned();
    let mut as_form = as_path.clone();
    let mut readings = vec![as_path.clone()];
    for _ in 0..DEEPEST {
        as_path = decoded(&as_path);
        as_form = decoded(&as_form.replace('+', " "));
        readings.extend([as_path.clone(), as_form.clone()]);
    }
    readings
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether a text shows a secret, which may be encoded itself.
fn shows(text: &str, secret: &str) -> bool {
    let spellings = [secret, &decoded(secret)];
    let mut long = spellings.iter().filter(|it| it.len() >= SHORTEST);
    long.any(|secret| match secret.split_once("://") {
        None => holds(text, secret),
        // What is under a URI may be shown; a part of it that looks like a token may not, nor the whole in a query.
        Some((_, rest)) => {
            let query = text.split_once('?').map_or("", |(_, query)| query);
            let parts = rest.split(['/', '?', '&', '=', '#']).skip(1);
            let mut tokens = parts.filter(|part| is_like_a_token(part));
            query.contains(*secret) || tokens.any(|token| holds(text, token))
        }
    })
}

fn is_like_a_token(part: &str) -> bool {
    part.len() >= SHORTEST_PART && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text holds a secret elsewhere than in the host of a URI: a name that everybody is asked for is none.
fn holds(text: &str, secret: &str) -> bool {
    let mut places = text.match_indices(secret);
    places.any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + secret.len()..).unwrap_or_default();
        !is_in_host(before, secret, after)
    })
}

fn is_in_host(before: &str, found: &str, after: &str) -> bool {
    let is_of_host = |character: char| {
        character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | ':' | '[' | ']')
    };
    let Some((_, host)) = before.rsplit_once("://") else {
        return false;
    };
    // What stands before an `@` are credentials.
    let is_credential = after.trim_start_matches(is_of_host).starts_with('@');
    host.chars().chain(found.chars()).all(is_of_host) && !is_credential
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(location: &'static str, link: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_static(location));
        headers.insert(LINK, HeaderValue::from_static(link));
        headers
    }

    /// What is left of a `Location`.
    fn location(value: &'static str, secrets: &[Secret]) -> Option<String> {
        let mut headers = headers(value, "</next>");
        hide_secrets(&mut headers, secrets);
        assert!(headers.contains_key(LINK));
        let value = headers.get(LOCATION)?;
        Some(value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_key_in_the_query_comes_back_in_no_header() {
        let mut headers = headers(
            "https://a.test/b?x=1&key=canary",
            "<https://a.test/b?key=canary>; rel=next",
        );
        hide_key(&mut headers, "key");
        assert_eq!(headers.get(LOCATION).unwrap(), "https://a.test/b");
        assert_eq!(headers.get(LINK), None);
        headers.insert(
            LINK,
            HeaderValue::from_static("<https://a.test/b?page=2>; rel=next"),
        );
        hide_key(&mut headers, "key");
        assert!(headers.contains_key(LINK));
        headers.insert(LOCATION, HeaderValue::from_static("/b?%6bey=c%61nary"));
        hide_key(&mut headers, "key");
        assert_eq!(headers.get(LOCATION).unwrap(), "/b");
        for shown in ["/b%3Fkey=canary", "?key=canary"] {
            headers.insert(LOCATION, HeaderValue::from_static(shown));
            hide_key(&mut headers, "key");
            assert_eq!(headers.get(LOCATION), None, "{shown}");
        }
    }

    #[test]
    fn a_secret_in_the_query_comes_back_in_no_header() {
        let secrets = [Secret::new("eu"), Secret::new("a canary")];
        for shown in [
            "/b?x=a%20canary",
            "/b?x=a+canary",
            "/b?x=me/%61%20canary/1",
            "/b?next=%2Fc%3Fx%3Da%2520canary",
            "/b#x=a%20canary",
        ] {
            let mut headers = headers(shown, "</b?x=a%20canary>; rel=next");
            hide_secrets(&mut headers, &secrets);
            assert_eq!(headers.get(LOCATION).unwrap(), "/b", "{shown}");
            assert_eq!(headers.get(LINK), None);
        }
        let mut others = headers("/eu/a%20canar?x=europe", "</b?page=2>; rel=next");
        let before = others.clone();
        hide_secrets(&mut others, &secrets);
        assert_eq!(others, before);
    }

    #[test]
    fn a_secret_in_the_path_comes_back_in_no_header() {
        let secrets = [Secret::new("12:a/Canary")];
        for shown in [
            "https://a.test/bot12:a/Canary/b",
            "/bot12%3Aa%2FCanary?x=1",
            "/bot12%3aa%2fC%61nary",
            "/bot12%253Aa%252FCanary",
            "12:a/Canary",
            "https://b:12:a%2FCanary@a.test/c",
        ] {
            assert_eq!(location(shown, &secrets), None, "{shown}");
        }
        for passed in ["/bot12:a/canary", "/12:a", "https://a.test/Canary?a=12"] {
            assert_eq!(location(passed, &secrets).as_deref(), Some(passed));
        }
        // One that is encoded itself, whatever the case.
        let secrets = [Secret::new("a%2fCanary")];
        for shown in ["/a%2fCanary", "/a%2FCanary", "/a/Canary"] {
            assert_eq!(location(shown, &secrets), None, "{shown}");
        }
    }

    #[test]
    fn a_host_is_no_secret() {
        let secrets = [Secret::new("canary-shop")];
        for passed in [
            "https://canary-shop.test/b",
            "https://canary-shop:1",
            "/b?next=https://canary-shop.test/c",
        ] {
            assert_eq!(location(passed, &secrets).as_deref(), Some(passed));
        }
        for shown in [
            "https://canary-shop.test/canary-shop",
            "https://a.test/canary-shop",
            "https://canary-shop@a.test/",
            "https://canary-shop:b@a.test/",
            "https://b:canary-shop@a.test/",
            "//a.test/canary-shop",
        ] {
            assert_eq!(location(shown, &secrets), None, "{shown}");
        }
        for shown in [
            "/b?to=https://a.test&key=canary-shop",
            "/b?to=https://a.test,canary-shop",
        ] {
            assert_eq!(location(shown, &secrets).as_deref(), Some("/b"), "{shown}");
        }
        let mut headers = headers(
            "/",
            "<https://canary-shop.test/b?page=2>; rel=next, <https://canary-shop.test/b?page=9>; rel=last",
        );
        hide_secrets(&mut headers, &secrets);
        assert!(headers.contains_key(LINK));
    }

    #[test]
    fn of_a_uri_what_looks_like_a_token_is_secret() {
        let secrets = [Secret::new(
            "https://a.test/internationalization/v1/T0/canary0123456789",
        )];
        for passed in [
            "https://a.test/internationalization/v1/T0",
            "/internationalization/v1/things/1",
        ] {
            assert_eq!(location(passed, &secrets).as_deref(), Some(passed));
        }
        for shown in [
            "https://a.test/internationalization/v1/T0/canary0123456789/b",
            "/canary0123456789",
        ] {
            assert_eq!(location(shown, &secrets), None, "{shown}");
        }
        let secrets = [Secret::new("https://a.test/callback")];
        let shown = "/b?to=https%3A%2F%2Fa.test%2Fcallback";
        assert_eq!(location(shown, &secrets).as_deref(), Some("/b"));
        let passed = "https://a.test/callback?code=1";
        assert_eq!(location(passed, &secrets).as_deref(), Some(passed));
    }
}
