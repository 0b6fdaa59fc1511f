//! Reading a request body whole, within a limit.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::problem::ParameterProblem;

/// How long a caller may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the body of a request, at most `limit` bytes. What is announced to be longer is not read at all.
///
/// # Errors
/// 413 where it is longer, 400 where it breaks off, 408 where it takes longer than 30 s.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, ParameterProblem> {
    let too_large = || {
        let detail = format!("is larger than {limit} bytes");
        ParameterProblem::body(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, limit).collect()).await;
    let Ok(collected) = collected else {
        let detail = format!("did not come within {} s", BODY_TIMEOUT.as_secs());
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
