//! What is known of a span, and what of it is exported.
//!
//! Names and attributes are those of the OpenTelemetry semantic conventions for HTTP (stable) and MCP (development). What could
//! hold a value of a caller's or a secret is not among them: `url.path`, `url.query`, `url.full`, headers, bodies, arguments.

use std::net::SocketAddr;

use http::{Method, Version};

use super::identity::{SpanContext, SpanId};
use super::protobuf::Writer;

/// The message fields of OTLP 1.x, which stay as they are: opentelemetry/proto/{trace,common,resource}/v1.
mod field {
    pub(super) const TRACE_ID: u32 = 1;
    pub(super) const SPAN_ID: u32 = 2;
    pub(super) const TRACE_STATE: u32 = 3;
    pub(super) const PARENT_SPAN_ID: u32 = 4;
    pub(super) const NAME: u32 = 5;
    pub(super) const KIND: u32 = 6;
    pub(super) const START: u32 = 7;
    pub(super) const END: u32 = 8;
    pub(super) const ATTRIBUTES: u32 = 9;
    pub(super) const LINKS: u32 = 13;
    pub(super) const STATUS: u32 = 15;
    pub(super) const FLAGS: u32 = 16;
    pub(super) const LINK_FLAGS: u32 = 6;
    pub(super) const STATUS_CODE: u32 = 3;
    pub(super) const KEY: u32 = 1;
    pub(super) const VALUE: u32 = 2;
    pub(super) const STRING_VALUE: u32 = 1;
    pub(super) const INT_VALUE: u32 = 3;
}

const SERVER: u64 = 2;
const CLIENT: u64 = 3;
const ERROR: u64 = 2;
/// Bits of the flags: it is known whether the parent is in another process, and it is.
const REMOTENESS_KNOWN: u32 = 0x100;
const REMOTE: u32 = 0x200;

/// The error of a span whose end nobody waited for.
const CANCELLED: &str = "cancelled";

/// A span that has ended.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) place: Place,
    /// Nanoseconds since 1970.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) subject: Subject,
}

/// Where in its trace a span is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) context: SpanContext,
    pub(super) parent: Option<SpanId>,
    /// Whether the parent is in another process.
    pub(super) is_remote: bool,
    pub(super) trace_state: Option<Box<str>>,
    /// A span of another trace that this one was also caused by, and whether it is in another process.
    pub(super) link: Option<(SpanContext, bool)>,
}

/// What a span is of.
#[derive(Debug)]
pub(super) enum Subject {
    Server(Server),
    Client(Client),
}

/// The serving of a request, or of one message in it.
#[derive(Debug, Default)]
pub(super) struct Server {
    pub(super) http: Option<HttpRequest>,
    pub(super) message: Option<McpMessage>,
}

/// What is known of an HTTP request.
#[derive(Debug)]
pub(super) struct HttpRequest {
    pub(super) method: &'static str,
    pub(super) route: Option<&'static str>,
    pub(super) version: Version,
    pub(super) local: Option<SocketAddr>,
    /// `None` where it was not answered.
    pub(super) status: Option<u16>,
}

/// What is known of a JSON-RPC message.
#[derive(Debug)]
pub(super) struct McpMessage {
    pub(super) method: &'static str,
    pub(super) tool: Option<&'static str>,
    pub(super) id: Option<Box<str>>,
    pub(super) revision: Option<&'static str>,
    pub(super) transport: &'static str,
    pub(super) outcome: MessageOutcome,
}

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageOutcome {
    /// Nothing yet, and at its end nothing at all.
    None,
    Success,
    /// A result that says of itself that it is an error.
    ToolError,
    /// An error of this JSON-RPC code.
    Error(i32),
}

/// One attempt of an upstream call.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) upstream: &'static str,
    pub(super) operation: &'static str,
    pub(super) method: &'static str,
    pub(super) scheme: &'static str,
    pub(super) host: Box<str>,
    pub(super) port: u16,
    /// How many attempts came before it.
    pub(super) resends: u32,
    pub(super) outcome: AttemptOutcome,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttemptOutcome {
    /// Nobody waited for it.
    Cancelled,
    Status(u16),
    /// The word that the metrics have for it.
    Failed(&'static str),
}

/// The method as the conventions know it.
pub(super) fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    let known = KNOWN.into_iter().find(|known| method == known);
    known.unwrap_or("_OTHER")
}

/// The method as the name of a span has it.
fn spoken(method: &'static str) -> &'static str {
    if method == "_OTHER" { "HTTP" } else { method }
}

impl Record {
    /// Writes the fields of the message `Span`.
    pub(super) fn write(&self, span: &mut Writer) {
        let Place {
            context,
            parent,
            is_remote,
            trace_state,
            link,
        } = &self.place;
        span.bytes(field::TRACE_ID, &context.trace.0.to_be_bytes());
        span.bytes(field::SPAN_ID, &context.span.0.to_be_bytes());
        span.text(
            field::TRACE_STATE,
            trace_state.as_deref().unwrap_or_default(),
        );
        if let Some(parent) = parent {
            span.bytes(field::PARENT_SPAN_ID, &parent.0.to_be_bytes());
        }
        span.fixed32(field::FLAGS, flags(*context, *is_remote));
        span.text(field::NAME, &self.subject.name());
        let (kind, error) = match &self.subject {
            Subject::Server(server) => (SERVER, server.write(span)),
            Subject::Client(client) => (CLIENT, client.write(span)),
        };
        span.number(field::KIND, kind);
        span.fixed64(field::START, self.start);
        span.fixed64(field::END, self.end);
        if let Some((linked, is_remote)) = link {
            span.message(field::LINKS, |link| {
                link.bytes(field::TRACE_ID, &linked.trace.0.to_be_bytes());
                link.bytes(field::SPAN_ID, &linked.span.0.to_be_bytes());
                link.fixed32(field::LINK_FLAGS, flags(*linked, *is_remote));
            });
        }
        if let Some(error) = error {
            text(span, "error.type", &error);
            span.message(field::STATUS, |status| {
                status.number(field::STATUS_CODE, ERROR)
            });
        }
    }
}

fn flags(context: SpanContext, is_remote: bool) -> u32 {
    let remote = if is_remote { REMOTE } else { 0 };
    u32::from(context.flags()) | REMOTENESS_KNOWN | remote
}

impl Subject {
    fn name(&self) -> String {
        let (verb, target) = match self {
            Self::Client(client) => (spoken(client.method), None),
            Self::Server(Server {
                message: Some(message),
                ..
            }) => (message.method, message.tool),
            Self::Server(Server {
                http: Some(http), ..
            }) => (spoken(http.method), http.route),
            Self::Server(_) => ("HTTP", None),
        };
        match target {
            Some(target) => format!("{verb} {target}"),
            None => verb.to_owned(),
        }
    }
}

impl Server {
    /// Writes the attributes, all but the error, which it returns.
    fn write(&self, span: &mut Writer) -> Option<String> {
        let of_http = self.http.as_ref().and_then(|http| http.write(span));
        let of_message = self.message.as_ref().and_then(|it| it.write(span));
        of_message.or(of_http)
    }
}

impl HttpRequest {
    fn write(&self, span: &mut Writer) -> Option<String> {
        text(span, "http.request.method", self.method);
        text(span, "url.scheme", "http");
        if let Some(route) = self.route {
            text(span, "http.route", route);
        }
        if let Some(local) = self.local {
            text(
                span,
                "server.address",
                &local.ip().to_canonical().to_string(),
            );
            number(span, "server.port", local.port().into());
        }
        if let Some(version) = version(self.version) {
            text(span, "network.protocol.version", version);
        }
        match self.status {
            Some(status) => {
                number(span, "http.response.status_code", status.into());
                // What a caller did wrong is no error of the server's.
                (status >= 500).then(|| status.to_string())
            }
            None => Some(CANCELLED.to_owned()),
        }
    }
}

fn version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        _ => None,
    }
}

impl McpMessage {
    fn write(&self, span: &mut Writer) -> Option<String> {
        text(span, "mcp.method.name", self.method);
        if let Some(tool) = self.tool {
            text(span, "gen_ai.tool.name", tool);
            text(span, "gen_ai.operation.name", "execute_tool");
        }
        if let Some(id) = &self.id {
            text(span, "jsonrpc.request.id", id);
        }
        if let Some(revision) = self.revision {
            text(span, "mcp.protocol.version", revision);
        }
        text(span, "network.transport", self.transport);
        match self.outcome {
            MessageOutcome::Success => None,
            MessageOutcome::None => Some(CANCELLED.to_owned()),
            MessageOutcome::ToolError => Some("tool_error".to_owned()),
            MessageOutcome::Error(code) => {
                let code = code.to_string();
                text(span, "rpc.response.status_code", &code);
                Some(code)
            }
        }
    }
}

impl Client {
    fn write(&self, span: &mut Writer) -> Option<String> {
        text(span, "http.request.method", self.method);
        text(span, "url.scheme", self.scheme);
        let host = self.host.strip_prefix('[');
        let host = host.and_then(|host| host.strip_suffix(']'));
        text(span, "server.address", host.unwrap_or(&self.host));
        number(span, "server.port", self.port.into());
        text(span, "gateway.upstream", self.upstream);
        text(span, "gateway.operation", self.operation);
        if self.resends > 0 {
            number(span, "http.request.resend_count", self.resends.into());
        }
        match self.outcome {
            AttemptOutcome::Status(status) => {
                number(span, "http.response.status_code", status.into());
                (status >= 400).then(|| status.to_string())
            }
            AttemptOutcome::Failed(word) => Some(word.to_owned()),
            AttemptOutcome::Cancelled => Some(CANCELLED.to_owned()),
        }
    }
}

/// Writes an attribute of a span, which is a `KeyValue`.
fn text(span: &mut Writer, key: &str, value: &str) {
    span.message(field::ATTRIBUTES, |pair| write_text(pair, key, value));
}

fn number(span: &mut Writer, key: &str, value: u64) {
    span.message(field::ATTRIBUTES, |pair| {
        pair.text(field::KEY, key);
        pair.message(field::VALUE, |any| {
            any.chosen_number(field::INT_VALUE, value)
        });
    });
}

/// Writes the fields of a `KeyValue` whose value is text.
pub(super) fn write_text(pair: &mut Writer, key: &str, value: &str) {
    pair.text(field::KEY, key);
    pair.message(field::VALUE, |any| {
        any.chosen_text(field::STRING_VALUE, value)
    });
}
