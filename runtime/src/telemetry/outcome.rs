//! What came of a request, as the label `status` of a metric says it.

use std::borrow::Cow;

use crate::upstream::CallError;

/// The statuses that have a series of their own: those of the IANA registry that are used, and nginx's 499 for a caller that
/// left. Any other is counted by its class, so that an upstream cannot make series.
const CODES: [u16; 43] = [
    200, 201, 202, 203, 204, 205, 206, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403,
    404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 429, 431, 499,
    500, 501, 502, 503, 504,
];
const WORDS: [&str; 14] = [
    "1xx",
    "2xx",
    "3xx",
    "4xx",
    "5xx",
    "other",
    "unreachable",
    "timed_out",
    "broken",
    "no_token",
    "breaker_open",
    "busy",
    "cancelled",
    "error",
];

/// How many outcomes there are.
pub(super) const COUNT: usize = CODES.len() + WORDS.len();

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome(usize);

impl Outcome {
    /// Nobody waited for the end.
    pub(crate) const CANCELLED: Self = Self::word(12);

    const fn word(position: usize) -> Self {
        Self(CODES.len() + position)
    }

    pub(crate) fn of_status(status: u16) -> Self {
        CODES.binary_search(&status).map_or_else(
            |_| {
                Self::word(match status / 100 {
                    class @ 1..=5 => usize::from(class) - 1,
                    _ => 5,
                })
            },
            Self,
        )
    }

    pub(crate) fn of_error(error: &CallError) -> Self {
        Self::word(match error {
            CallError::Unreachable { .. } => 6,
            CallError::TimedOut { .. } => 7,
            CallError::Broken { .. } | CallError::NotProcessed { .. } => 8,
            CallError::NoToken { .. } => 9,
            CallError::Resting { .. } => 10,
            CallError::Busy { .. } => 11,
            CallError::TooLarge { .. } | CallError::Refused(_) | CallError::Internal(_) => 13,
        })
    }

    /// What the label says of an error.
    #[cfg(feature = "otlp")]
    pub(super) fn word_of_error(error: &CallError) -> &'static str {
        let position = Self::of_error(error).0.checked_sub(CODES.len());
        let word = position.and_then(|position| WORDS.get(position));
        word.copied().unwrap_or("error")
    }

    pub(super) fn index(self) -> usize {
        self.0
    }

    /// The label of the outcome at an index below [`COUNT`].
    pub(super) fn label(index: usize) -> Cow<'static, str> {
        match (CODES.get(index), index.checked_sub(CODES.len())) {
            (Some(code), _) => Cow::Owned(code.to_string()),
            (None, position) => Cow::Borrowed(
                position
                    .and_then(|position| WORDS.get(position))
                    .copied()
                    .unwrap_or("other"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(outcome: Outcome) -> String {
        Outcome::label(outcome.index()).into_owned()
    }

    #[test]
    fn every_status_has_a_label_and_few_have_their_own() {
        assert!(CODES.is_sorted());
        let labels: std::collections::BTreeSet<String> = (0..=u16::MAX)
            .map(|status| label(Outcome::of_status(status)))
            .collect();
        assert_eq!(labels.len(), CODES.len() + 6);
        for (status, expected) in [
            (200, "200"),
            (218, "2xx"),
            (499, "499"),
            (599, "5xx"),
            (100, "1xx"),
            (700, "other"),
            (0, "other"),
        ] {
            assert_eq!(label(Outcome::of_status(status)), expected);
        }
    }

    #[test]
    fn errors_and_cancellation_are_told_apart() {
        let upstream = "u";
        assert_eq!(label(Outcome::CANCELLED), "cancelled");
        for (error, expected) in [
            (CallError::Unreachable { upstream }, "unreachable"),
            (CallError::Broken { upstream }, "broken"),
            (CallError::Busy { upstream }, "busy"),
            (
                CallError::Resting {
                    upstream,
                    retry_after: 1,
                },
                "breaker_open",
            ),
            (CallError::Internal("x"), "error"),
        ] {
            assert_eq!(label(Outcome::of_error(&error)), expected);
        }
    }
}
