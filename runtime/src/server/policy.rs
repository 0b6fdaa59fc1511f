//! What is asked of the head of every request, whatever its version of HTTP, and which of its headers an adapter
//! sees.
//!
//! An adapter passes on what the capability declares, and nothing else of the caller's: so `Authorization` and
//! `Cookie` reach an upstream only as parameters of the capability's own (LANGUAGE.md §3). What this adds is that a
//! header of one connection only is none of the request's (RFC 9110 §7.6.1).

use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, HOST, ORIGIN, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, Request, Version};

use super::limits::Limits;
use super::wire::Refusal;

/// The headers of one connection, which no adapter sees.
static HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    EXPECT,
];

/// Headers by which the gateway decides: a `Connection` that names one would take it out of sight.
static OF_THE_REQUEST: [HeaderName; 6] = [
    AUTHORIZATION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    COOKIE,
    HOST,
    ORIGIN,
];

/// Checks the head of a request, and takes out what is not the request's. [`super::wire`] has judged one of HTTP/1
/// before; one of HTTP/2 comes here as its library has made it.
pub(super) fn apply<B>(request: &mut Request<B>, limits: &Limits) -> Result<(), Refusal> {
    if request.version() == Version::HTTP_2 {
        check_http2(request, limits)?;
    }
    strip(request.headers_mut())
}

fn check_http2<B>(request: &Request<B>, limits: &Limits) -> Result<(), Refusal> {
    let (uri, headers) = (request.uri(), request.headers());
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if target.len() > limits.uri {
        return Err(Refusal::UriLimit);
    }
    if headers.len() > limits.headers {
        return Err(Refusal::HeaderLimit);
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (uri.authority(), hosts.next(), hosts.next()) {
        (_, _, Some(_)) => Err(Refusal::Malformed("there are several Host headers")),
        (Some(authority), Some(host), None)
            if !authority
                .as_str()
                .as_bytes()
                .eq_ignore_ascii_case(host.as_bytes()) =>
        {
            Err(Refusal::Malformed(
                "the target names another host than the Host header",
            ))
        }
        (None, None, None) => Err(Refusal::Malformed("there is no Host header")),
        _ => Ok(()),
    }
}

/// Takes out the headers of the connection, and those that `Connection` names.
fn strip(headers: &mut HeaderMap) -> Result<(), Refusal> {
    // Most requests have none. `Connection` is one itself.
    if !headers.keys().any(|name| HOP_BY_HOP.contains(name)) {
        return Ok(());
    }
    let mut named: Vec<HeaderName> = Vec::new();
    for value in headers.get_all(CONNECTION) {
        for option in value.as_bytes().split(|byte| *byte == b',') {
            let option = option.trim_ascii();
            // An option that cannot name a header names none.
            let Ok(name) = HeaderName::from_bytes(option) else {
                continue;
            };
            if OF_THE_REQUEST.contains(&name) || name.as_str().starts_with("mcp-") {
                return Err(Refusal::Malformed(
                    "Connection names a header that is not the connection's",
                ));
            }
            if headers.contains_key(&name) {
                named.push(name);
            }
        }
    }
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn left(given: &[(&'static str, &'static str)]) -> Result<Vec<String>, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, HeaderValue::from_static(value));
        }
        strip(&mut headers)?;
        Ok(headers
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect())
    }

    #[test]
    fn headers_of_the_connection_are_taken_out() {
        let given = [
            ("host", "x"),
            ("connection", "close, X-Gone,,@,upgrade"),
            ("connection", "x-too"),
            ("x-gone", "1"),
            ("x-gone", "2"),
            ("x-too", "3"),
            ("x-kept", "4"),
            ("keep-alive", "5"),
            ("proxy-connection", "keep-alive"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("expect", "100-continue"),
        ];
        assert_eq!(left(&given).unwrap(), ["host", "x-kept"]);
    }

    #[test]
    fn connection_may_not_hide_what_is_decided_by() {
        for name in [
            "Origin",
            "host",
            "authorization",
            "Mcp-Method",
            "content-length",
        ] {
            assert!(left(&[("connection", name), ("x", "y")]).is_err(), "{name}");
        }
    }
}
