//! Who may call: a guard against web pages that reach for a gateway on the user's own machine.
//!
//! Sources: MCP, Streamable HTTP transport, "Security Warning" (all four revisions: servers MUST validate
//! `Origin`); RFC 6454 §7.
//!
//! A request without `Origin` comes from no web page. One with it must come from a page of this machine or of
//! the host it was sent to. Since a page can make its own host name point at 127.0.0.1 (DNS rebinding), a
//! request that arrived over a loopback address must also name a loopback host. Over any other address every
//! `Host` is taken: the gateway does not know its public names.

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, StatusCode, Uri};

use super::LocalAddress;
use super::field::{Field, field};
use crate::inbound::shown;
use crate::problem::Problem;

/// Checks `Origin` and `Host`.
///
/// # Errors
/// 403.
pub(crate) fn check_origin_and_host(
    headers: &HeaderMap,
    uri: &Uri,
    local: Option<LocalAddress>,
) -> Result<(), Problem> {
    let host = host(headers, uri);
    let host_is_loopback = host.as_ref().is_some_and(Authority::is_loopback);
    if local.is_some_and(LocalAddress::is_loopback) && !host_is_loopback {
        let host = match field(headers, &HOST) {
            Field::Text(text) => shown(text),
            Field::Absent | Field::Unreadable => "no single host".to_owned(),
        };
        return Err(forbidden(format!(
            "over a loopback address only the hosts localhost, 127.0.0.1 and [::1] are served; \
             the Host header names {host}"
        )));
    }
    check_origin(headers, uri)
}

fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<Authority<'a>> {
    match (field(headers, &HOST), uri.authority()) {
        (Field::Text(text), _) => Authority::parse(text),
        (Field::Absent, Some(authority)) => Authority::parse(authority.as_str()),
        (Field::Absent, None) | (Field::Unreadable, _) => None,
    }
}

/// Checks `Origin` alone: a page of another host may send requests that need no permission of this server.
///
/// # Errors
/// 403.
pub(crate) fn check_origin(headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    let origin = match field(headers, &ORIGIN) {
        Field::Absent => return Ok(()),
        Field::Text(text) => text,
        Field::Unreadable => "(unreadable)",
    };
    match Origin::parse(origin) {
        Some(origin)
            if origin.authority.is_loopback() || origin.is_of(host(headers, uri).as_ref()) =>
        {
            Ok(())
        }
        _ => Err(forbidden(format!(
            "web pages of {} may not call this server",
            shown(origin)
        ))),
    }
}

fn forbidden(detail: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, detail)
}

/// A host and its port.
#[derive(Debug)]
struct Authority<'a> {
    host: &'a str,
    port: Option<u16>,
}

impl<'a> Authority<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                (host, port)
            }
            None => {
                let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
                if host.is_empty() || !host.bytes().all(is_plain) {
                    return None;
                }
                (host, port)
            }
        };
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            None if port.is_empty() => None,
            _ => return None,
        };
        Some(Self { host, port })
    }

    fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.to_canonical().is_loopback())
    }
}

/// The value of an `Origin` header; `null` is none.
#[derive(Debug)]
struct Origin<'a> {
    default_port: u16,
    authority: Authority<'a>,
}

impl<'a> Origin<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let default_port = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        Authority::parse(authority).map(|authority| Self {
            default_port,
            authority,
        })
    }

    /// A `Host` without a port means the default one of the scheme, and TLS may end before the gateway: so the
    /// scheme is the origin's.
    fn is_of(&self, host: Option<&Authority<'_>>) -> bool {
        let port = |authority: &Authority<'_>| authority.port.unwrap_or(self.default_port);
        host.is_some_and(|host| {
            host.host.eq_ignore_ascii_case(self.authority.host)
                && port(host) == port(&self.authority)
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn served(local: Option<&str>, host: Option<&str>, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
        }
        let local = local.map(|address| LocalAddress(address.parse().unwrap()));
        check_origin_and_host(&headers, &Uri::from_static("/mcp"), local).is_ok()
    }

    const LOOPBACK: Option<&str> = Some("127.0.0.1:3000");
    const OUTSIDE: Option<&str> = Some("172.17.0.2:3000");

    #[test]
    fn a_loopback_listener_serves_only_loopback_hosts() {
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:1",
            "127.0.0.2",
            "[::1]:3000",
        ] {
            assert!(served(LOOPBACK, Some(host), None), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "localhost@evil.example",
            "127.0.0.1.evil.example",
            "[::2]",
            "localhost:",
            "localhost:x",
            "localhost:99999",
            "::1",
            "",
        ] {
            assert!(!served(LOOPBACK, Some(host), None), "{host}");
        }
        assert!(!served(LOOPBACK, None, None));
        for local in ["[::1]:3000", "[::ffff:127.0.0.1]:3000"] {
            assert!(!served(Some(local), Some("evil.example"), None));
            assert!(served(Some(local), Some("localhost"), None));
        }
    }

    #[test]
    fn other_listeners_serve_any_host() {
        for local in [OUTSIDE, None] {
            assert!(served(local, Some("gateway.example"), None));
            assert!(served(local, None, None));
        }
    }

    #[test]
    fn a_page_must_be_of_this_machine_or_of_the_same_host() {
        for origin in [
            "http://localhost",
            "http://localhost:5173",
            "https://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(
                served(LOOPBACK, Some("localhost:3000"), Some(origin)),
                "{origin}"
            );
        }
        for (host, origin) in [
            ("gw.example", "https://gw.example"),
            ("GW.example:443", "https://gw.example"),
            ("gw.example:3000", "http://gw.example:3000"),
        ] {
            assert!(served(OUTSIDE, Some(host), Some(origin)), "{host} {origin}");
        }
        for (host, origin) in [
            ("localhost:3000", "http://evil.example"),
            ("localhost:3000", "null"),
            ("localhost:3000", ""),
            ("localhost:3000", "file://localhost"),
            ("localhost:3000", "http://localhost.evil.example"),
            ("localhost:3000", "http://localhost@evil.example"),
            ("localhost:3000", "http://localhost/x"),
            ("gw.example:3000", "http://gw.example"),
            ("gw.example", "http://evil.example"),
        ] {
            assert!(!served(None, Some(host), Some(origin)), "{host} {origin}");
        }
    }
}
