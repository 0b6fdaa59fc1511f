//! Reading a request body whole, within a limit.

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;

use super::BodyLimits;
use super::statistics::STATISTICS;
use crate::gathered::Gathered;
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
    match tokio::time::timeout(limits.time, gather(body, limits.bytes)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(Unusable::TooLarge)) => Err(too_large()),
        Ok(Err(Unusable::BrokenOff)) => Err(ParameterProblem::body(
            StatusCode::BAD_REQUEST,
            "broke off before its end",
        )),
        Err(_) => {
            STATISTICS.body_timeouts.add();
            let detail = format!("did not come within {} s", limits.time.as_secs_f64());
            Err(ParameterProblem::body(StatusCode::REQUEST_TIMEOUT, detail))
        }
    }
}

enum Unusable {
    TooLarge,
    BrokenOff,
}

/// Reads a body to its end.
async fn gather(mut body: Body, limit: usize) -> Result<Bytes, Unusable> {
    let mut gathered = Gathered::default();
    while let Some(frame) = body.frame().await {
        // What is no data are trailers, which say nothing here.
        let Ok(data) = frame.map_err(|_| Unusable::BrokenOff)?.into_data() else {
            continue;
        };
        if gathered.len() + data.len() > limit {
            return Err(Unusable::TooLarge);
        }
        gathered.push(data);
    }
    Ok(gathered.into_bytes())
}
