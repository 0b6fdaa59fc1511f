//! Why a call to an upstream gave no answer.

use std::time::Duration;

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
    /// The answer is larger than what the gateway holds in memory.
    TooLarge {
        /// The namespace of the upstream.
        upstream: &'static str,
        /// The limit in bytes.
        limit: usize,
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
            Self::TooLarge { upstream, limit } => {
                write!(
                    formatter,
                    "the answer of the upstream `{upstream}` is larger than {limit} bytes"
                )
            }
            Self::Internal(reason) => write!(formatter, "internal error: {reason}"),
        }
    }
}

impl std::error::Error for CallError {}
