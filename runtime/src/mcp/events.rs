//! An answer as a stream of events, for a call that takes long and whose client asked for its progress.
//!
//! Source: MCP, Streamable HTTP transport: the answer to a POST may be `text/event-stream`, in which
//! notifications come before the response.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use super::answer::Reply;
use super::message;
use super::progress::Progress;
use crate::server::Answered;

/// The progress that the client of a POST asked for, where it can be told.
pub(super) fn wanted(headers: &HeaderMap, body: &[u8]) -> Option<Progress> {
    // Most calls ask for none, and are not read twice for it.
    if !accepts_events(headers) || !contains(body, b"progressToken") {
        return None;
    }
    Progress::asked(&message::parse(body).ok()?)
}

fn accepts_events(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|value| {
        value.to_str().is_ok_and(|value| {
            value
                .to_ascii_lowercase()
                .split(',')
                .any(|range| range.trim_start().starts_with("text/event-stream"))
        })
    })
}

fn contains(text: &[u8], searched: &[u8]) -> bool {
    text.windows(searched.len())
        .any(|window| window == searched)
}

type Answering = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// Answers with the reply alone where it comes within `interval`, else with events: progress after each
/// interval, and the reply at the end. Dropping the response ends the call.
pub(super) async fn answer(
    mut answering: Answering,
    progress: Progress,
    interval: Duration,
) -> Answered {
    if let Ok(reply) = tokio::time::timeout(interval, &mut answering).await {
        return reply.into();
    }
    let events = stream::unfold(Some((answering, progress, true)), move |state| async move {
        let (mut answering, mut progress, first) = state?;
        if !first && let Ok(reply) = tokio::time::timeout(interval, &mut answering).await {
            return Some((event(reply.body()), None));
        }
        let event = event(&progress.notification());
        Some((event, Some((answering, progress, false))))
    });
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back until its buffer is full.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Answered::of("tools/call", response)
}

/// One event. A message of ours holds no line break.
fn event(message: &[u8]) -> Result<Bytes, Infallible> {
    let mut event = b"event: message\ndata: ".to_vec();
    event.extend_from_slice(message);
    event.extend_from_slice(b"\n\n");
    Ok(event.into())
}
