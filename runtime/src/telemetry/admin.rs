//! What the admin listener answers: probes and metrics. Nothing there changes anything, and nothing shows a secret.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

use super::{Readiness, Traffic, exposition, metrics, process};
use crate::capability::Capability;
use crate::inbound::shown;
use crate::problem::Problem;
use crate::server::{AllowedCallers, Answered, Answering, Application, LocalAddress, Surroundings};
use crate::upstream::Upstream;

/// What there is to tell.
#[derive(Debug)]
pub(crate) struct Admin {
    pub(crate) capability: &'static Capability,
    pub(crate) adapters: Vec<Arc<Traffic>>,
    pub(crate) upstreams: Arc<[Upstream]>,
    pub(crate) readiness: Readiness,
}

impl Admin {
    /// `GET /livez`, `/readyz` and `/metrics`. A web page that has the listener's address looked up as its own name
    /// is refused, as by [`crate::mcp::router`].
    pub(crate) fn application(self) -> Arc<dyn Application> {
        process::started();
        Arc::new(self)
    }

    fn metrics(&self) -> Response {
        let adapters: Vec<&Traffic> = self.adapters.iter().map(|adapter| &**adapter).collect();
        let page = metrics::page(self.capability, &adapters, &self.upstreams, &self.readiness);
        ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], page).into_response()
    }
}

impl Application for Admin {
    fn respond<'a>(
        self: Arc<Self>,
        request: Request,
        surroundings: Surroundings<'a>,
    ) -> Answering<'a> {
        Box::pin(async move { self.serve(&request, surroundings.local) })
    }
}

impl Admin {
    fn serve(&self, request: &Request, local: Option<LocalAddress>) -> Answered {
        let callers = AllowedCallers::NONE;
        if let Err(problem) = callers.check(request.headers(), request.uri(), local) {
            return problem.into();
        }
        let path = request.uri().path();
        let operation = match path {
            "/livez" => "livez",
            "/readyz" => "readyz",
            "/metrics" => "metrics",
            _ => {
                let detail = format!(
                    "there is nothing at {}; there are /livez, /readyz and /metrics",
                    shown(path)
                );
                return Problem::new(StatusCode::NOT_FOUND, detail).into();
            }
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let allow = "GET, HEAD".to_owned();
            return Problem::method_not_allowed(request.method(), path, allow).into();
        }
        let mut response = match operation {
            "metrics" => self.metrics(),
            "readyz" if !self.readiness.get() => {
                said(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
            }
            _ => said(StatusCode::OK, "ok\n"),
        };
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(CACHE_CONTROL, no_store);
        Answered::of(operation, response)
    }
}

fn said(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
