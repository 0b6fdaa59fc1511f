//! Why a request got no answer, or half of one.

use std::error::Error;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::client::conn::TrySendError;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum FailureKind {
    /// There was no connection to send the request on.
    Unreachable,
    /// It took too long.
    TimedOut,
    /// The server said that it has not begun to process the request (RFC 9113 §8.7).
    NotProcessed,
    /// The connection ended, or carried no HTTP, before the answer was complete.
    Broken,
}

/// A request that got no answer, or half of one. Neither its display nor its cause names a URL.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: FailureKind,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    pub(super) fn timed_out() -> Self {
        Self {
            kind: FailureKind::TimedOut,
            cause: None,
        }
    }

    pub(super) fn unreachable(cause: Box<dyn Error + Send + Sync>) -> Self {
        Self {
            kind: FailureKind::Unreachable,
            cause: Some(cause),
        }
    }

    /// There is no answer, or no connection that speaks HTTP.
    pub(super) fn unanswered(error: hyper::Error) -> Self {
        Self {
            kind: if is_not_processed(&error) {
                FailureKind::NotProcessed
            } else {
                FailureKind::Broken
            },
            cause: Some(error.into()),
        }
    }

    pub(super) fn from_connection(error: hyper::Error) -> Self {
        Self {
            kind: FailureKind::Broken,
            cause: Some(error.into()),
        }
    }

    pub(in super::super) fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What lies at the bottom of it: refused, a name that does not resolve, a certificate.
    pub(crate) fn root_cause(&self) -> String {
        let mut cause: Option<&(dyn Error + 'static)> = match &self.cause {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        };
        while let Some(next) = cause.and_then(Error::source) {
            cause = Some(next);
        }
        cause.map_or_else(|| "the time is over".to_owned(), ToString::to_string)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.kind {
            FailureKind::Unreachable => "no connection could be made",
            FailureKind::TimedOut => "the answer did not come in time",
            FailureKind::NotProcessed => "the request was refused before it was processed",
            FailureKind::Broken => "the connection broke before the answer was complete",
        })
    }
}

impl Error for Failure {}

/// Why a request got no answer on a connection.
pub(super) enum Unanswered {
    /// The connection had ended before the request was sent.
    NotSent(Box<Request<Full<Bytes>>>, hyper::Error),
    Failed(Failure),
}

impl Unanswered {
    pub(super) fn of_attempt(mut error: TrySendError<Request<Full<Bytes>>>) -> Self {
        match error.take_message() {
            Some(request) => Self::NotSent(Box::new(request), error.into_error()),
            None => Self::Failed(Failure::unanswered(error.into_error())),
        }
    }
}

fn is_not_processed(error: &hyper::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let refused = error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            let gone = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
            if refused || gone {
                return true;
            }
        }
        source = error.source();
    }
    false
}
