//! A connection that speaks HTTP/2, which all calls of a server share.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use super::connector::Stream;
use super::deadline::Deadline;
use super::error::{Failure, Unanswered};

/// How often a connection with calls under way is asked whether it is still there, and how long it may take to say
/// so. All calls share it, and would all wait for one that is dead.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection. Cheap to clone; it ends with its last clone and its last answer.
#[derive(Clone, Debug)]
pub(super) struct Http2(SendRequest<Full<Bytes>>);

impl Http2 {
    pub(super) async fn begin(stream: Stream) -> Result<Self, hyper::Error> {
        let (mut sender, connection) = Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            .handshake(stream)
            .await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "an HTTP/2 connection to an upstream ended with an error");
            }
        });
        sender.ready().await?;
        Ok(Self(sender))
    }

    /// Whether a request can be sent now.
    pub(super) fn is_ready(&self) -> bool {
        self.0.is_ready()
    }

    /// Sends a request, which has its target in absolute form, and waits for the head of its answer.
    pub(super) fn exchange(
        mut self,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> impl Future<Output = Result<(Response<Incoming>, Deadline), Unanswered>> {
        let sending = self.0.try_send_request(request);
        let mut deadline = Deadline::new(deadline);
        async move {
            let mut answering = pin!(sending);
            let answered = poll_fn(|context| match answering.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(answer.map_err(Unanswered::of_attempt)),
                Poll::Pending => deadline
                    .poll(context)
                    .map(|()| Err(Unanswered::Failed(Failure::timed_out()))),
            });
            let answer = answered.await?;
            Ok((answer, deadline))
        }
    }
}

/// The next frame of the body of an answer.
pub(super) fn poll_frame(
    incoming: &mut Incoming,
    deadline: &mut Deadline,
    context: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
    // Where the reader is slower than the server there is always a frame, and never anything to wait for.
    if deadline.has_passed() && !incoming.is_end_stream() {
        return Poll::Ready(Some(Err(Failure::timed_out())));
    }
    match Pin::new(incoming).poll_frame(context) {
        Poll::Ready(frame) => {
            Poll::Ready(frame.map(|frame| frame.map_err(Failure::from_connection)))
        }
        Poll::Pending => deadline
            .poll(context)
            .map(|()| Some(Err(Failure::timed_out()))),
    }
}
