//! The one place that turns an error into an answer: `application/problem+json` (RFC 9457) for a REST
//! caller, text for a tool caller.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::inbound::{Input, Place};
use crate::shape::ShapeError;
use crate::upstream::CallError;

/// What is wrong with one parameter of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    /// The name the caller uses.
    pub name: String,
    /// Where it is: `path`, `query`, `header`, `cookie`, `body`, `form`, `argument` or `parameter`.
    pub place: &'static str,
    /// What was expected and what came.
    pub detail: String,
    /// The status this problem alone would be answered with.
    pub status: StatusCode,
}

impl ParameterProblem {
    /// A problem with the value of a declared input: status 400.
    pub fn of(input: &Input, detail: impl Into<String>) -> Self {
        let name = if input.place == Place::Body {
            "body"
        } else {
            input.name
        };
        Self::new(name, input.place.name(), detail)
    }

    /// A problem with a parameter: status 400.
    pub fn new(name: impl Into<String>, place: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            place,
            detail: detail.into(),
            status: StatusCode::BAD_REQUEST,
        }
    }

    /// A problem with the request body as a whole.
    pub fn body(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            name: "body".to_owned(),
            place: "body",
            detail: detail.into(),
            status,
        }
    }
}

impl std::fmt::Display for ParameterProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.place, self.name.as_str()) {
            ("body", "body") => write!(formatter, "request body: {}", self.detail),
            ("body", name) => write!(formatter, "body field `{name}`: {}", self.detail),
            ("form", name) => write!(formatter, "form field `{name}`: {}", self.detail),
            ("argument", name) => write!(formatter, "argument `{name}`: {}", self.detail),
            ("parameter", name) => {
                write!(formatter, "parameter `{name}`: {}", self.detail)
            }
            (place, name) => write!(formatter, "{place} parameter `{name}`: {}", self.detail),
        }
    }
}

/// An answer of the gateway's own to a request it did not or could not serve.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<ParameterProblem>,
    allow: Option<String>,
    retry_after: Option<u32>,
    challenge: Option<String>,
}

#[derive(Serialize)]
struct ProblemDocument<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ErrorEntry<'a>>,
}

#[derive(Serialize)]
struct ErrorEntry<'a> {
    parameter: &'a str,
    r#in: &'static str,
    detail: &'a str,
}

impl Problem {
    /// A problem that `detail` explains to the caller.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            errors: Vec::new(),
            allow: None,
            retry_after: None,
            challenge: None,
        }
    }

    /// 405, with the methods that are served here.
    pub fn method_not_allowed(method: &http::Method, path: &str, allow: String) -> Self {
        let path = crate::inbound::shown(path);
        let detail = format!("{method} is not served at {path}; allowed: {allow}");
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        }
    }

    /// A refusal of who is calling, with the value of `WWW-Authenticate`.
    pub fn challenged(status: StatusCode, detail: impl Into<String>, challenge: String) -> Self {
        Self {
            challenge: Some(challenge),
            ..Self::new(status, detail)
        }
    }

    /// 503, with the seconds after which to try again.
    pub fn overloaded(retry_after: u32) -> Self {
        Self::later("the gateway is at its limit; try again later", retry_after)
    }

    /// 503 for a reason that `detail` explains, with the seconds after which to try again.
    pub(crate) fn later(detail: impl Into<String>, retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        }
    }

    /// 502: the answer of an upstream is not what the capability declares. It says what was answered, as the call has been
    /// made: whoever repeats it makes it twice.
    pub(crate) fn misshapen(upstream: &str, status: StatusCode, error: &ShapeError) -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            format!(
                "the upstream `{upstream}` answered {status}, but with something else than is declared: {error}"
            ),
        )
    }

    /// The status a REST caller gets.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The same explanation as text, for a tool caller.
    pub fn text(&self) -> String {
        let mut text = self.detail.clone();
        if self.errors.len() > 1 {
            for error in &self.errors {
                text.push_str("\n- ");
                text.push_str(&error.to_string());
            }
        }
        text
    }

    fn refused(errors: Vec<ParameterProblem>) -> Self {
        let mut statuses = errors.iter().map(|error| error.status);
        let status = match statuses.next() {
            Some(first) if statuses.all(|status| status == first) => first,
            _ => StatusCode::BAD_REQUEST,
        };
        let detail = match errors.as_slice() {
            [only] => only.to_string(),
            all => format!("the request has {} problems", all.len()),
        };
        Self {
            errors,
            ..Self::new(status, detail)
        }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(errors) => Self::refused(errors),
            CallError::Unreachable { .. }
            | CallError::Broken { .. }
            | CallError::TooLarge { .. }
            | CallError::NoToken { .. } => Self::new(StatusCode::BAD_GATEWAY, error.to_string()),
            CallError::Resting { retry_after, .. } => Self::later(error.to_string(), retry_after),
            CallError::NotProcessed { .. } | CallError::Busy { .. } => {
                Self::later(error.to_string(), 1)
            }
            CallError::TimedOut { .. } => Self::new(StatusCode::GATEWAY_TIMEOUT, error.to_string()),
            CallError::Internal(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the gateway could not build the upstream request",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = ProblemDocument {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: self
                .errors
                .iter()
                .map(|error| ErrorEntry {
                    parameter: &error.name,
                    r#in: error.place,
                    detail: &error.detail,
                })
                .collect(),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(allow) = self
            .allow
            .and_then(|allow| HeaderValue::try_from(allow).ok())
        {
            headers.insert(ALLOW, allow);
        }
        if let Some(challenge) = self
            .challenge
            .and_then(|challenge| HeaderValue::try_from(challenge).ok())
        {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
