//! Serving one POST of an MCP adapter.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, Method, StatusCode};

use super::answer::{Reply, RpcError};
use super::call;
use super::era::{self, Era};
use super::headers;
use super::list::{PONG, Results};
use super::message::{self, Id, Invalid, Message, Payload};
use super::params::{Params, is_null, is_object, string};
use super::table::{McpAdapter, Tool};
use crate::capability::Backend;
use crate::inbound::{clipped, shown};
use crate::problem::Problem;
use crate::server::{LocalAddress, origin, read_body};
use crate::upstream::CallError;

struct McpService {
    tools: HashMap<&'static str, &'static Tool>,
    results: Results,
    backend: Backend,
    body_limit: usize,
}

/// An axum router that serves the adapter at `POST /mcp` and `POST /`. `body_limit` bounds a request body, in
/// bytes.
///
/// Served are the MCP revisions 2026-07-28 (stateless) and 2025-11-25, 2025-06-18 and 2025-03-26 (begun by
/// `initialize`, without a session), of each the tools. Every answer is one JSON document; there are no event
/// streams, so GET is answered 405. Dropping the future of a request, as a server does when the caller
/// disconnects, cancels the upstream call.
///
/// A request must pass a check of its `Origin`, and of its `Host` where it carries the extension
/// [`LocalAddress`] with a loopback address; [`crate::server::Listener`] inserts it.
pub fn router(adapter: &'static McpAdapter, backend: Backend, body_limit: usize) -> Router {
    let service = McpService {
        tools: adapter
            .tools
            .iter()
            .map(|tool| (tool.name, *tool))
            .collect(),
        results: Results::new(adapter),
        backend,
        body_limit,
    };
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
    if let Err(problem) = origin::check_origin_and_host(&parts.headers, &parts.uri, local) {
        return problem.into_response();
    }
    if parts.method != Method::POST {
        let path = parts.uri.path();
        return Problem::method_not_allowed(&parts.method, path, "POST".to_owned()).into_response();
    }
    if let Err(problem) = headers::check_media_types(&parts.headers) {
        return problem.into_response();
    }
    match read_body(&parts.headers, body, service.body_limit).await {
        Ok(body) => service.answer(&parts.headers, &body).await.into_response(),
        Err(problem) => Problem::from(CallError::Refused(vec![problem])).into_response(),
    }
}

/// The methods that are served, and the eras that have them.
#[derive(Clone, Copy)]
enum Operation {
    Initialize,
    Ping,
    Discover,
    ListTools,
    CallTool,
}

impl Operation {
    fn find(era: Era, method: &str) -> Option<Self> {
        match (era, method) {
            (Era::Legacy, "initialize") => Some(Self::Initialize),
            (Era::Legacy, "ping") => Some(Self::Ping),
            (Era::Modern, "server/discover") => Some(Self::Discover),
            (_, "tools/list") => Some(Self::ListTools),
            (_, "tools/call") => Some(Self::CallTool),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Initialize => "initialize",
            Self::Ping => "ping",
            Self::Discover => "server/discover",
            Self::ListTools => "tools/list",
            Self::CallTool => "tools/call",
        }
    }
}

impl McpService {
    async fn answer(&self, headers: &HeaderMap, body: &[u8]) -> Reply {
        match message::parse(body) {
            Ok(Payload::One(message)) => self.one(headers, message).await,
            Ok(Payload::Batch(messages)) => match era::check_batch(headers) {
                Ok(()) => self.batch(messages).await,
                Err(error) => error.reply(Id::NULL),
            },
            Err(error) => error.reply(Id::NULL),
        }
    }

    async fn one(&self, headers: &HeaderMap, message: Result<Message<'_>, Invalid<'_>>) -> Reply {
        let (checked, operation) = match message {
            Ok(Message::Request(request)) => {
                return match era::of_request(&request, headers) {
                    Ok(era) => self.request(era, &request).await,
                    Err(error) => error.reply(request.id),
                };
            }
            Ok(Message::Notification(params)) => {
                (era::check_notification(&params, headers), "notification")
            }
            Ok(Message::Response) => (era::check_response(headers), "response"),
            Err(invalid) => return invalid.reply(),
        };
        match checked {
            Ok(()) => Reply::accepted().observed(Some(operation)),
            Err(error) => error.reply(Id::NULL),
        }
    }

    /// Answers one message after the other, so that a batch is no way around a limit on concurrent requests.
    async fn batch(&self, messages: Vec<Result<Message<'_>, Invalid<'_>>>) -> Reply {
        if messages.iter().any(claims_stateless) {
            let reason = "a message of a stateless revision stands alone; post one message";
            return RpcError::invalid_request(reason).reply(Id::NULL);
        }
        let mut replies = Vec::new();
        for message in messages {
            match message {
                Ok(Message::Request(request)) if request.method == "initialize" => {
                    let reason = "`initialize` must not be part of a batch";
                    replies.push(RpcError::invalid_request(reason).reply(request.id));
                }
                Ok(Message::Request(request)) => {
                    replies.push(self.request(Era::Legacy, &request).await);
                }
                Ok(Message::Notification(_) | Message::Response) => {}
                Err(invalid) => replies.push(invalid.reply()),
            }
        }
        Reply::batch(&replies).observed(Some("batch"))
    }

    async fn request(&self, era: Era, request: &message::Request<'_>) -> Reply {
        let Some(operation) = Operation::find(era, &request.method) else {
            let status = match era {
                Era::Modern => StatusCode::NOT_FOUND,
                Era::Legacy => StatusCode::OK,
            };
            return RpcError::unknown_method(status, &request.method).reply(request.id);
        };
        let reply = match &request.params {
            Ok(params) => self.result(era, operation, request.id, params).await,
            Err(reason) => Err(RpcError::invalid_request(reason)),
        };
        reply.unwrap_or_else(|error| error.reply(request.id).observed(Some(operation.name())))
    }

    async fn result(
        &self,
        era: Era,
        operation: Operation,
        id: Id<'_>,
        params: &Params<'_>,
    ) -> Result<Reply, RpcError> {
        let results = &self.results;
        let reply = match operation {
            Operation::Initialize => {
                let requested = params.protocol_version.and_then(string).ok_or_else(|| {
                    RpcError::invalid_params("`protocolVersion` must be a string")
                })?;
                let version = era::negotiated(&requested).as_bytes();
                Reply::result(
                    id,
                    &[results.initialize_start, version, &results.initialize_end],
                )
            }
            Operation::Ping => Reply::result(id, &[PONG]),
            Operation::Discover => Reply::result(id, &[&results.discover]),
            Operation::ListTools => {
                if params.cursor.is_some_and(|cursor| !is_null(cursor)) {
                    return Err(RpcError::invalid_params(
                        "the cursor is not one of this server, which lists all tools at once",
                    ));
                }
                Reply::result(id, &[&results.of(era).list])
            }
            Operation::CallTool => return self.call(era, id, params).await,
        };
        Ok(reply.observed(Some(operation.name())))
    }

    async fn call(&self, era: Era, id: Id<'_>, params: &Params<'_>) -> Result<Reply, RpcError> {
        let name = params
            .name
            .and_then(string)
            .ok_or_else(|| RpcError::invalid_params("`name` must be a string"))?;
        let tool: &'static Tool = self.tools.get(&*name).copied().ok_or_else(|| {
            RpcError::invalid_params(format_args!("unknown tool `{}`", clipped(&name)))
        })?;
        let arguments = params.arguments.filter(|raw| !is_null(raw));
        if !arguments.is_none_or(is_object) {
            return Err(RpcError::invalid_params("`arguments` must be an object"));
        }
        let outcome = call::call(tool, arguments, &self.backend).await;
        let results = self.results.of(era);
        let end = if outcome.is_error {
            &results.call_error
        } else {
            &results.call_success
        };
        let reply = Reply::text_result(id, results.call_start, &outcome.text, end);
        Ok(reply.observed(Some(tool.name)))
    }
}

fn claims_stateless(message: &Result<Message<'_>, Invalid<'_>>) -> bool {
    let params = match message {
        Ok(Message::Request(request)) => request.params.as_ref().ok(),
        Ok(Message::Notification(params)) => Some(params),
        Ok(Message::Response) | Err(_) => None,
    };
    params.and_then(era::claimed).is_some()
}
