//! Whether an outcome may be another one if the request is sent again, and how long to wait before that.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use super::CallError;

/// The wait before a repetition where the upstream names none: from half of it to one and a half.
const WAIT: Duration = Duration::from_millis(50);

/// Whether the upstream failed, rather than answered: these are what a breaker counts.
pub(super) fn is_failure(outcome: Result<StatusCode, &CallError>) -> bool {
    match outcome {
        Ok(status) => matches!(
            status,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        ),
        Err(error) => matches!(
            error,
            CallError::Unreachable { .. } | CallError::Broken { .. } | CallError::TimedOut { .. }
        ),
    }
}

/// How long to wait before the request is sent again; `None` where that is of no use. What took too long would
/// only take longer.
pub(super) fn wait(
    outcome: Result<(StatusCode, &HeaderMap), &CallError>,
    longest: Duration,
) -> Option<Duration> {
    match outcome {
        Err(CallError::TimedOut { .. }) => None,
        Err(CallError::NotProcessed { .. }) => Some(jittered(WAIT)),
        Err(error) => is_failure(Err(error)).then(|| jittered(WAIT)),
        Ok((status, _)) if !is_failure(Ok(status)) => None,
        Ok((_, headers)) => match headers.get(RETRY_AFTER) {
            None => Some(jittered(WAIT)),
            Some(value) => {
                // A date is farther away than what is waited for: its resolution is a second.
                let seconds = value.to_str().ok()?.trim().parse().ok()?;
                let asked = Duration::from_secs(seconds);
                (asked <= longest).then(|| asked + jittered(WAIT))
            }
        },
    }
}

/// From half of `wait` to one and a half, so that callers that failed together do not come back together.
fn jittered(wait: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let fraction = (random >> 32) as f64 / f64::from(u32::MAX);
    wait.mul_f64(0.5 + fraction)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const LONGEST: Duration = Duration::from_secs(2);

    fn after(status: StatusCode, retry_after: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        }
        wait(Ok((status, &headers)), LONGEST)
    }

    #[test]
    fn only_what_may_change_is_tried_again() {
        let upstream = "api";
        assert!(wait(Err(&CallError::Unreachable { upstream }), LONGEST).is_some());
        assert!(wait(Err(&CallError::Broken { upstream }), LONGEST).is_some());
        let timed_out = CallError::TimedOut {
            upstream,
            after: LONGEST,
        };
        assert_eq!(wait(Err(&timed_out), LONGEST), None);
        assert!(is_failure(Err(&timed_out)));
        assert_eq!(wait(Err(&CallError::Internal("x")), LONGEST), None);
        for status in [200, 302, 401, 404, 429, 500, 501] {
            assert_eq!(after(StatusCode::from_u16(status).unwrap(), None), None);
        }
        for status in [502, 503, 504] {
            assert!(after(StatusCode::from_u16(status).unwrap(), None).is_some());
        }
    }

    #[test]
    fn retry_after_is_waited_for_where_it_is_short() {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let waited = after(status, Some("1")).unwrap();
        assert!(waited >= Duration::from_secs(1) && waited < Duration::from_millis(1100));
        assert!(after(status, Some("0")).is_some());
        for too_long in [
            "3",
            "99999999999999999999",
            "Wed, 21 Oct 2037 07:28:00 GMT",
            "",
        ] {
            assert_eq!(after(status, Some(too_long)), None, "{too_long}");
        }
    }

    #[test]
    fn waits_differ_within_their_bounds() {
        let waits: Vec<Duration> = (0..100).map(|_| jittered(WAIT)).collect();
        let within = WAIT / 2..=WAIT * 3 / 2;
        assert!(waits.iter().all(|wait| within.contains(wait)));
        assert!(waits.iter().any(|wait| Some(wait) != waits.first()));
    }
}
