//! The answer of a route that declares what it answers with (LANGUAGE.md §6).

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE};

use crate::shape::Shape;
use crate::upstream::{Answer, CallError};

/// Gives a successful answer the shape that is declared, with its status and the headers that are passed on, but for
/// those that describe the body as the upstream sent it. Without a body there is nothing to shape, and none is sent.
///
/// # Errors
/// If the answer could not be read: see [`Answer::bytes`].
pub(super) async fn respond(
    answer: Answer,
    shape: &'static Shape,
    operation: &'static str,
) -> Result<Response, CallError> {
    let status = answer.status();
    let mut headers = answer.passed_headers();
    let body = match shape.of_answer(answer, operation).await? {
        Some(Err(problem)) => return Ok(problem.into_response()),
        Some(Ok(json)) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_RANGE);
            Body::from(json)
        }
        None => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
