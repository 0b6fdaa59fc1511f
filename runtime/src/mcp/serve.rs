//! Serving one POST of an MCP adapter.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use http::{Method, StatusCode};

use super::service::{McpOptions, McpService};
use super::table::McpAdapter;
use super::transport::Transport;
use super::{events, headers};
use crate::capability::Backend;
use crate::inbound::shown;
use crate::problem::Problem;
use crate::server::{self, Answered, Answering, Application, Surroundings, read_body};
use crate::upstream::CallError;

/// An axum router that serves the adapter at `POST /mcp` and `POST /`.
///
/// Served are the MCP revisions 2026-07-28 (stateless) and 2025-11-25, 2025-06-18 and 2025-03-26 (begun by
/// `initialize`, without a session), of each the tools. An answer is one JSON document, or for a call that takes
/// long and whose client asked for its progress a stream of events. There are no other streams, so GET is answered
/// 405. Dropping the future of a request, as a server does when the caller disconnects, cancels the upstream call.
///
/// A request must pass a check of its `Origin`, and of its `Host` where hosts are allowed by name or it carries the
/// extension [`crate::server::LocalAddress`] with a loopback address.
pub fn router(adapter: &'static McpAdapter, backend: Backend, options: McpOptions) -> Router {
    server::router(application(adapter, backend, options))
}

/// What serves the adapter's tools.
pub(crate) fn application(
    adapter: &'static McpAdapter,
    backend: Backend,
    options: McpOptions,
) -> Arc<dyn Application> {
    Arc::new(McpService::new(adapter, backend, options))
}

impl Application for McpService {
    fn respond<'a>(
        self: Arc<Self>,
        request: Request,
        surroundings: Surroundings<'a>,
    ) -> Answering<'a> {
        Box::pin(serve(self, request, surroundings))
    }
}

async fn serve(
    service: Arc<McpService>,
    request: Request,
    Surroundings { context, local }: Surroundings<'_>,
) -> Answered {
    let (parts, body) = request.into_parts();
    let route = match parts.uri.path() {
        "/mcp" => "/mcp",
        "/" => "/",
        path => {
            let path = shown(path);
            let detail = format!("there is nothing at {path}; MCP is served at /mcp");
            return Problem::new(StatusCode::NOT_FOUND, detail).into();
        }
    };
    let callers = &service.options.callers;
    if let Err(problem) = callers.check(&parts.headers, &parts.uri, local) {
        return problem.into();
    }
    if parts.method != Method::POST {
        let path = parts.uri.path();
        return Problem::method_not_allowed(&parts.method, path, "POST".to_owned()).into();
    }
    if let Err(problem) = headers::check_media_types(&parts.headers) {
        return problem.into();
    }
    let body = match read_body(&parts.headers, body, service.options.body).await {
        Ok(body) => body,
        Err(problem) => return Problem::from(CallError::Refused(vec![problem])).into(),
    };
    if let Some(context) = context {
        context.span().came_to(route);
    }
    let headers = parts.headers;
    let Some(progress) = events::wanted(&headers, &body) else {
        let transport = Transport::Http(&headers);
        return service.answer(transport, context, &body).await.into();
    };
    let (interval, context) = (service.options.progress_interval, context.cloned());
    let answering = async move {
        let transport = Transport::Http(&headers);
        service.answer(transport, context.as_ref(), &body).await
    };
    events::answer(Box::pin(answering), progress, interval).await
}
