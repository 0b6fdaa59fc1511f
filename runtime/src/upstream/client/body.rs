//! The body of an answer, and with it the connection that it comes on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::Failure;
use super::deadline::Deadline;
use super::http1::Http1;
use super::http2;
use super::pool::Server;

/// The body of an answer, as it comes. It fails where it breaks off, and where it is not there in time.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    // Dropped in this order: a connection goes back when nobody asks it for a body any more.
    incoming: Incoming,
    carrier: Carrier,
}

/// What moves the body on.
#[derive(Debug)]
enum Carrier {
    Http1(Loan),
    /// A connection that moves on by itself.
    Http2(Deadline),
    /// The body is at its end.
    None,
}

/// A connection that goes back to those of its server when this is dropped.
#[derive(Debug)]
struct Loan {
    connection: Option<Http1>,
    server: Arc<Server>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.server.keep(connection);
        }
    }
}

impl AnswerBody {
    pub(super) fn over_http1(incoming: Incoming, connection: Http1, server: Arc<Server>) -> Self {
        let loan = Loan {
            connection: Some(connection),
            server,
        };
        Self {
            carrier: match incoming.is_end_stream() {
                true => Carrier::None,
                false => Carrier::Http1(loan),
            },
            incoming,
        }
    }

    pub(super) fn over_http2(incoming: Incoming, deadline: Deadline) -> Self {
        Self {
            incoming,
            carrier: Carrier::Http2(deadline),
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let body = &mut *self;
        let incoming = &mut body.incoming;
        let frame = match &mut body.carrier {
            Carrier::Http1(Loan {
                connection: Some(connection),
                ..
            }) => connection.poll_frame(incoming, context),
            Carrier::Http2(deadline) => http2::poll_frame(incoming, deadline, context),
            Carrier::Http1(_) | Carrier::None => return Poll::Ready(None),
        };
        let frame = ready!(frame);
        if frame.is_none() || incoming.is_end_stream() {
            body.carrier = Carrier::None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
