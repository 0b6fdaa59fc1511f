//! Answering messages, however they came.

use std::collections::HashMap;
use std::time::Duration;

use http::StatusCode;

use super::answer::{Reply, RpcError};
use super::call;
use super::era::{self, Era};
use super::list::{PONG, Results};
use super::message::{self, Id, Invalid, Message, Payload};
use super::params::{Meta, Params, is_null, is_object, string};
use super::table::{McpAdapter, Tool};
use super::transport::Transport;
use crate::capability::Backend;
use crate::inbound::clipped;
use crate::server::{AllowedCallers, BodyLimits, RequestContext, TraceContext};
use crate::telemetry::MessageSpan;

/// The limits of an MCP adapter, and who may call it.
#[derive(Clone, Debug)]
pub struct McpOptions {
    /// For a request body; the size also for a line of standard input.
    pub body: BodyLimits,
    /// For the answer of an upstream as a model is shown it, in bytes; what is longer is cut, and where it is not shaped no
    /// more is read. Default 256 KiB.
    pub result_limit: usize,
    /// How often a client that asked for progress is told of a call that takes long. Default 5 s.
    pub progress_interval: Duration,
    /// Who may call over HTTP.
    pub callers: AllowedCallers,
}

impl Default for McpOptions {
    fn default() -> Self {
        Self {
            body: BodyLimits::default(),
            result_limit: 256 * 1024,
            progress_interval: Duration::from_secs(5),
            callers: AllowedCallers::default(),
        }
    }
}

/// The tools of one adapter.
#[derive(Debug)]
pub(super) struct McpService {
    tools: HashMap<&'static str, &'static Tool>,
    results: Results,
    backend: Backend,
    pub(super) options: McpOptions,
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
    pub(super) fn new(adapter: &'static McpAdapter, backend: Backend, options: McpOptions) -> Self {
        Self {
            tools: adapter
                .tools
                .iter()
                .map(|tool| (tool.name, *tool))
                .collect(),
            results: Results::new(adapter),
            backend,
            options,
        }
    }

    /// Answers what came by `transport`.
    pub(super) async fn answer(
        &self,
        transport: Transport<'_>,
        context: Option<&RequestContext>,
        body: &[u8],
    ) -> Reply {
        match message::parse(body) {
            Ok(Payload::One(message)) => self.one(transport, context, message).await,
            Ok(Payload::Batch(messages)) => match era::check_batch(transport) {
                Ok(()) => self.batch(context, messages).await,
                Err(error) => error.reply(Id::NULL),
            },
            Err(error) => error.reply(Id::NULL),
        }
    }

    async fn one(
        &self,
        transport: Transport<'_>,
        context: Option<&RequestContext>,
        message: Result<Message<'_>, Invalid<'_>>,
    ) -> Reply {
        let (checked, operation) = match message {
            Ok(Message::Request(request)) => {
                return match era::of_request(&request, transport) {
                    Ok(era) => self.request(era, context, &request).await,
                    Err(error) => error.reply(request.id),
                };
            }
            Ok(Message::Notification(notification)) => (
                era::check_notification(&notification.params, transport),
                "notification",
            ),
            Ok(Message::Response) => (era::check_response(transport), "response"),
            Err(invalid) => return invalid.reply(),
        };
        match checked {
            Ok(()) => Reply::accepted().observed(Some(operation)),
            Err(error) => error.reply(Id::NULL),
        }
    }

    /// Answers one message after the other, so that a batch is no way around a limit on concurrent requests.
    async fn batch(
        &self,
        context: Option<&RequestContext>,
        messages: Vec<Result<Message<'_>, Invalid<'_>>>,
    ) -> Reply {
        if messages.iter().any(claims_stateless) {
            let reason = "a message of a stateless revision stands alone; post one message";
            return RpcError::invalid_request(reason).reply(Id::NULL);
        }
        let context = context.map(RequestContext::of_batch);
        let context = context.as_ref();
        let mut replies = Vec::new();
        for message in messages {
            match message {
                Ok(Message::Request(request)) if request.method == "initialize" => {
                    let reason = "`initialize` must not be part of a batch";
                    replies.push(RpcError::invalid_request(reason).reply(request.id));
                }
                Ok(Message::Request(request)) => {
                    replies.push(self.request(Era::Legacy, context, &request).await);
                }
                Ok(Message::Notification(_) | Message::Response) => {}
                Err(invalid) => replies.push(invalid.reply()),
            }
        }
        Reply::batch(&replies).observed(Some("batch"))
    }

    async fn request(
        &self,
        era: Era,
        context: Option<&RequestContext>,
        request: &message::Request<'_>,
    ) -> Reply {
        let found = Operation::find(era, &request.method);
        let span = MessageSpan::start(
            context.map(RequestContext::span),
            // What a client may write in its place is anything.
            found.map_or("_OTHER", Operation::name),
            request.id.as_str(),
            (era == Era::Modern).then_some(era::MODERN),
            || request.trace(),
        );
        let Some(operation) = found else {
            let status = match era {
                Era::Modern => StatusCode::NOT_FOUND,
                Era::Legacy => StatusCode::OK,
            };
            let error = RpcError::unknown_method(status, &request.method);
            span.refused(error.code());
            return error.reply(request.id);
        };
        let reply = match &request.params {
            Ok(params) => {
                self.result(era, context, &span, operation, request.id, params)
                    .await
            }
            Err(reason) => Err(RpcError::invalid_request(reason)),
        };
        reply.unwrap_or_else(|error| {
            span.refused(error.code());
            error.reply(request.id).observed(Some(operation.name()))
        })
    }

    async fn result(
        &self,
        era: Era,
        context: Option<&RequestContext>,
        span: &MessageSpan,
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
            Operation::CallTool => return self.call(era, context, span, id, params).await,
        };
        span.succeeded();
        Ok(reply.observed(Some(operation.name())))
    }

    async fn call(
        &self,
        era: Era,
        context: Option<&RequestContext>,
        span: &MessageSpan,
        id: Id<'_>,
        params: &Params<'_>,
    ) -> Result<Reply, RpcError> {
        let name = params
            .name
            .and_then(string)
            .ok_or_else(|| RpcError::invalid_params("`name` must be a string"))?;
        let tool: &'static Tool = self.tools.get(&*name).copied().ok_or_else(|| {
            RpcError::invalid_params(format_args!("unknown tool `{}`", clipped(&name)))
        })?;
        span.tool(tool.name);
        let arguments = params.arguments.filter(|raw| !is_null(raw));
        if !arguments.is_none_or(is_object) {
            return Err(RpcError::invalid_params("`arguments` must be an object"));
        }
        // What the message says of its trace is nearer to the call than what its request says.
        let trace = params.meta.as_ref().map(Meta::trace);
        let trace = trace.filter(|trace| *trace != TraceContext::default());
        let of_request = || context.map_or_else(TraceContext::default, |it| it.trace.clone());
        let of_message = trace
            .or_else(|| span.is_own().then(of_request))
            .map(|trace| RequestContext::of_message(context, trace, span.span()));
        let context = of_message.as_ref().or(context);
        let outcome = call::call(
            tool,
            arguments,
            &self.backend,
            context,
            self.options.result_limit,
        )
        .await;
        let results = self.results.of(era);
        let end = if outcome.is_error {
            span.tool_failed();
            &results.call_error
        } else {
            span.succeeded();
            &results.call_success
        };
        let reply = Reply::text_result(
            id,
            results.call_start,
            &outcome.text,
            outcome.structured.as_deref(),
            end,
        );
        Ok(reply.observed(Some(tool.name)))
    }
}

fn claims_stateless(message: &Result<Message<'_>, Invalid<'_>>) -> bool {
    let params = match message {
        Ok(Message::Request(request)) => request.params.as_ref().ok(),
        Ok(Message::Notification(notification)) => Some(&notification.params),
        Ok(Message::Response) | Err(_) => None,
    };
    params.and_then(era::claimed).is_some()
}
