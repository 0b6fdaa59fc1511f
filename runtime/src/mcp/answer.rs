//! The one place that writes JSON-RPC answers and chooses their HTTP status.
//!
//! Sources: MCP 2026-07-28, Streamable HTTP transport and "Error Codes"; 2025-11-25, Streamable HTTP;
//! JSON-RPC 2.0 §5.

use std::fmt::Display;

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::message::{Id, Invalid};
use crate::inbound::{clipped, shown};
use crate::server::Answered;

const HEAD: &[u8] = br#"{"jsonrpc":"2.0","id":"#;
const STRUCTURED: &[u8] = br#","structuredContent":"#;

/// An error that JSON-RPC or MCP defines. What goes wrong within a tool call is no such error: the model
/// is to see it, as the result of the tool.
#[derive(Debug)]
pub(super) struct RpcError {
    status: StatusCode,
    code: i32,
    message: String,
    /// JSON text.
    data: Option<Vec<u8>>,
}

impl RpcError {
    fn new(status: StatusCode, code: i32, message: String) -> Self {
        Self {
            status,
            code,
            message,
            data: None,
        }
    }

    /// The body is not JSON.
    pub(super) fn parse(reason: impl Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            -32700,
            format!("Parse error: {reason}"),
        )
    }

    /// The body is JSON, but no message this server can take here.
    pub(super) fn invalid_request(reason: impl Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            -32600,
            format!("Invalid request: {reason}"),
        )
    }

    /// `params._meta` lacks what 2026-07-28 requires; that revision fixes the status.
    pub(super) fn invalid_envelope(reason: impl Display) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            ..Self::invalid_params(reason)
        }
    }

    /// The params of a known method are wrong. No revision fixes the status; clients of the revisions
    /// before 2026-07-28 read the error only with 200.
    pub(super) fn invalid_params(reason: impl Display) -> Self {
        Self::new(StatusCode::OK, -32602, format!("Invalid params: {reason}"))
    }

    /// The method is not served: 404 in 2026-07-28, 200 before.
    pub(super) fn unknown_method(status: StatusCode, method: &str) -> Self {
        Self::new(
            status,
            -32601,
            format!("Method not found: {}", clipped(method)),
        )
    }

    /// A header of 2026-07-28 is missing, unreadable, or does not agree with the body.
    pub(super) fn header_mismatch(reason: impl Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            -32020,
            format!("Header mismatch: {reason}"),
        )
    }

    /// The request is of a revision that is not served in its form. Only the revisions served in that form
    /// are listed: a client that retried with another one would fail again.
    pub(super) fn unsupported_version(requested: &str) -> Self {
        let mut data = br#"{"supported":[""#.to_vec();
        data.extend_from_slice(super::era::MODERN.as_bytes());
        data.extend_from_slice(br#""],"requested":"#);
        push_string(&mut data, requested);
        data.push(b'}');
        let message = format!("Unsupported protocol version: {}", shown(requested));
        Self {
            data: Some(data),
            ..Self::new(StatusCode::BAD_REQUEST, -32022, message)
        }
    }

    /// More requests are in flight than are answered at the same time. JSON-RPC 2.0 §5.1 leaves the code to the
    /// server.
    pub(super) fn overloaded() -> Self {
        let message = "Too many requests in flight: wait for an answer before the next request";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, -32000, message.to_owned())
    }

    /// What JSON-RPC calls it.
    pub(super) fn code(&self) -> i32 {
        self.code
    }

    /// The answer that tells it.
    pub(super) fn reply(self, id: Id<'_>) -> Reply {
        let mut body = head(id, self.message.len() + 128);
        body.extend_from_slice(br#","error":{"code":"#);
        body.extend_from_slice(self.code.to_string().as_bytes());
        body.extend_from_slice(br#","message":"#);
        push_string(&mut body, &self.message);
        if let Some(data) = &self.data {
            body.extend_from_slice(br#","data":"#);
            body.extend_from_slice(data);
        }
        body.extend_from_slice(b"}}");
        Reply {
            status: self.status,
            body,
            operation: None,
        }
    }
}

impl Invalid<'_> {
    /// The answer that tells it.
    pub(super) fn reply(self) -> Reply {
        RpcError::invalid_request(self.reason).reply(self.id)
    }
}

/// What one message is answered with.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    operation: Option<&'static str>,
}

impl Reply {
    /// The result of a request. `rest` is all that follows the id.
    pub(super) fn result(id: Id<'_>, rest: &[&[u8]]) -> Self {
        let length = rest.iter().map(|part| part.len()).sum();
        let mut body = head(id, length);
        for part in rest {
            body.extend_from_slice(part);
        }
        Self {
            status: StatusCode::OK,
            body,
            operation: None,
        }
    }

    /// A result that holds a text, and the same as JSON where there is some, between two constant parts.
    pub(super) fn text_result(
        id: Id<'_>,
        start: &[u8],
        text: &str,
        structured: Option<&str>,
        end: &[u8],
    ) -> Self {
        // An eighth more for escapes: JSON in a string has a backslash for each of its quotes.
        let structured_length = structured.map_or(0, |json| json.len() + STRUCTURED.len());
        let length = start.len() + text.len() + text.len() / 8 + structured_length + end.len();
        let mut body = head(id, length);
        body.extend_from_slice(start);
        push_string(&mut body, text);
        body.extend_from_slice(b"}]");
        if let Some(json) = structured {
            body.extend_from_slice(STRUCTURED);
            body.extend_from_slice(json.as_bytes());
        }
        body.extend_from_slice(end);
        Self {
            status: StatusCode::OK,
            body,
            operation: None,
        }
    }

    /// 202 without a body: what notifications and responses are answered with.
    pub(super) fn accepted() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: Vec::new(),
            operation: None,
        }
    }

    /// The answers to a batch, or 202 where nothing in it asked for one.
    pub(super) fn batch(replies: &[Self]) -> Self {
        let mut body = Vec::new();
        for reply in replies.iter().filter(|reply| !reply.body.is_empty()) {
            body.push(if body.is_empty() { b'[' } else { b',' });
            body.extend_from_slice(&reply.body);
        }
        if body.is_empty() {
            return Self::accepted();
        }
        body.push(b']');
        Self {
            status: StatusCode::OK,
            body,
            operation: None,
        }
    }

    /// The message; empty where there is none to send.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same, with the operation for the log line.
    pub(super) fn observed(mut self, operation: Option<&'static str>) -> Self {
        self.operation = operation;
        self
    }

    /// The HTTP response, its body in one piece.
    fn into_response(self) -> Response {
        let has_body = !self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        if has_body {
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response
    }
}

impl From<Reply> for Answered {
    fn from(reply: Reply) -> Self {
        Self {
            operation: reply.operation,
            response: reply.into_response(),
        }
    }
}

fn head(id: Id<'_>, rest: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(HEAD.len() + id.as_str().len() + rest);
    body.extend_from_slice(HEAD);
    body.extend_from_slice(id.as_str().as_bytes());
    body
}

/// Appends a text as a JSON string.
pub(super) fn push_string(json: &mut Vec<u8>, text: &str) {
    // Writing to a `Vec` does not fail, and every text is a JSON string.
    let _ = serde_json::to_writer(json, text);
}
