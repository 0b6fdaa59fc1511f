//! Serving one request of a REST adapter.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

use super::body::collect_body;
use super::extract::collect_head;
use super::shaped;
use super::table::{RestAdapter, Route};
use super::tree::{Endpoint, Found, RouteTree};
use crate::capability::Backend;
use crate::inbound::{Collector, Inputs};
use crate::problem::Problem;
use crate::server::{
    self, AllowedCallers, Answered, Answering, Application, BodyLimits, RequestContext,
    Surroundings,
};
use crate::upstream::CallError;

#[derive(Debug)]
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
/// The routes are found by a tree of our own: axum's router has no partial segments (`{id}.json`), and stops at the first
/// path that matches, whatever its methods.
pub fn router(adapter: &'static RestAdapter, backend: Backend, options: RestOptions) -> Router {
    server::router(application(adapter, backend, options))
}

/// What serves the adapter's routes.
pub(crate) fn application(
    adapter: &'static RestAdapter,
    backend: Backend,
    options: RestOptions,
) -> Arc<dyn Application> {
    Arc::new(RestService {
        tree: RouteTree::new(adapter),
        backend,
        options,
    })
}

impl Application for RestService {
    fn respond<'a>(
        self: Arc<Self>,
        request: Request,
        surroundings: Surroundings<'a>,
    ) -> Answering<'a> {
        // All in one block: what is handed from one to the next is carried along by both.
        Box::pin(async move {
            let (route, variables) = match self.find(&request, surroundings) {
                Ok(found) => found,
                Err(answered) => return *answered,
            };
            let answer = match self.inputs(route, &variables, request).await {
                Ok(mut inputs) => self.call(route, &mut inputs, surroundings.context).await,
                Err(error) => Err(error),
            };
            let response = answer.unwrap_or_else(|error| {
                if let CallError::Internal(reason) = &error {
                    let operation = route.operation;
                    tracing::error!(operation, reason, "a defect of the gateway");
                }
                Problem::from(error).into_response()
            });
            Answered::of(route.operation, response)
        })
    }
}

impl RestService {
    /// The route of a request, and the values of its variables.
    ///
    /// # Errors
    /// The answer to a request that comes to none.
    fn find(
        &self,
        request: &Request,
        Surroundings { context, local }: Surroundings<'_>,
    ) -> Result<(&'static Route, Vec<String>), Box<Answered>> {
        let callers = &self.options.callers;
        let answered = |problem: Problem| Box::new(problem.into());
        callers
            .check(request.headers(), request.uri(), local)
            .map_err(answered)?;
        let path = request.uri().path();
        Err(Box::new(match self.tree.find(request.method(), path) {
            Found::Endpoint(Endpoint::Route(route), variables) => {
                came_to(context, route.path);
                return Ok((route, variables));
            }
            Found::Endpoint(Endpoint::Document(document), _) => {
                came_to(context, "/openapi.json");
                Answered::of("openapi.json", openapi(document))
            }
            Found::OtherMethods(methods) => {
                let allow = allow(&methods);
                if request.method() == Method::OPTIONS {
                    options(&allow).into()
                } else {
                    Problem::method_not_allowed(request.method(), path, allow).into()
                }
            }
            Found::Malformed(reason) => {
                Problem::new(StatusCode::BAD_REQUEST, format!("the path {reason}")).into()
            }
            Found::Nothing => {
                let detail = format!("there is no route {}", crate::inbound::shown(path));
                Problem::new(StatusCode::NOT_FOUND, detail).into()
            }
        }))
    }

    async fn call(
        &self,
        route: &'static Route,
        inputs: &mut Inputs,
        context: Option<&RequestContext>,
    ) -> Result<Response, CallError> {
        let answer = self.backend.call(&route.handler, inputs, context).await?;
        match route.shape.filter(|_| answer.status().is_success()) {
            Some(shape) => shaped::respond(answer, shape, route.operation).await,
            None => Ok(answer.pass_on().await?.map(Body::new)),
        }
    }

    /// What the request brings. The request is gone then, and with it the buffer it was read into: the call may take long.
    async fn inputs(
        &self,
        route: &'static Route,
        variables: &[String],
        request: Request,
    ) -> Result<Inputs, CallError> {
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
        collector.finish(&self.backend.variables())
    }
}

fn came_to(context: Option<&RequestContext>, route: &'static str) {
    if let Some(context) = context {
        context.span().came_to(route);
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
    response
}

fn options(allow: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
