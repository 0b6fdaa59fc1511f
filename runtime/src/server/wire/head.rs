//! Judging the head of an HTTP/1 request, byte by byte as it arrives.
//!
//! hyper settles what is ambiguous before anyone can see it: it drops a `Content-Length` beside a
//! `Transfer-Encoding` and a second equal `Content-Length`, takes a bare line feed for a line end, and cuts a
//! fragment off the target. Whoever stands before or behind the gateway may settle it otherwise, and that is how
//! requests are smuggled: so here they are refused. What passes is a strict subset of RFC 9112, which hyper reads
//! in one way only.

use http::Uri;

use super::byte_set::ByteSet;
use super::framing::Framing;
use super::refusal::Refusal;
use crate::server::limits::Limits;

/// Room in the request line for all but the target.
const REQUEST_LINE_REST: usize = 64;
/// `tchar` of RFC 9110 §5.6.2.
static TOKEN: ByteSet = ByteSet::alphanumeric_and(b"!#$%&'*+-.^_`|~");
/// RFC 3986 §3.3 and §3.4.
static OF_TARGET: ByteSet = ByteSet::alphanumeric_and(b"-._~/?%!$&'()*+,;=:@");
/// RFC 3986 §3.2.2, and the colon before a port.
static OF_HOST: ByteSet = ByteSet::alphanumeric_and(b"-._~%!$&'()*+;=:[]");

/// Up to which length a target of plain characters needs no parser to be judged, in bytes.
const LONGEST_PLAIN: usize = 8 * 1024;
/// The digits of a `Content-Length` that fit any `u64`.
const LENGTH_DIGITS: usize = 19;

/// What is known of a head so far.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where the current line starts.
    line: usize,
    /// How far the bytes have been looked at.
    seen: usize,
    version: Option<Version>,
    /// The host and port of an absolute target.
    authority: Option<String>,
    has_host: bool,
    length: Option<u64>,
    is_chunked: bool,
    headers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

/// A head that is complete.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complete {
    /// Its size in bytes, the empty line included.
    pub(super) size: usize,
    /// What follows it.
    pub(super) framing: Framing,
}

impl Head {
    /// Goes on with `bytes`, which start with the first byte of the head and hold all that came since. `None` asks
    /// for more.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Option<Complete>, Refusal> {
        while let Some(offset) = rest(bytes, self.seen)
            .iter()
            .position(|byte| *byte == b'\n')
        {
            let end = self.seen + offset;
            let line = bytes.get(self.line..end).unwrap_or_default();
            let Some(line) = line.strip_suffix(b"\r") else {
                return Err(Refusal::Malformed("a line ends without a carriage return"));
            };
            self.seen = end + 1;
            self.line = self.seen;
            let is_first = self.version.is_none();
            if is_first {
                self.request_line(line, limits)?;
            }
            if self.seen > limits.head {
                return Err(Refusal::HeadLimit);
            }
            if is_first {
                continue;
            }
            if line.is_empty() {
                return self.complete().map(Some);
            }
            self.header(line, limits)?;
        }
        self.seen = bytes.len();
        if self.version.is_none() && bytes.len() > limits.uri.saturating_add(REQUEST_LINE_REST) {
            return Err(Refusal::UriLimit);
        }
        if bytes.len() > limits.head {
            return Err(Refusal::HeadLimit);
        }
        Ok(None)
    }

    fn request_line(&mut self, line: &[u8], limits: &Limits) -> Result<(), Refusal> {
        if line.len() > limits.uri.saturating_add(REQUEST_LINE_REST) {
            return Err(Refusal::UriLimit);
        }
        let malformed = Err(Refusal::Malformed(
            "the request line is not a method, a target and a version with one space between them",
        ));
        let mut words = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return malformed;
        };
        if method.is_empty() || !TOKEN.holds_all(method) {
            return malformed;
        }
        if target.len() > limits.uri {
            return Err(Refusal::UriLimit);
        }
        self.version = match version {
            b"HTTP/1.1" => Some(Version::Http11),
            b"HTTP/1.0" => Some(Version::Http10),
            _ if version.starts_with(b"HTTP/") && version.iter().all(u8::is_ascii_graphic) => {
                return Err(Refusal::Version);
            }
            _ => return malformed,
        };
        self.target(method, target)
    }

    fn target(&mut self, method: &[u8], target: &[u8]) -> Result<(), Refusal> {
        let malformed = Err(Refusal::Malformed(
            "the target is neither a path nor an http URI, or has characters that must be percent-encoded",
        ));
        // Whatever is made of these is a path and a query.
        if target.first() == Some(&b'/')
            && target.len() <= LONGEST_PLAIN
            && method != b"CONNECT"
            && OF_TARGET.holds_all(target)
        {
            return Ok(());
        }
        let is_plain = |byte: &u8| *byte > b' ' && *byte != 0x7f && *byte != b'#';
        let Ok(uri) = Uri::try_from(target) else {
            return malformed;
        };
        if !target.iter().all(is_plain) {
            return malformed;
        }
        match (target.first(), uri.scheme_str()) {
            (Some(b'/'), _) if method != b"CONNECT" => Ok(()),
            (Some(b'*'), _) if target == b"*" && method == b"OPTIONS" => Ok(()),
            (_, Some("http" | "https")) if method != b"CONNECT" => {
                let authority = uri.authority().map(|authority| authority.as_str());
                self.authority = authority.map(str::to_owned);
                Ok(())
            }
            _ => malformed,
        }
    }

    fn header(&mut self, line: &[u8], limits: &Limits) -> Result<(), Refusal> {
        self.headers += 1;
        if self.headers > limits.headers {
            return Err(Refusal::HeaderLimit);
        }
        if let Some(b' ' | b'\t') = line.first() {
            return Err(Refusal::Malformed("a header is folded over several lines"));
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(Refusal::Malformed("a header has no colon"));
        };
        let (name, value) = line.split_at(colon);
        let value = rest(value, 1);
        if name.is_empty() || !TOKEN.holds_all(name) {
            return Err(Refusal::Malformed(
                "the name of a header holds characters that are no part of one",
            ));
        }
        if !value.iter().all(is_text) {
            return Err(Refusal::Malformed(
                "the value of a header holds control characters",
            ));
        }
        let value = value.trim_ascii();
        if name.eq_ignore_ascii_case(b"host") {
            self.host(value)
        } else if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length(value)
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.transfer_encoding(value)
        } else if name.eq_ignore_ascii_case(b"expect")
            && !value.eq_ignore_ascii_case(b"100-continue")
        {
            Err(Refusal::Expectation)
        } else {
            Ok(())
        }
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.has_host {
            return Err(Refusal::Malformed("there are several Host headers"));
        }
        if value.is_empty() || !OF_HOST.holds_all(value) {
            return Err(Refusal::Malformed("the Host header names no host"));
        }
        if let Some(authority) = &self.authority
            && !authority.as_bytes().eq_ignore_ascii_case(value)
        {
            return Err(Refusal::Malformed(
                "the target names another host than the Host header",
            ));
        }
        self.has_host = true;
        Ok(())
    }

    fn content_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.length.is_some() {
            return Err(Refusal::Malformed(
                "there are several Content-Length headers",
            ));
        }
        let is_number = (1..=LENGTH_DIGITS).contains(&value.len())
            && value.iter().all(|byte| byte.is_ascii_digit());
        let number = std::str::from_utf8(value).ok().filter(|_| is_number);
        self.length = number.and_then(|number| number.parse().ok());
        match self.length {
            Some(_) => Ok(()),
            None => Err(Refusal::Malformed("Content-Length is not a number")),
        }
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.is_chunked {
            return Err(Refusal::Malformed(
                "there are several Transfer-Encoding headers",
            ));
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(Refusal::Malformed(
                "the only Transfer-Encoding that is read is `chunked`",
            ));
        }
        self.is_chunked = true;
        Ok(())
    }

    fn complete(&self) -> Result<Complete, Refusal> {
        if !self.has_host && self.version == Some(Version::Http11) {
            return Err(Refusal::Malformed("there is no Host header"));
        }
        let framing = match (self.is_chunked, self.length) {
            (true, Some(_)) => {
                return Err(Refusal::Malformed(
                    "there are both a Content-Length and a Transfer-Encoding",
                ));
            }
            (true, None) if self.version == Some(Version::Http10) => {
                return Err(Refusal::Malformed("HTTP/1.0 has no Transfer-Encoding"));
            }
            (true, None) => Framing::chunked(),
            (false, length) => Framing::Length(length.unwrap_or(0)),
        };
        Ok(Complete {
            size: self.seen,
            framing,
        })
    }
}

/// The bytes from a position on.
pub(super) fn rest(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}

/// What a header's value, or an extension of a chunk, may hold: RFC 9110 §5.5.
pub(super) fn is_text(byte: &u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}
