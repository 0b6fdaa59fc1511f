//! The headers of a request: media types, and those that 2026-07-28 repeats from the body.
//!
//! Sources: MCP 2026-07-28, Streamable HTTP transport, "Request Headers" and "Header Encoding"; RFC 9110 §8.3,
//! §12.5.1.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

use super::answer::RpcError;
use crate::inbound::shown;
use crate::problem::Problem;
use crate::server::{Field, field};

pub(super) const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Checks that what the headers say, where they say it, agrees with the body.
pub(super) fn check_agreement(
    headers: &HeaderMap,
    version: &str,
    method: &str,
) -> Result<(), RpcError> {
    for (name, shown_name, expected) in [
        (&PROTOCOL_VERSION, "MCP-Protocol-Version", version),
        (&METHOD, "Mcp-Method", method),
    ] {
        match field(headers, name) {
            Field::Text(value) if value != expected => {
                return Err(differs(shown_name, value, expected));
            }
            Field::Unreadable => return Err(unreadable(shown_name)),
            Field::Absent | Field::Text(_) => {}
        }
    }
    Ok(())
}

/// Checks that every header the request must have is there, and that `Mcp-Name` names the tool of the body.
/// A body without a readable name is the concern of the params.
pub(super) fn check_presence(
    headers: &HeaderMap,
    method: &str,
    tool: Option<&str>,
) -> Result<(), RpcError> {
    for (name, shown_name) in [
        (&PROTOCOL_VERSION, "MCP-Protocol-Version"),
        (&METHOD, "Mcp-Method"),
    ] {
        if field(headers, name) == Field::Absent {
            return Err(missing(shown_name));
        }
    }
    let Some(tool) = tool.filter(|_| method == "tools/call") else {
        return Ok(());
    };
    match field(headers, &NAME) {
        Field::Absent => Err(missing("Mcp-Name")),
        Field::Unreadable => Err(unreadable("Mcp-Name")),
        Field::Text(value) => match decoded(value) {
            None => Err(RpcError::header_mismatch(
                "the Mcp-Name header is not well-formed base64 of UTF-8",
            )),
            Some(name) if name != tool => Err(differs("Mcp-Name", &name, tool)),
            Some(_) => Ok(()),
        },
    }
}

/// `=?base64?…?=` is the base64 of UTF-8, anything else stands for itself.
fn decoded(value: &str) -> Option<Cow<'_, str>> {
    let Some(base64) = value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    else {
        return Some(Cow::Borrowed(value));
    };
    // `STANDARD` takes only canonical text: padded, and no bits left over.
    let bytes = STANDARD.decode(base64).ok()?;
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn missing(name: &str) -> RpcError {
    RpcError::header_mismatch(format_args!("the {name} header is missing"))
}

fn unreadable(name: &str) -> RpcError {
    RpcError::header_mismatch(format_args!(
        "the {name} header comes several times, or is not printable ASCII"
    ))
}

fn differs(name: &str, header: &str, body: &str) -> RpcError {
    RpcError::header_mismatch(format_args!(
        "the {name} header is {}, and the body says {}",
        shown(header),
        shown(body)
    ))
}

/// Checks that the body is JSON and that the answer may be: 415 and 406.
///
/// The revisions oblige a client to accept `text/event-stream` too, which is not looked at: nothing here answers
/// with events.
pub(super) fn check_media_types(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = match field(headers, &CONTENT_TYPE) {
        Field::Text(value) => value,
        Field::Absent | Field::Unreadable => "",
    };
    if !essence(content_type).eq_ignore_ascii_case("application/json") {
        let detail = format!(
            "expected the media type application/json, got {}",
            shown(content_type)
        );
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    if !accepts_json(headers) {
        return Err(Problem::new(
            StatusCode::NOT_ACCEPTABLE,
            "the answer is application/json, which the Accept header excludes",
        ));
    }
    Ok(())
}

fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// The most specific range that covers JSON decides.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut seen = false;
    let mut decided: Option<(u8, bool)> = None;
    for value in headers.get_all(ACCEPT) {
        let value = String::from_utf8_lossy(value.as_bytes());
        for range in value
            .split(',')
            .map(str::trim)
            .filter(|range| !range.is_empty())
        {
            seen = true;
            let specificity = match essence(range).to_ascii_lowercase().as_str() {
                "application/json" => 3,
                "application/*" => 2,
                "*/*" => 1,
                _ => continue,
            };
            if decided.is_none_or(|(known, _)| known < specificity) {
                decided = Some((specificity, !is_excluded(range)));
            }
        }
    }
    decided.map_or(!seen, |(_, accepted)| accepted)
}

fn is_excluded(range: &str) -> bool {
    range
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("q") && value.trim().parse() == Ok(0.0_f32)
        })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepted(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(value).unwrap());
        accepts_json(&headers)
    }

    #[test]
    fn serves_whoever_takes_json() {
        assert!(accepts_json(&HeaderMap::new()));
        for value in [
            "application/json, text/event-stream",
            "APPLICATION/JSON",
            "*/*",
            "text/html, application/*;q=0.5",
            "*/*;q=0, application/json",
            "",
        ] {
            assert!(accepted(value), "{value}");
        }
        for value in [
            "text/event-stream",
            "application/json;q=0, */*",
            "application/jsonp",
            "*/*; q=0.0",
        ] {
            assert!(!accepted(value), "{value}");
        }
    }

    #[test]
    fn decodes_a_name_that_a_header_cannot_carry() {
        assert_eq!(decoded("find"), Some("find".into()));
        assert_eq!(decoded("=?base64?w6k=?="), Some("é".into()));
        assert_eq!(decoded("=?base64??="), Some("".into()));
        assert_eq!(decoded("=?BASE64?w6k=?="), Some("=?BASE64?w6k=?=".into()));
        assert_eq!(decoded("=?base64?w6k="), Some("=?base64?w6k=".into()));
        for value in [
            "=?base64?w6k?=",
            "=?base64?w6l=?=",
            "=?base64?/w==?=",
            "=?base64?*?=",
        ] {
            assert_eq!(decoded(value), None, "{value}");
        }
    }
}
