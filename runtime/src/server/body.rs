//! Reading a request body whole, within a limit.

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::BodyLimits;
use super::statistics::STATISTICS;
use crate::problem::ParameterProblem;

/// Reads the body of a request within its limits. What is announced to be larger is not read at all.
///
/// # Errors
/// 413 where it is larger, 400 where it breaks off, 408 where it takes too long.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limits: BodyLimits,
) -> Result<Bytes, ParameterProblem> {
    let too_large = || {
        STATISTICS.body_limits.add();
        let detail = format!("is larger than {} bytes", limits.bytes);
        ParameterProblem::body(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.bytes as u64) {
        return Err(too_large());
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let collected =
        tokio::time::timeout(limits.time, Limited::new(body, limits.bytes).collect()).await;
    let Ok(collected) = collected else {
        STATISTICS.body_timeouts.add();
        let detail = format!("did not come within {} s", limits.time.as_secs_f64());
        return Err(ParameterProblem::body(StatusCode::REQUEST_TIMEOUT, detail));
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(ParameterProblem::body(
            StatusCode::BAD_REQUEST,
            "broke off before its end",
        )),
    }
}
