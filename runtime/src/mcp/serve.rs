//! Serving one POST of an MCP adapter.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{Method, StatusCode};

use super::service::{McpOptions, McpService};
use super::table::McpAdapter;
use super::transport::Transport;
use super::{events, headers};
use crate::capability::Backend;
use crate::inbound::shown;
use crate::problem::Problem;
use crate::server::{LocalAddress, read_body};
use crate::telemetry::ServerSpan;
use crate::upstream::CallError;

/// An axum router that serves the adapter at `POST /mcp` and `POST /`.
///
/// Served are the MCP revisions 2026-07-28 (stateless) and 2025-11-25, 2025-06-18 and 2025-03-26 (begun by
/// `initialize`, without a session), of each the tools. An answer is one JSON document, or for a call that takes
/// long and whose client asked for its progress a stream of events. There are no other streams, so GET is answered
/// 405. Dropping the future of a request, as a server does when the caller disconnects, cancels the upstream call.
///
/// A request must pass a check of its `Origin`, and of its `Host` where hosts are allowed by name or it carries the
/// extension [`LocalAddress`] with a loopback address; [`crate::server::Listener`] inserts it.
pub fn router(adapter: &'static McpAdapter, backend: Backend, options: McpOptions) -> Router {
    let service = McpService::new(adapter, backend, options);
    Router::new()
        .route("/mcp", any(serve))
        .route("/", any(serve))
        .fallback(not_found)
        .with_state(Arc::new(service))
}

async fn not_found(request: Request) -> Problem {
    let detail = format!(
        "there is nothing at {}; MCP is served at /mcp",
        shown(request.uri().path())
    );
    Problem::new(StatusCode::NOT_FOUND, detail)
}

async fn serve(State(service): State<Arc<McpService>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let local = parts.extensions.get::<LocalAddress>().copied();
    if let Err(problem) = service
        .options
        .callers
        .check(&parts.headers, &parts.uri, local)
    {
        return problem.into_response();
    }
    if parts.method != Method::POST {
        let path = parts.uri.path();
        return Problem::method_not_allowed(&parts.method, path, "POST".to_owned()).into_response();
    }
    if let Err(problem) = headers::check_media_types(&parts.headers) {
        return problem.into_response();
    }
    let body = match read_body(&parts.headers, body, service.options.body).await {
        Ok(body) => body,
        Err(problem) => {
            return Problem::from(CallError::Refused(vec![problem])).into_response();
        }
    };
    let route = match parts.uri.path() {
        "/mcp" => "/mcp",
        _ => "/",
    };
    ServerSpan::came_to(&parts.extensions, route);
    let (headers, extensions) = (parts.headers, parts.extensions);
    let Some(progress) = events::wanted(&headers, &body) else {
        let transport = Transport::Http(&headers);
        return service
            .answer(transport, extensions.get(), &body)
            .await
            .into_response();
    };
    let interval = service.options.progress_interval;
    let answering = async move {
        service
            .answer(Transport::Http(&headers), extensions.get(), &body)
            .await
    };
    events::answer(Box::pin(answering), progress, interval).await
}
