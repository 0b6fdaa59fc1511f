//! Why a call to an upstream gave no answer.

use std::time::Duration;

use super::client::{Failure, FailureKind};
use crate::problem::ParameterProblem;

/// Why a call gave no answer. An upstream's own error status is an [`super::Answer`], not a `CallError`.
///
/// No variant holds a credential, and none is displayed with an upstream URL's query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Parameters that cannot be sent; nothing was.
    Refused(Vec<ParameterProblem>),
    /// No connection could be made.
    Unreachable {
        /// The namespace of the upstream.
        upstream: &'static str,
    },
    /// The upstream did not answer in time.
    TimedOut {
        /// The namespace of the upstream.
        upstream: &'static str,
        /// How long the call was given.
        after: Duration,
    },
    /// The connection ended, or carried no HTTP, before the answer was complete.
    Broken {
        /// The namespace of the upstream.
        upstream: &'static str,
    },
    /// The upstream said that it has not begun to process the request (RFC 9113 §8.7).
    NotProcessed {
        /// The namespace of the upstream.
        upstream: &'static str,
    },
    /// The answer is larger than what the gateway holds in memory.
    TooLarge {
        /// The namespace of the upstream.
        upstream: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// The upstream is called with an access token, and its token endpoint gave none; the upstream was not called.
    NoToken {
        /// The namespace of the upstream.
        upstream: &'static str,
        /// What the token endpoint did.
        problem: TokenProblem,
    },
    /// The upstream failed again and again, and is left alone for a while; it was not called.
    Resting {
        /// The namespace of the upstream.
        upstream: &'static str,
        /// After how many seconds it is tried again.
        retry_after: u32,
    },
    /// As many calls of the upstream are under way as may be; it was not called.
    Busy {
        /// The namespace of the upstream.
        upstream: &'static str,
    },
    /// A defect of the gateway; the text is for logs.
    Internal(&'static str),
}

impl std::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(problems) => {
                for (position, problem) in problems.iter().enumerate() {
                    if position > 0 {
                        formatter.write_str("; ")?;
                    }
                    problem.fmt(formatter)?;
                }
                Ok(())
            }
            Self::Unreachable { upstream } => {
                write!(formatter, "the upstream `{upstream}` could not be reached")
            }
            Self::TimedOut { upstream, after } => {
                write!(
                    formatter,
                    "the upstream `{upstream}` did not answer within {} s",
                    after.as_secs_f32()
                )
            }
            Self::Broken { upstream } => {
                write!(
                    formatter,
                    "the upstream `{upstream}` broke off its answer, or did not answer in HTTP"
                )
            }
            Self::NotProcessed { upstream } => {
                write!(
                    formatter,
                    "the upstream `{upstream}` refused the call before it processed it"
                )
            }
            Self::TooLarge { upstream, limit } => {
                write!(
                    formatter,
                    "the answer of the upstream `{upstream}` is larger than {limit} bytes"
                )
            }
            Self::NoToken { upstream, problem } => {
                write!(
                    formatter,
                    "the token endpoint of the upstream `{upstream}` {problem}"
                )
            }
            Self::Resting {
                upstream,
                retry_after,
            } => {
                write!(
                    formatter,
                    "the upstream `{upstream}` failed again and again and is left alone; try again in {retry_after} s"
                )
            }
            Self::Busy { upstream } => {
                write!(
                    formatter,
                    "too many calls of the upstream `{upstream}` are under way; try again later"
                )
            }
            Self::Internal(reason) => write!(formatter, "internal error: {reason}"),
        }
    }
}

impl std::error::Error for CallError {}

/// What a token endpoint did instead of granting a token. Nothing of what it sent is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// No connection could be made.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// The connection ended, or carried no HTTP, before the answer was complete.
    Broken,
    /// The answer is larger than one with a token ever is.
    TooLarge,
    /// It answered 200 with something that holds no bearer token.
    NoToken,
    /// It answered with another status.
    Refused {
        /// The status.
        status: u16,
        /// The error code, where it is one of RFC 6749 §5.2.
        error: Option<&'static str>,
    },
}

impl std::fmt::Display for TokenProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable => formatter.write_str("could not be reached"),
            Self::TimedOut => formatter.write_str("did not answer in time"),
            Self::Broken => formatter.write_str("broke off its answer, or did not answer in HTTP"),
            Self::TooLarge => formatter.write_str("answered with more than a token"),
            Self::NoToken => formatter.write_str("did not answer with a bearer token"),
            Self::Refused { status, error } => {
                write!(formatter, "refused to give a token: it answered {status}")?;
                match error {
                    Some(error) => write!(formatter, " `{error}`"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// What a failure of the HTTP client is to a caller.
pub(super) fn call_error(upstream: &'static str, after: Duration, failure: &Failure) -> CallError {
    match failure.kind() {
        FailureKind::Unreachable => CallError::Unreachable { upstream },
        FailureKind::TimedOut => CallError::TimedOut { upstream, after },
        FailureKind::NotProcessed => CallError::NotProcessed { upstream },
        FailureKind::Broken => CallError::Broken { upstream },
    }
}
