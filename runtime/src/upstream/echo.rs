//! What an upstream repeats of a request, and no caller may see.
//!
//! An upstream that redirects often repeats the query it was sent, and with it a secret, in a spelling of its own.

use http::HeaderMap;
use http::header::{HeaderValue, LINK, LOCATION};

use crate::settings::Secret;

/// A shorter secret is found in too many a query by chance.
const SHORTEST: usize = 6;

/// Takes the query out of headers whose query names the parameter `key`.
pub(super) fn hide_key(headers: &mut HeaderMap, key: &str) {
    hide(headers, |text| text.contains(&format!("{key}=")));
}

/// Takes the query out of headers whose query holds one of these secrets.
pub(super) fn hide_secrets(headers: &mut HeaderMap, secrets: &[Secret]) {
    if secrets.is_empty() {
        return;
    }
    hide(headers, |text| {
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let mut long = secrets
            .iter()
            .map(Secret::expose)
            .filter(|secret| secret.len() >= SHORTEST);
        long.any(|secret| query.contains(secret))
    });
}

/// A `Location` keeps its path; a `Link`, which may hold several, goes.
fn hide(headers: &mut HeaderMap, is_secret: impl Fn(&str) -> bool) {
    for name in [LOCATION, LINK] {
        let shows = |value: &HeaderValue| {
            let decoded = percent_encoding::percent_decode(value.as_bytes()).decode_utf8_lossy();
            is_secret(&decoded) || is_secret(&decoded.replace('+', " "))
        };
        if !headers.get_all(&name).iter().any(shows) {
            continue;
        }
        let first = headers.remove(&name);
        let text = first.as_ref().and_then(|value| value.to_str().ok());
        let path = text
            .and_then(|text| text.split('?').next())
            .map(HeaderValue::from_str);
        if let (true, Some(Ok(path))) = (name == LOCATION, path) {
            headers.insert(name, path);
        }
    }
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
    }

    #[test]
    fn a_secret_in_the_query_comes_back_in_no_header() {
        let secrets = [Secret::new("eu"), Secret::new("a canary")];
        for shown in ["/b?x=a%20canary", "/b?x=a+canary", "/b?x=me/%61%20canary/1"] {
            let mut headers = headers(shown, "</b?x=a%20canary>; rel=next");
            hide_secrets(&mut headers, &secrets);
            assert_eq!(headers.get(LOCATION).unwrap(), "/b", "{shown}");
            assert_eq!(headers.get(LINK), None);
        }
        let mut others = headers("/a%20canary?x=europe", "</b?page=2>; rel=next");
        let before = others.clone();
        hide_secrets(&mut others, &secrets);
        assert_eq!(others, before);
    }
}
