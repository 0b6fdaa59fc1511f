//! Hosts and origins as headers and settings name them (RFC 9110 §7.2, RFC 6454 §6.1).

use std::net::IpAddr;

/// A host and its port.
#[derive(Clone, Debug)]
pub(super) struct Authority<T> {
    host: T,
    port: Option<u16>,
}

impl<'a> Authority<&'a str> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
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

    pub(super) fn owned(self) -> Authority<String> {
        Authority {
            host: self.host.to_owned(),
            port: self.port,
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        // The two that are usual need no parser.
        self.host == "127.0.0.1"
            || self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.to_canonical().is_loopback())
    }
}

impl Authority<String> {
    /// Without a port it stands for all of them.
    pub(super) fn includes(&self, host: &Authority<&str>) -> bool {
        self.host.eq_ignore_ascii_case(host.host) && (self.port.is_none() || self.port == host.port)
    }
}

/// The value of an `Origin` header; `null` is none.
#[derive(Clone, Debug)]
pub(super) struct Origin<T> {
    /// Of the scheme, which it stands for.
    default_port: u16,
    pub(super) authority: Authority<T>,
}

impl<'a> Origin<&'a str> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
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

    pub(super) fn owned(self) -> Origin<String> {
        Origin {
            default_port: self.default_port,
            authority: self.authority.owned(),
        }
    }

    /// A `Host` without a port means the default one of the scheme, and TLS may end before the gateway: so the
    /// scheme is the origin's.
    pub(super) fn is_of(&self, host: &Authority<&str>) -> bool {
        let port = |authority: &Authority<&str>| authority.port.unwrap_or(self.default_port);
        host.host.eq_ignore_ascii_case(self.authority.host) && port(host) == port(&self.authority)
    }
}

impl Origin<String> {
    pub(super) fn equals(&self, origin: &Origin<&str>) -> bool {
        let port = |port: Option<u16>| port.unwrap_or(self.default_port);
        self.default_port == origin.default_port
            && self
                .authority
                .host
                .eq_ignore_ascii_case(origin.authority.host)
            && port(self.authority.port) == port(origin.authority.port)
    }
}
