//! Serving one request of a REST adapter.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

use super::body::collect_body;
use super::extract::collect_head;
use super::shaped;
use super::table::{RestAdapter, Route};
use super::tree::{Endpoint, Found, RouteTree};
use crate::capability::Backend;
use crate::inbound::Collector;
use crate::problem::Problem;
use crate::server::{AllowedCallers, BodyLimits, LocalAddress, Observed};
use crate::telemetry::ServerSpan;
use crate::upstream::CallError;

struct RestService {
    tree: RouteTree,
    backend: Backend,
    options: RestOptions,
}

/// The limits of a REST adapter, and who may call it.
#[derive(Clone, Debug, Default)]
pub struct RestOptions {
    /// For a request body.
    pub body: BodyLimits,
    /// Who may call.
    pub callers: AllowedCallers,
}

/// An axum router that serves the adapter's routes. A request must pass the check of its `Origin` and its `Host` that
/// [`crate::mcp::router`] makes too.
///
/// The routes are found by a tree of our own behind the router's fallback: axum's router has no partial
/// segments (`{id}.json`), and stops at the first path that matches, whatever its methods.
pub fn router(adapter: &'static RestAdapter, backend: Backend, options: RestOptions) -> Router {
    let service = RestService {
        tree: RouteTree::new(adapter),
        backend,
        options,
    };
    Router::new().fallback(serve).with_state(Arc::new(service))
}

async fn serve(State(service): State<Arc<RestService>>, request: Request) -> Response {
    let local = request.extensions().get::<LocalAddress>().copied();
    let callers = &service.options.callers;
    if let Err(problem) = callers.check(request.headers(), request.uri(), local) {
        return problem.into_response();
    }
    let path = request.uri().path();
    match service.tree.find(request.method(), path) {
        Found::Endpoint(Endpoint::Document(document), _) => {
            ServerSpan::came_to(request.extensions(), "/openapi.json");
            openapi(document)
        }
        Found::Endpoint(Endpoint::Route(route), variables) => {
            ServerSpan::came_to(request.extensions(), route.path);
            let answer = service.answer(route, &variables, request).await;
            let mut response = answer.unwrap_or_else(|error| {
                if let CallError::Internal(reason) = &error {
                    tracing::error!(
                        operation = route.operation,
                        reason,
                        "a defect of the gateway"
                    );
                }
                Problem::from(error).into_response()
            });
            response.extensions_mut().insert(Observed {
                operation: route.operation,
            });
            response
        }
        Found::OtherMethods(methods) => {
            let allow = allow(&methods);
            if request.method() == Method::OPTIONS {
                return options(&allow);
            }
            Problem::method_not_allowed(request.method(), path, allow).into_response()
        }
        Found::Malformed(reason) => {
            Problem::new(StatusCode::BAD_REQUEST, format!("the path {reason}")).into_response()
        }
        Found::Nothing => {
            let detail = format!("there is no route {}", crate::inbound::shown(path));
            Problem::new(StatusCode::NOT_FOUND, detail).into_response()
        }
    }
}

impl RestService {
    async fn answer(
        &self,
        route: &'static Route,
        variables: &[String],
        request: Request,
    ) -> Result<Response, CallError> {
        let (parts, body) = request.into_parts();
        let mut collector = Collector::new(route.inputs);
        collect_head(
            &mut collector,
            route.inputs,
            variables,
            parts.uri.query(),
            &parts.headers,
        );
        collect_body(
            &mut collector,
            route.inputs,
            &parts.headers,
            body,
            self.options.body,
        )
        .await;
        let mut inputs = collector.finish(&self.backend.variables())?;
        let answer = self
            .backend
            .call(&route.handler, &mut inputs, parts.extensions.get())
            .await?;
        match route.shape.filter(|_| answer.status().is_success()) {
            Some(shape) => shaped::respond(answer, shape, route.operation).await,
            None => Ok(answer.pass_on().await?.map(Body::new)),
        }
    }
}

/// The value of `Allow`: HEAD is answered where GET is, and OPTIONS everywhere.
fn allow(methods: &[&'static Method]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for method in methods {
        names.push(method.as_str());
        if **method == Method::GET && !methods.contains(&&Method::HEAD) {
            names.push("HEAD");
        }
    }
    if !names.contains(&"OPTIONS") {
        names.push("OPTIONS");
    }
    names.join(", ")
}

/// The media type is the one that browsers show and every tool takes.
fn openapi(document: &'static str) -> Response {
    let mut response = Response::new(Body::from(document));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.extensions_mut().insert(Observed {
        operation: "openapi.json",
    });
    response
}

fn options(allow: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
