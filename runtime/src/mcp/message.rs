//! JSON-RPC messages as they come: borrowed from the body, ids and params kept as JSON text.
//!
//! Sources: JSON-RPC 2.0 §4 to §6; MCP, Base Protocol, "Messages" (the same in all four revisions but for
//! batches, which only 2025-03-26 has).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::RpcError;
use super::params::{Meta, Params, is_object, present, string};
use crate::inbound::{DEPTH_LIMIT, nests_too_deep};
use crate::server::TraceContext;

/// How many messages a batch may hold. They are answered one after the other.
const BATCH_LIMIT: usize = 20;

/// The id of a request, as its JSON text: it is echoed exactly, whatever its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id<'a>(&'a str);

impl<'a> Id<'a> {
    /// What stands in an answer to a message whose id is unknown (JSON-RPC 2.0 §5).
    pub(super) const NULL: Id<'static> = Id("null");

    /// A string, or a number without a fraction; MCP has no other ids.
    fn parse(raw: &'a RawValue) -> Option<Self> {
        let text = raw.get();
        let valid = match text.as_bytes().first() {
            Some(b'"') => string(raw).is_some(),
            Some(b'-' | b'0'..=b'9') if text.contains(['.', 'e', 'E']) => text
                .parse::<f64>()
                .is_ok_and(|number| number.is_finite() && number.fract() == 0.0),
            Some(b'-' | b'0'..=b'9') => true,
            _ => false,
        };
        valid.then_some(Self(text))
    }

    /// The JSON text.
    pub(super) fn as_str(self) -> &'a str {
        self.0
    }
}

/// What one POST or one line carries.
#[derive(Debug)]
pub(super) enum Payload<'a> {
    One(Result<Message<'a>, Invalid<'a>>),
    Batch(Vec<Result<Message<'a>, Invalid<'a>>>),
}

/// One well-formed message.
#[derive(Debug)]
pub(super) enum Message<'a> {
    Request(Request<'a>),
    /// A message without an id; it is never answered.
    Notification(Notification<'a>),
    /// An answer to a request of ours. There are none, so it is dropped.
    Response,
}

/// A message that asks for no answer.
#[derive(Debug)]
pub(super) struct Notification<'a> {
    pub(super) method: Cow<'a, str>,
    pub(super) params: Params<'a>,
}

impl<'a> Notification<'a> {
    /// The id of the request that the sender no longer wants to be answered.
    pub(super) fn cancelled(&self) -> Option<Id<'a>> {
        self.params
            .request_id
            .filter(|_| self.method == "notifications/cancelled")
            .and_then(Id::parse)
    }
}

/// A message that asks for an answer.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) id: Id<'a>,
    pub(super) method: Cow<'a, str>,
    /// The params, empty where there are none; or why they cannot be read.
    pub(super) params: Result<Params<'a>, &'static str>,
}

impl Request<'_> {
    /// The trace that the message itself names.
    pub(super) fn trace(&self) -> TraceContext {
        let params = self.params.as_ref().ok();
        let meta = params.and_then(|params| params.meta.as_ref());
        meta.map(Meta::trace).unwrap_or_default()
    }
}

/// A message that is none: what is wrong with it, and its id where that much can be read.
#[derive(Debug)]
pub(super) struct Invalid<'a> {
    pub(super) id: Id<'a>,
    pub(super) reason: &'static str,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Reads the body of a POST, or a line.
///
/// # Errors
/// If it is not JSON, nests too deep, or is an empty or too long batch.
pub(super) fn parse(body: &[u8]) -> Result<Payload<'_>, RpcError> {
    let text = std::str::from_utf8(body).map_err(|_| RpcError::parse("the body is not UTF-8"))?;
    if nests_too_deep(text) {
        return Err(RpcError::parse(format_args!(
            "the body nests deeper than {DEPTH_LIMIT} levels"
        )));
    }
    let trimmed = text.trim_ascii_start();
    if trimmed.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(RpcError::parse)?;
        return match items.len() {
            0 => Err(RpcError::invalid_request("the batch is empty")),
            1..=BATCH_LIMIT => Ok(Payload::Batch(
                items.into_iter().map(|item| message(item.get())).collect(),
            )),
            _ => Err(RpcError::invalid_request(format_args!(
                "the batch holds more than {BATCH_LIMIT} messages"
            ))),
        };
    }
    if trimmed.starts_with('{')
        && let Ok(members) = serde_json::from_str(trimmed)
    {
        return Ok(Payload::One(sorted(&members)));
    }
    // Either no JSON at all, or JSON that is no message.
    serde_json::from_str::<&RawValue>(text).map_err(RpcError::parse)?;
    Ok(Payload::One(message(text)))
}

/// Reads what is known to be JSON.
fn message(text: &str) -> Result<Message<'_>, Invalid<'_>> {
    let invalid = |reason| Invalid {
        id: Id::NULL,
        reason,
    };
    if !text.trim_ascii_start().starts_with('{') {
        return Err(invalid("a message is a JSON object"));
    }
    match serde_json::from_str(text) {
        Ok(members) => sorted(&members),
        Err(_) => Err(invalid("the message has a member twice")),
    }
}

fn sorted<'a>(members: &Members<'a>) -> Result<Message<'a>, Invalid<'a>> {
    let id = members.id.and_then(Id::parse);
    let invalid = |reason| {
        Err(Invalid {
            id: id.unwrap_or(Id::NULL),
            reason,
        })
    };
    if members.jsonrpc.and_then(string).as_deref() != Some("2.0") {
        return invalid("`jsonrpc` must be \"2.0\"");
    }
    let Some(method) = members.method else {
        return if members.result.is_some() || members.error.is_some() {
            Ok(Message::Response)
        } else {
            invalid("`method` is missing")
        };
    };
    let Some(method) = string(method) else {
        return invalid("`method` must be a string");
    };
    let params = match members.params {
        None => Ok(Params::default()),
        Some(raw) if is_object(raw) => {
            serde_json::from_str(raw.get()).map_err(|_| "`params` has a member twice")
        }
        Some(_) => Err("`params` must be an object"),
    };
    match (members.id, id) {
        (_, Some(id)) => Ok(Message::Request(Request { id, method, params })),
        (Some(_), None) => invalid("`id` must be a string or an integer"),
        (None, None) => match params {
            Ok(params) => Ok(Message::Notification(Notification { method, params })),
            Err(reason) => invalid(reason),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(body: &str) -> Result<Message<'_>, Invalid<'_>> {
        match parse(body.as_bytes()) {
            Ok(Payload::One(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    fn id_of(id: &str) -> Option<String> {
        let body = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}");
        match one(&body) {
            Ok(Message::Request(request)) => Some(request.id.as_str().to_owned()),
            Err(invalid) => {
                assert_eq!(invalid.id, Id::NULL);
                None
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keeps_an_id_as_it_was_written() {
        for id in [
            "1",
            "-7",
            "0",
            "123456789012345678901234567890",
            "1.0",
            "1e3",
            "\"a\"",
            "\"\"",
            "\"\\u00e9\\n\"",
        ] {
            assert_eq!(id_of(id).as_deref(), Some(id));
        }
        for id in [
            "null",
            "true",
            "1.5",
            "1e-3",
            "1e999",
            "{}",
            "[]",
            "\"\\ud800\"",
        ] {
            assert_eq!(id_of(id), None, "{id}");
        }
    }

    #[test]
    fn tells_messages_apart() {
        assert!(matches!(
            one(r#"{"jsonrpc":"2.0","method":"notifications/x"}"#),
            Ok(Message::Notification(_))
        ));
        assert!(matches!(
            one(r#" {"id":1,"result":{},"jsonrpc":"2.0"} "#),
            Ok(Message::Response)
        ));
        assert!(matches!(
            one(r#"{"\u006dethod":"p\u0069ng","id":1,"jsonrpc":"2.0","extra":null}"#),
            Ok(Message::Request(Request { method, .. })) if method == "ping"
        ));
    }

    #[test]
    fn says_what_is_wrong_and_keeps_the_id() {
        for (body, id, reason) in [
            (r#"{"id":1,"method":"ping"}"#, "1", "jsonrpc"),
            (
                r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
                "1",
                "jsonrpc",
            ),
            (r#"{"jsonrpc":"2.0","id":"a"}"#, "\"a\"", "missing"),
            (r#"{"jsonrpc":"2.0","id":1,"method":2}"#, "1", "string"),
            (
                r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
                "null",
                "twice",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":[]}"#,
                "null",
                "object",
            ),
            ("\"ping\"", "null", "object"),
        ] {
            let invalid = one(body).unwrap_err();
            assert_eq!(invalid.id.as_str(), id, "{body}");
            assert!(invalid.reason.contains(reason), "{}", invalid.reason);
        }
    }

    #[test]
    fn bounds_depth_and_batches() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(deep(DEPTH_LIMIT).as_bytes()).is_ok());
        assert!(parse(deep(DEPTH_LIMIT + 1).as_bytes()).is_err());
        assert!(parse(deep(1_000_000).as_bytes()).is_err());
        let brackets = format!("[\"{}\"]", "[\\\"{".repeat(1000));
        assert!(parse(brackets.as_bytes()).is_ok());
        assert!(parse(b"[]").is_err());
        let batch = |items: usize| format!("[{}]", vec!["1"; items].join(","));
        assert!(parse(batch(BATCH_LIMIT).as_bytes()).is_ok());
        assert!(parse(batch(BATCH_LIMIT + 1).as_bytes()).is_err());
    }
}
