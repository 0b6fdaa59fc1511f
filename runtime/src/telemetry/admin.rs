//! What the admin listener answers: probes and metrics. Nothing there changes anything, and nothing shows a secret.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

use super::{Readiness, Traffic, exposition, metrics, process};
use crate::capability::Capability;
use crate::inbound::shown;
use crate::problem::Problem;
use crate::server::{AllowedCallers, LocalAddress, Observed};
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
    pub(crate) fn router(self) -> Router {
        process::started();
        Router::new().fallback(serve).with_state(Arc::new(self))
    }

    fn metrics(&self) -> Response {
        let adapters: Vec<&Traffic> = self.adapters.iter().map(|adapter| &**adapter).collect();
        let page = metrics::page(self.capability, &adapters, &self.upstreams, &self.readiness);
        ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], page).into_response()
    }
}

async fn serve(State(admin): State<Arc<Admin>>, request: Request) -> Response {
    let local = request.extensions().get::<LocalAddress>().copied();
    if let Err(problem) = AllowedCallers::default().check(request.headers(), request.uri(), local) {
        return problem.into_response();
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
            return Problem::new(StatusCode::NOT_FOUND, detail).into_response();
        }
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = "GET, HEAD".to_owned();
        return Problem::method_not_allowed(request.method(), path, allow).into_response();
    }
    let mut response = match operation {
        "metrics" => admin.metrics(),
        "readyz" if !admin.readiness.get() => said(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
        _ => said(StatusCode::OK, "ok\n"),
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response.extensions_mut().insert(Observed { operation });
    response
}

fn said(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
