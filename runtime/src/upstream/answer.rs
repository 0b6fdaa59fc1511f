//! The answer of an upstream.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName,
    LAST_MODIFIED, LINK, LOCATION, RETRY_AFTER,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

use super::CallError;
use super::client::AnswerBody;
use super::echo::hide_secrets;
use super::error::call_error;
use super::excerpt::Excerpt;
use crate::gathered::Gathered;
use crate::settings::Secret;

/// How much of a body is read before the head is passed on. An answer that breaks off within it becomes
/// a clear 502 instead of a body that ends early.
const READ_AHEAD: usize = 64 * 1024;

/// An upstream's answer: any status, its headers, and a body that has not been read yet.
#[derive(Debug)]
pub struct Answer {
    upstream: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    slot: Option<OwnedSemaphorePermit>,
    body: AnswerBody,
    call_timeout: Duration,
    limit: usize,
}

impl Answer {
    /// An answer of at most `limit` bytes where it is held, whose body has to be there `call_timeout` after the
    /// call began. It keeps `slot` until its body has been read.
    pub(super) fn new(
        upstream: &'static str,
        response: http::Response<AnswerBody>,
        call_timeout: Duration,
        limit: usize,
        slot: Option<OwnedSemaphorePermit>,
    ) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            upstream,
            status: parts.status,
            headers: parts.headers,
            body,
            call_timeout,
            limit,
            slot,
        }
    }

    /// The status, whatever it is.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The namespace of the upstream.
    pub fn upstream(&self) -> &'static str {
        self.upstream
    }

    /// The headers that are passed on to a caller (LANGUAGE.md §6).
    pub(crate) fn passed_headers(&self) -> HeaderMap {
        passed_headers(&self.headers)
    }

    /// All headers as the upstream sent them, but for a `Location` or `Link` that repeats a secret it was called with.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of `Content-Type`, where it is text.
    pub fn content_type(&self) -> Option<&str> {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
    }

    /// Takes out of the headers what shows one of these secrets.
    pub(crate) fn hide_secrets(&mut self, secrets: &[Secret]) {
        hide_secrets(&mut self.headers, secrets);
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// If it breaks off, is too slow, or is larger than [`super::UpstreamOptions::answer_limit`].
    pub async fn bytes(mut self) -> Result<Bytes, CallError> {
        let mut held = Gathered::default();
        while let Some(data) = self.data().await? {
            if held.len() + data.len() > self.limit {
                return Err(CallError::TooLarge {
                    upstream: self.upstream,
                    limit: self.limit,
                });
            }
            held.push(data);
        }
        Ok(held.into_bytes())
    }

    /// Reads no more of the body than its first `limit` bytes, or than an answer may have that is held, and what tells
    /// that it goes on. An answer that is left so takes its connection with it.
    ///
    /// # Errors
    /// If it breaks off, or is too slow, within these bytes.
    pub(crate) async fn excerpt(mut self, limit: usize) -> Result<Excerpt, CallError> {
        let limit = limit.min(self.limit);
        let mut read = Gathered::default();
        while read.len() <= limit {
            match self.data().await? {
                Some(data) => read.push(data),
                None => return Ok(Excerpt::whole(read.into_bytes(), limit)),
            }
        }
        // Not by the header: an answer to HEAD has one and no body.
        let rest = self.body.size_hint().exact();
        let length = rest.map(|rest| read.len() as u64 + rest);
        Ok(Excerpt::beginning(read.into_bytes(), limit, length))
    }

    /// The next piece of the body, `None` after the last.
    async fn data(&mut self) -> Result<Option<Bytes>, CallError> {
        while let Some(frame) = self.body.frame().await {
            let frame =
                frame.map_err(|error| call_error(self.upstream, self.call_timeout, &error))?;
            // What is no data are trailers, which say nothing here.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// Reads the whole body as text; bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Errors
    /// As [`Answer::bytes`].
    pub async fn text(self) -> Result<String, CallError> {
        Ok(match String::from_utf8(self.bytes().await?.into()) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// Reads the whole body as JSON.
    ///
    /// # Errors
    /// As [`Answer::bytes`], and [`CallError::Broken`] where the body is not the JSON that `T` describes.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let upstream = self.upstream;
        serde_json::from_slice(&self.bytes().await?).map_err(|_| CallError::Broken { upstream })
    }

    /// The answer as it is passed on to a REST caller: status, the headers that LANGUAGE.md §6 names,
    /// and the body byte for byte. A short body is read first, a longer one is streamed.
    ///
    /// # Errors
    /// If the body breaks off, or is too slow, in its first 64 KiB.
    pub async fn pass_on(mut self) -> Result<http::Response<PassedBody>, CallError> {
        let mut head = VecDeque::new();
        let mut length = 0;
        let mut complete = self.status == StatusCode::NO_CONTENT;
        let read_ahead = if self.is_event_stream() {
            0
        } else {
            READ_AHEAD
        };
        while !complete && length < read_ahead {
            match self.data().await? {
                None => complete = true,
                Some(data) => {
                    length += data.len();
                    head.push_back(data);
                    complete = self.body.is_end_stream();
                }
            }
        }
        let mut response = http::Response::new(PassedBody {
            upstream: self.upstream,
            call_timeout: self.call_timeout,
            head,
            rest: (!complete).then_some(self.body),
            _slot: self.slot,
        });
        *response.status_mut() = self.status;
        *response.headers_mut() = passed_headers(&self.headers);
        // The body of an answer to HEAD is empty, and yet its length is of use.
        if complete
            && length == 0
            && self.status != StatusCode::NO_CONTENT
            && let Some(length) = self.headers.get(CONTENT_LENGTH)
        {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, length.clone());
        }
        Ok(response)
    }

    /// Events must reach the caller as they come.
    fn is_event_stream(&self) -> bool {
        self.content_type()
            .is_some_and(|value| value.starts_with("text/event-stream"))
    }
}

/// The headers that are passed on from an upstream's answer: those of LANGUAGE.md §6, and the two without
/// which the bytes of a body cannot be understood, `Content-Encoding` and `Content-Range`.
fn passed_headers(headers: &HeaderMap) -> HeaderMap {
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        if is_passed(name) {
            passed.append(name.clone(), HeaderValue::clone(value));
        }
    }
    passed
}

fn is_passed(name: &HeaderName) -> bool {
    const NAMED: [HeaderName; 9] = [
        CONTENT_TYPE,
        CONTENT_ENCODING,
        CONTENT_RANGE,
        ETAG,
        LAST_MODIFIED,
        CACHE_CONTROL,
        LOCATION,
        LINK,
        RETRY_AFTER,
    ];
    NAMED.contains(name)
        || name.as_str() == "x-request-id"
        || name.as_str().starts_with("x-ratelimit-")
        || name.as_str().starts_with("ratelimit-")
        || name.as_str() == "ratelimit"
}

/// The body of an answer that is passed on: what has been read, then the rest as it comes.
#[derive(Debug)]
pub struct PassedBody {
    upstream: &'static str,
    call_timeout: Duration,
    head: VecDeque<Bytes>,
    _slot: Option<OwnedSemaphorePermit>,
    rest: Option<AnswerBody>,
}

impl Body for PassedBody {
    type Data = Bytes;
    type Error = CallError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CallError>>> {
        if let Some(data) = self.head.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        let (upstream, call_timeout) = (self.upstream, self.call_timeout);
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(rest).poll_frame(context));
        Poll::Ready(
            frame
                .map(|frame| frame.map_err(|failure| call_error(upstream, call_timeout, &failure))),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.head.is_empty() && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let head: u64 = self.head.iter().map(|data| data.len() as u64).sum();
        let Some(rest) = &self.rest else {
            return SizeHint::with_exact(head);
        };
        let rest = rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(head + rest.lower());
        if let Some(upper) = rest.upper() {
            hint.set_upper(head + upper);
        }
        hint
    }
}
