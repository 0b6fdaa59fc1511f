//! From a request to what is sent.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, HeaderValue, LINK, LOCATION, USER_AGENT};
use http::{HeaderMap, Method};
use http_body_util::Full;

use super::credential::Proof;
use super::{BaseUri, CallError, Credential, Request};

/// How an upstream is reached: what may change while the gateway runs.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) base: BaseUri,
    pub(super) credential: Credential,
}

const USER_AGENT_VALUE: HeaderValue =
    HeaderValue::from_static(concat!("gatewright/", env!("CARGO_PKG_VERSION")));

/// The one place that joins the base URI, the path and the credential.
///
/// # Errors
/// If the request's target is not encoded: a defect of the gateway.
pub(super) fn assemble(
    Access { base, credential }: &Access,
    request: &Request,
    proof: &Proof,
) -> Result<http::Request<Full<Bytes>>, CallError> {
    let uri = base.join(&request.target, credential.query_pair())?;
    // The client leaves a length of 0 out; servers in front of well-known APIs then answer 411 (RFC 9110 §8.6).
    let lacks_length = request.body.is_none()
        && matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    let proven = credential.header_pair(proof, &request.method, &uri);
    let body = request.body.clone().unwrap_or_default();
    let mut upstream = http::Request::new(Full::new(body));
    *upstream.method_mut() = request.method.clone();
    *upstream.uri_mut() = uri;
    let headers = upstream.headers_mut();
    *headers = request.headers.clone();
    headers
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("*/*"));
    headers.entry(USER_AGENT).or_insert(USER_AGENT_VALUE);
    if let Some((name, value)) = proven {
        headers.insert(name, value);
    }
    if lacks_length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    }
    Ok(upstream)
}

/// An upstream that redirects often repeats the query it was sent, and with it the key, in a spelling of its
/// own: headers with a query that names the key's parameter lose it.
pub(super) fn hide_key(headers: &mut HeaderMap, key: &str) {
    let names_key = |value: &HeaderValue| {
        let decoded = percent_encoding::percent_decode(value.as_bytes())
            .decode_utf8_lossy()
            .into_owned();
        decoded.contains(&format!("{key}="))
    };
    for name in [LOCATION, LINK] {
        if !headers.get_all(&name).iter().any(names_key) {
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

    #[test]
    fn a_key_in_the_query_comes_back_in_no_header() {
        let mut headers = HeaderMap::new();
        headers.insert(
            LOCATION,
            HeaderValue::from_static("https://a.test/b?x=1&key=canary"),
        );
        headers.insert(
            LINK,
            HeaderValue::from_static("<https://a.test/b?key=canary>; rel=next"),
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
}
