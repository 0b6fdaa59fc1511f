//! Why a request is not even read.

use http::StatusCode;

use crate::problem::Problem;
use crate::server::front::RETRY_AFTER;
use crate::server::limits::Limits;
use crate::server::statistics::{Count, STATISTICS};

/// Why a request is refused before any adapter sees it. Its connection is closed with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Refusal {
    /// The connection is one too many.
    Overloaded,
    /// The head did not arrive in time.
    HeadTimeout,
    /// The head is too large.
    HeadLimit,
    /// The target is too long.
    UriLimit,
    /// There are too many headers.
    HeaderLimit,
    /// `Expect` holds something else than `100-continue`.
    Expectation,
    /// Another version of HTTP.
    Version,
    /// The head is malformed, or could be read in two ways: why.
    Malformed(&'static str),
}

impl Refusal {
    /// The answer.
    pub(in crate::server) fn problem(self, limits: &Limits) -> Problem {
        let (status, detail) = match self {
            Self::Overloaded => return Problem::overloaded(RETRY_AFTER),
            Self::HeadTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                format!(
                    "the head of the request did not come within {} s",
                    limits.head_timeout.as_secs_f64()
                ),
            ),
            Self::HeadLimit => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!(
                    "the head of the request is larger than {} bytes",
                    limits.head
                ),
            ),
            Self::UriLimit => (
                StatusCode::URI_TOO_LONG,
                format!(
                    "the target of the request is longer than {} bytes",
                    limits.uri
                ),
            ),
            Self::HeaderLimit => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!("the request has more than {} headers", limits.headers),
            ),
            Self::Expectation => (
                StatusCode::EXPECTATION_FAILED,
                "the only expectation that is met is 100-continue".to_owned(),
            ),
            Self::Version => (
                StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                "HTTP/1.0, HTTP/1.1 and HTTP/2 are served".to_owned(),
            ),
            Self::Malformed(reason) => (StatusCode::BAD_REQUEST, reason.to_owned()),
        };
        Problem::new(status, detail)
    }

    /// Counts it.
    pub(in crate::server) fn count(self) {
        let count: &Count = match self {
            Self::Overloaded => &STATISTICS.connections_refused,
            Self::HeadTimeout => &STATISTICS.head_timeouts,
            Self::HeadLimit => &STATISTICS.head_limits,
            Self::UriLimit => &STATISTICS.uri_limits,
            Self::HeaderLimit => &STATISTICS.header_limits,
            Self::Expectation | Self::Version | Self::Malformed(_) => &STATISTICS.malformed,
        };
        count.add();
    }
}
