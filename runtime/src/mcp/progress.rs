//! Progress of a call that takes long, for a client that asked to be told.
//!
//! The gateway does not know how far an upstream is; what it tells is that it still waits. Source: MCP,
//! "Progress" (the same in all four revisions but for the optional message of 2025-03-26 and later).

use serde_json::value::RawValue;

use super::message::{Message, Payload, Request};
use super::params::string;

/// What a client named its call, as JSON text, and how often it was told of it.
#[derive(Debug)]
pub(super) struct Progress {
    token: String,
    told: u64,
}

impl Progress {
    /// The progress of the call that a body carries; `None` where nobody asked for it.
    pub(super) fn asked(payload: &Payload<'_>) -> Option<Self> {
        match payload {
            Payload::One(Ok(Message::Request(request))) => Self::of(request),
            _ => None,
        }
    }

    /// The progress of a tool call whose client asked for it.
    pub(super) fn of(request: &Request<'_>) -> Option<Self> {
        let meta = request.params.as_ref().ok()?.meta.as_ref()?;
        let token = meta
            .progress_token
            .filter(|token| request.method == "tools/call" && is_token(token))?;
        Some(Self {
            token: token.get().to_owned(),
            told: 0,
        })
    }

    /// The next notification, which tells that the upstream has not answered yet.
    pub(super) fn notification(&mut self) -> Vec<u8> {
        self.told += 1;
        format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{},"progress":{},"message":"waiting for the upstream"}}}}"#,
            self.token, self.told
        )
        .into_bytes()
    }
}

/// A token is a string or an integer.
fn is_token(raw: &RawValue) -> bool {
    let digits = raw.get().strip_prefix('-').unwrap_or(raw.get());
    string(raw).is_some() || digits.bytes().all(|byte| byte.is_ascii_digit())
}
