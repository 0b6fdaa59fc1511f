//! What is exposed.

use super::template::{self, Filling, JsonTemplate, TextPiece};
use super::{Input, TextPart};

/// A way from inbound values to an upstream request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name of the generated function.
    pub function: String,
    /// The index of the upstream.
    pub upstream: usize,
    /// The index of the operation in the upstream.
    pub operation: usize,
    /// The value of each parameter of the operation, in order.
    pub arguments: Vec<Argument>,
}

/// Where an upstream parameter gets its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// From an inbound value.
    Input {
        /// The index of the input.
        slot: usize,
        /// Whether a later argument needs the value too.
        shared: bool,
        /// Whether a number or boolean becomes text.
        as_text: bool,
    },
    /// A constant.
    Constant(ConstantValue),
    /// A text with holes.
    Text(Vec<TextPiece<Filling>>),
    /// JSON with holes.
    Json(JsonTemplate<Filling>),
    /// It is not sent.
    Absent,
}

impl Argument {
    /// Whether it is made of what a request brings, or of a variable.
    pub fn reads_inputs(&self) -> bool {
        match self {
            Self::Input { .. } | Self::Text(_) => true,
            Self::Json(json) => json.has_hole(),
            Self::Constant(_) | Self::Absent => false,
        }
    }

    /// Calls `visit` with each slot that is read.
    pub fn each_slot(&self, visit: &mut dyn FnMut(usize)) {
        if let Self::Input { slot, .. } = self {
            visit(*slot);
        }
        self.each_filling(&mut |filling| {
            if let Filling::Input(slot) = filling {
                visit(*slot);
            }
        });
    }

    /// Calls `visit` with what fills each hole.
    pub fn each_filling(&self, visit: &mut dyn FnMut(&Filling)) {
        match self {
            Self::Text(pieces) => template::each_hole(pieces, visit),
            Self::Json(json) => json.each_hole(visit),
            Self::Input { .. } | Self::Constant(_) | Self::Absent => {}
        }
    }
}

/// A constant of the type the parameter has; text for a body of any JSON or text is that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstantValue {
    /// Text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A number, as it was written.
    Number(String),
    /// A boolean.
    Boolean(bool),
    /// A list of texts.
    List(Vec<String>),
    /// JSON text.
    Json(String),
}

/// What the callers of an adapter prove themselves with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboundAuthentication {
    /// Nothing.
    None,
    /// A bearer token.
    Bearer(Vec<TextPart>),
    /// A key in a header.
    HeaderKey(String, Vec<TextPart>),
    /// A key in the query.
    QueryKey(String, Vec<TextPart>),
    /// A user name and a password.
    Basic(Vec<TextPart>, Vec<TextPart>),
    /// An access token.
    OAuth2(ProtectedResource),
}

/// An adapter whose callers bring access tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedResource {
    /// The issuer of the tokens.
    pub issuer: Vec<TextPart>,
    /// The flag of the setting that holds the URI by which callers reach the adapter.
    pub resource: String,
    /// Whom tokens must be issued for.
    pub audience: Vec<TextPart>,
    /// The scopes that a token must have, separated by spaces; empty where none is asked for.
    pub scopes: Vec<TextPart>,
    /// Whether the file says that the issuer is asked without encryption.
    pub plain_http: bool,
}

/// An adapter of type `rest`.
#[derive(Clone, Debug)]
pub struct RestAdapter {
    /// Its namespace.
    pub namespace: String,
    /// The flag of its address.
    pub address: String,
    /// The flag of its port.
    pub port: String,
    /// What its callers prove themselves with.
    pub authentication: InboundAuthentication,
    /// What it is.
    pub description: String,
    /// Its routes.
    pub routes: Vec<Route>,
    /// Whether it serves its OpenAPI document: no route of its own answers there.
    pub serves_document: bool,
}

/// One operation of a REST adapter.
#[derive(Clone, Debug)]
pub struct Route {
    /// The HTTP method.
    pub method: String,
    /// The path as the file writes it.
    pub path: String,
    /// The name of the operation.
    pub operation: String,
    /// The name of the operation in the OpenAPI document: no other route has it.
    pub operation_id: String,
    /// What it does.
    pub description: String,
    /// The segments of the path.
    pub segments: Vec<RouteSegment>,
    /// The names of the path's variables, in order.
    pub variables: Vec<String>,
    /// What is read from a request.
    pub inputs: Vec<Input>,
    /// The index of its call.
    pub call: usize,
    /// The index of the shape of its answer; `None` where that is the upstream's as it came.
    pub shape: Option<usize>,
    /// The line of its entry.
    pub line: usize,
}

/// One segment of a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RouteSegment {
    /// Exactly this text.
    Literal(String),
    /// The next variable.
    Variable,
    /// Text and variables.
    Partial(Vec<RoutePiece>),
}

/// A part of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RoutePiece {
    /// Exactly this text.
    Literal(String),
    /// The next variable.
    Variable,
}

/// How clients reach an MCP adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum McpTransport {
    /// It listens, and is spoken to over HTTP.
    Http {
        /// The flag of its address.
        address: String,
        /// The flag of its port.
        port: String,
    },
    /// Its client starts the gateway, and speaks to it over standard input and output.
    Stdio,
}

/// An adapter of type `mcp`.
#[derive(Clone, Debug)]
pub struct McpAdapter {
    /// Its namespace.
    pub namespace: String,
    /// How clients reach it.
    pub transport: McpTransport,
    /// What its callers prove themselves with.
    pub authentication: InboundAuthentication,
    /// The title of the server.
    pub title: String,
    /// What it is for, as a model reads it.
    pub instructions: String,
    /// Its tools.
    pub tools: Vec<Tool>,
}

/// A tool.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub description: String,
    /// What a client may expect of it.
    pub annotations: Annotations,
    /// Its arguments.
    pub inputs: Vec<Input>,
    /// The index of its call.
    pub call: usize,
    /// The index of the shape of its answer; `None` where that is the upstream's as it came.
    pub shape: Option<usize>,
    /// Whether the call may be made twice to the same effect, where the hints say otherwise than the method.
    pub idempotent: Option<bool>,
    /// The line of its entry.
    pub line: usize,
}

/// The annotations of a tool; all four are always sent (LANGUAGE.md §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Annotations {
    /// It changes nothing.
    pub read_only: bool,
    /// It may destroy something.
    pub destructive: bool,
    /// A second call changes nothing more.
    pub idempotent: bool,
    /// It reaches beyond the gateway.
    pub open_world: bool,
}
