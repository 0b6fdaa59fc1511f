//! The one place which turns a failure into Lago's answer.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request has no result.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The request cannot be read.
    BadRequest,
    /// No key, or not ours.
    Unauthorized,
    /// There is no such thing; the word names what was looked for.
    NotFound(&'static str),
    /// The values do not do; what is wrong with each field.
    Invalid(Details),
}

/// Codes of what is wrong, by field.
pub(crate) type Details = BTreeMap<&'static str, Vec<&'static str>>;

impl Failure {
    /// One thing wrong with one field.
    pub(crate) fn invalid(field: &'static str, code: &'static str) -> Failure {
        Failure::Invalid(Details::from([(field, vec![code])]))
    }
}

impl From<PathRejection> for Failure {
    fn from(_: PathRejection) -> Failure {
        Failure::BadRequest
    }
}

impl From<BytesRejection> for Failure {
    fn from(_: BytesRejection) -> Failure {
        Failure::BadRequest
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Failure::BadRequest => (
                StatusCode::BAD_REQUEST,
                json!({"status": 400, "error": "Bad Request"}),
            ),
            Failure::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                json!({"status": 401, "error": "Unauthorized"}),
            ),
            Failure::NotFound(resource) => (
                StatusCode::NOT_FOUND,
                json!({"status": 404, "error": "Not Found", "code": format!("{resource}_not_found")}),
            ),
            Failure::Invalid(details) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                json!({
                    "status": 422,
                    "error": "Unprocessable Entity",
                    "code": "validation_errors",
                    "error_details": details,
                }),
            ),
        };
        (status, Json(body)).into_response()
    }
}
