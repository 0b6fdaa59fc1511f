//! A connection that speaks HTTP/1.1 and has no task of its own: it moves on while somebody waits for its answer.
//!
//! A task for each connection, as is usual, costs every request two changes of task, and the channels that carry the
//! request to the one and its answer to the other.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use tokio::task::coop::{poll_proceed, unconstrained};
use tokio::time::Instant;

use super::connector::Stream;
use super::deadline::Deadline;
use super::error::{Failure, Unanswered};

/// How many bytes of an answer are read at once, and how large its head may be.
const READ_BUFFER: usize = 64 * 1024;

/// A connection. It lies on the heap, because it goes from hand to hand.
#[derive(Debug)]
pub(super) struct Http1(Box<State>);

#[derive(Debug)]
struct State {
    sender: SendRequest<Full<Bytes>>,
    /// `None` once it has ended.
    connection: Option<Connection<Stream, Full<Bytes>>>,
    /// Of the request under way. Its timer goes with the connection, from one request to the next.
    deadline: Deadline,
}

impl Http1 {
    pub(super) async fn begin(stream: Stream) -> Result<Self, hyper::Error> {
        let mut builder = Builder::new();
        builder.max_buf_size(READ_BUFFER);
        let (sender, connection) = builder.handshake(stream).await?;
        Ok(Self(Box::new(State {
            sender,
            connection: Some(connection),
            deadline: Deadline::new(Instant::now()),
        })))
    }

    /// Whether a request can be sent now, as far as is known.
    pub(super) fn is_ready(&self) -> bool {
        self.0.connection.is_some() && self.0.sender.is_ready()
    }

    /// Whether a request can be sent now that the last answer is not waited for any more.
    pub(super) fn has_become_idle(&mut self) -> bool {
        // Where the answer was read to its end, the connection has gone on by itself to where it waits for a request.
        self.is_ready() || self.is_open()
    }

    /// Whether a request can be sent now: looks whether the server has ended the connection.
    pub(super) fn is_open(&mut self) -> bool {
        drive(&mut self.0.connection, &mut unheard());
        self.is_ready()
    }

    /// Sends a request, which has its target in origin form and a Host, and waits for the head of its answer.
    pub(super) fn exchange(
        mut self,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> impl Future<Output = Result<(Response<Incoming>, Self), Unanswered>> {
        // Handed over at once: a future that waited with it would hold it twice.
        let sending = self.0.sender.try_send_request(request);
        self.0.deadline.set(deadline);
        async move {
            let State {
                connection,
                deadline,
                ..
            } = &mut *self.0;
            // The answer comes out of the connection only while that is driven, here, so nothing has to wake anybody for it.
            // It is asked for outside of the task's budget: what is refused for want of budget is announced by waking.
            let mut answering = pin!(unconstrained(sending));
            let mut is_sent = false;
            let answered = poll_fn(|context| {
                // Nothing can have come before the request is sent.
                if is_sent {
                    drive(connection, &mut unheard());
                    if let Poll::Ready(answer) = answering.as_mut().poll(&mut unheard()) {
                        return Poll::Ready(answer.map_err(Unanswered::of_attempt));
                    }
                }
                is_sent = true;
                drive(connection, context);
                if let Poll::Ready(answer) = answering.as_mut().poll(&mut unheard()) {
                    return Poll::Ready(answer.map_err(Unanswered::of_attempt));
                }
                deadline
                    .poll(context)
                    .map(|()| Err(Unanswered::Failed(Failure::timed_out())))
            });
            let answer = answered.await?;
            Ok((answer, self))
        }
    }

    /// The next frame of the body of the answer, `incoming`.
    pub(super) fn poll_frame(
        &mut self,
        incoming: &mut Incoming,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let State {
            connection,
            deadline,
            ..
        } = &mut *self.0;
        // Where the reader is slower than the server there is always a frame, and never anything to wait for.
        if deadline.has_passed() && !incoming.is_end_stream() {
            return Poll::Ready(Some(Err(Failure::timed_out())));
        }
        // Also what is there without waiting takes of the task's budget: many small frames would keep others from their turn.
        ready!(poll_proceed(context)).made_progress();
        let mut incoming = Pin::new(incoming);
        let mut next = || match incoming.as_mut().poll_frame(&mut unheard()) {
            Poll::Ready(frame) => Some(frame.map(|frame| frame.map_err(Failure::from_connection))),
            Poll::Pending => None,
        };
        // To ask tells the connection that the body is wanted. What has come with the head is there without waiting.
        if let Some(frame) = next() {
            return Poll::Ready(frame);
        }
        drive(connection, &mut unheard());
        if let Some(frame) = next() {
            return Poll::Ready(frame);
        }
        drive(connection, context);
        match next() {
            Some(frame) => Poll::Ready(frame),
            None => deadline
                .poll(context)
                .map(|()| Some(Err(Failure::timed_out()))),
        }
    }
}

/// Moves a connection on as far as it goes.
fn drive(connection: &mut Option<Connection<Stream, Full<Bytes>>>, context: &mut Context<'_>) {
    // How it ended is told to who waits for its answer.
    if let Some(driven) = connection
        && Pin::new(driven).poll(context).is_ready()
    {
        *connection = None;
    }
}

/// The context of who looks once, and is not woken.
fn unheard() -> Context<'static> {
    Context::from_waker(Waker::noop())
}
