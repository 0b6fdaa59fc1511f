//! The HTTP client: connections, their pool, which versions of HTTP are spoken, and the time a request is given.

mod connector;
mod deadline;
mod error;
#[cfg(feature = "otlp")]
mod pem;
mod resolver;
pub(super) mod tls;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::time::Instant;

use self::connector::Connector;
use self::deadline::Deadline;
use super::UpstreamOptions;
#[cfg(feature = "otlp")]
use crate::settings::SettingsError;

pub(crate) use error::Failure;
pub(super) use error::FailureKind;
#[cfg(feature = "otlp")]
pub(crate) use pem::{PemFile, PemFiles};

/// How often a connection with calls under way is asked whether it is still there, and how long it may take to say
/// so. Over HTTP/2 all calls share one connection, and would all wait for one that is dead.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);
/// How many bytes of an answer are read at once, and how large its head may be.
const READ_BUFFER: usize = 64 * 1024;

/// A client that follows no redirect, asks no proxy, keeps no cookies, and repeats no request that may have reached
/// a server. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pool: legacy::Client<Connector, Full<Bytes>>,
    call_timeout: Duration,
}

impl Client {
    /// A client that keeps to the limits of `options`. HTTP/2 is spoken where the server chooses it in the TLS
    /// handshake (RFC 9113 §3.2).
    pub(super) fn new(options: &UpstreamOptions, tls: ClientConfig) -> Self {
        let pool = legacy::Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(options.idle_connections)
            .pool_idle_timeout(options.idle_timeout)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http1_max_buf_size(READ_BUFFER)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(Connector::new(options.connect_timeout, tls));
        Self {
            pool,
            call_timeout: options.call_timeout,
        }
    }

    /// A client that trusts, and is trusted by, what is in these files.
    ///
    /// # Errors
    /// If they cannot be used.
    #[cfg(feature = "otlp")]
    pub(crate) fn with_identity(
        options: &UpstreamOptions,
        files: &PemFiles,
    ) -> Result<Self, SettingsError> {
        Ok(Self::new(options, files.client_config()?))
    }

    /// When a call that begins now has to be over.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.call_timeout
    }

    /// Sends a request, whose URI is absolute, and reads the answer up to its body. `deadline` is for all of it, the
    /// body included.
    ///
    /// # Errors
    /// If there is no connection, or it breaks before the head of an answer is there, or `deadline` passes.
    pub(crate) async fn send(
        &self,
        request: http::Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<http::Response<AnswerBody>, Failure> {
        let mut deadline = Deadline::new(deadline);
        let mut answering = pin!(self.pool.request(request));
        let answer = std::future::poll_fn(|context| match answering.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(answer.map_err(Failure::from_client)),
            Poll::Pending => deadline.poll(context).map(|()| Err(Failure::timed_out())),
        });
        let (head, incoming) = answer.await?.into_parts();
        Ok(http::Response::from_parts(
            head,
            AnswerBody { incoming, deadline },
        ))
    }
}

/// The body of an answer, as it comes. It fails where it breaks off, and where it is not there in time.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    incoming: Incoming,
    deadline: Deadline,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        // Where the reader is slower than the server there is always a frame, and never anything to wait for.
        if self.deadline.has_passed() && !self.incoming.is_end_stream() {
            return Poll::Ready(Some(Err(Failure::timed_out())));
        }
        match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(frame) => {
                Poll::Ready(frame.map(|frame| frame.map_err(Failure::from_connection)))
            }
            Poll::Pending => self
                .deadline
                .poll(context)
                .map(|()| Some(Err(Failure::timed_out()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
