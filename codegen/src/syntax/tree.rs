//! The types of the document. Every text keeps the place it was written at.

use crate::source::{Scalar, Span};

/// A text of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, without quotes.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// A value with its place.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A capability file.
#[derive(Clone, Debug)]
pub struct Document {
    /// `info` (LANGUAGE.md §1).
    pub info: Info,
    /// `binds`, of the root and of `capability`.
    pub binds: Vec<Bind>,
    /// `capability.consumes`.
    pub consumes: Vec<Consumes>,
    /// `capability.exposes`.
    pub exposes: Vec<Exposes>,
    /// What could not be read.
    pub unread: Unread,
    /// Where `capability` stands.
    pub span: Span,
}

/// Whether there are entries that could not be read, which has been reported. That something is not there is then no
/// finding of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unread {
    /// Of `binds`, or of the keys of one of them.
    pub binds: bool,
    /// Of `consumes`.
    pub consumes: bool,
    /// Of `exposes`, or of what calls operations.
    pub exposes: bool,
}

/// `info`.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// `label`, or one of its synonyms.
    pub label: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `version`.
    pub version: Option<Text>,
}

/// One entry of `binds` (§2).
#[derive(Clone, Debug)]
pub struct Bind {
    /// The namespace a reference may name.
    pub namespace: Option<Text>,
    /// Where the source is, if it is not the environment.
    pub location: Option<Text>,
    /// Variable and source key.
    pub keys: Vec<(Text, Text)>,
    /// Whether there are keys that could not be read.
    pub unread: bool,
}

/// One entry of `consumes` (§3).
#[derive(Clone, Debug)]
pub struct Consumes {
    /// Its namespace; empty where the file has none, which has been reported.
    pub namespace: Text,
    /// `baseUri`; absent where the file has none.
    pub base_uri: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// Parameters of every operation.
    pub input_parameters: Vec<InputParameter>,
    /// `authentication`.
    pub authentication: Option<Authentication>,
    /// The resources.
    pub resources: Vec<ConsumedResource>,
    /// Where the entry stands.
    pub span: Span,
}

/// A resource of a consumed API.
#[derive(Clone, Debug)]
pub struct ConsumedResource {
    /// Its path, relative to the base URI.
    pub path: Option<Text>,
    /// Parameters of every operation of the resource.
    pub input_parameters: Vec<InputParameter>,
    /// The operations.
    pub operations: Vec<ConsumedOperation>,
}

/// An operation of a consumed API.
#[derive(Clone, Debug)]
pub struct ConsumedOperation {
    /// Its name; empty where it has none, which has been reported.
    pub name: Text,
    /// `method`.
    pub method: Option<Text>,
    /// A path appended to the resource's.
    pub path: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// Its parameters.
    pub input_parameters: Vec<InputParameter>,
    /// `body`.
    pub body: Option<Body>,
    /// `outputRawFormat`.
    pub output_raw_format: Option<Text>,
    /// `outputParameters`.
    pub output_parameters: Vec<OutputParameter>,
}

/// `authentication` of a consumed API, or of an adapter.
#[derive(Clone, Debug)]
pub struct Authentication {
    /// `type`.
    pub kind: Text,
    /// `bearer`: the token.
    pub token: Option<Text>,
    /// `apikey`: the name of the header or query parameter.
    pub key: Option<Text>,
    /// `apikey`: the value.
    pub value: Option<Text>,
    /// `apikey`: `header` or `query`.
    pub placement: Option<Text>,
    /// `basic`, `digest`: the user name.
    pub username: Option<Text>,
    /// `basic`, `digest`: the password.
    pub password: Option<Text>,
    /// `oauth2`: where tokens are given.
    pub token_endpoint: Option<Text>,
    /// `oauth2`: the client's identifier.
    pub client_id: Option<Text>,
    /// `oauth2`: the client's secret.
    pub client_secret: Option<Text>,
    /// `oauth2`: a text, or a list of them.
    pub scopes: Vec<Text>,
    /// `oauth2`: how tokens are given.
    pub grant_type: Option<Text>,
    /// `oauth2` of an adapter: the issuer of tokens.
    pub authorization_server: Option<Text>,
    /// `oauth2` of an adapter: the URI by which callers reach it.
    pub resource: Option<Text>,
    /// `oauth2` of an adapter: whom tokens are issued for.
    pub audience: Option<Text>,
    /// `oauth2` of an adapter: how tokens are judged.
    pub token_validation: Option<Text>,
    /// The keys that are there, and whose values could not be read.
    pub unread: Vec<&'static str>,
    /// Where it stands.
    pub span: Span,
}

/// A parameter, consumed or exposed.
#[derive(Clone, Debug)]
pub struct InputParameter {
    /// Its name.
    pub name: Text,
    /// `in`.
    pub place: Option<Text>,
    /// `type`.
    pub kind: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `required`.
    pub required: Option<bool>,
    /// `value`: a constant or a template.
    pub value: Option<Constant>,
    /// Where it stands.
    pub span: Span,
}

/// A part of an answer: an output parameter, or a property or the items of one (§6).
#[derive(Clone, Debug)]
pub struct OutputParameter {
    /// Its name; items have none.
    pub name: Option<Text>,
    /// `type`.
    pub kind: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `mapping`.
    pub mapping: Option<Text>,
    /// `value`: a path or a constant.
    pub value: Option<Constant>,
    /// `const`.
    pub fixed: Option<Constant>,
    /// `maxLength`, and where the key stands.
    pub max_length: Option<(Spanned<i64>, Span)>,
    /// `properties`, and where the key stands.
    pub properties: Option<(Vec<OutputParameter>, Span)>,
    /// `items`, and where the key stands.
    pub items: Option<(Box<OutputParameter>, Span)>,
    /// Whether a part of it could not be read, so that nothing follows from what is not there.
    pub unread: bool,
    /// Where it stands.
    pub span: Span,
}

/// A value that the file writes out. A text in it may hold `{{…}}`.
#[derive(Clone, Debug)]
pub enum Constant {
    /// Text, a number, a boolean or null.
    Scalar(Scalar),
    /// A list.
    List(Vec<Constant>, Span),
    /// A mapping.
    Mapping(Vec<(Text, Constant)>, Span),
}

impl Constant {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Scalar(scalar) => scalar.span,
            Self::List(_, span) | Self::Mapping(_, span) => *span,
        }
    }

    /// Whether, as the `value` of an output, it is a path and not the value itself.
    pub fn is_path(&self) -> bool {
        let Self::Scalar(scalar) = self else {
            return false;
        };
        let steps = scalar.text.strip_prefix('$');
        steps.is_some_and(|steps| steps.is_empty() || steps.starts_with(['.', '[']))
    }
}

/// `body` of a consumed operation (§3).
#[derive(Clone, Debug)]
pub struct Body {
    /// `type`; absent where the body is written as a bare text.
    pub kind: Option<Text>,
    /// `data`.
    pub data: Constant,
}

/// One entry of `exposes` (§4).
#[derive(Clone, Debug)]
pub enum Exposes {
    /// `type: rest`.
    Rest(RestAdapter),
    /// `type: mcp`.
    Mcp(McpAdapter),
}

/// What every adapter has.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The namespace.
    pub namespace: Text,
    /// `port`.
    pub port: Option<Spanned<i64>>,
    /// `address`.
    pub address: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `authentication`: how callers prove who they are.
    pub authentication: Option<Authentication>,
    /// Where the adapter stands.
    pub span: Span,
}

/// An adapter of type `rest`.
#[derive(Clone, Debug)]
pub struct RestAdapter {
    /// Namespace, port and address.
    pub listener: Listener,
    /// The resources.
    pub resources: Vec<ExposedResource>,
}

/// A resource of a REST adapter.
#[derive(Clone, Debug)]
pub struct ExposedResource {
    /// The path of its routes.
    pub path: Option<Text>,
    /// Parameters of every operation of the resource.
    pub input_parameters: Vec<InputParameter>,
    /// The operations.
    pub operations: Vec<ExposedOperation>,
    /// Where it stands.
    pub span: Span,
}

/// An operation of a REST adapter.
#[derive(Clone, Debug)]
pub struct ExposedOperation {
    /// `method`.
    pub method: Option<Text>,
    /// What REST operations and tools share.
    pub exposed: Exposed,
}

/// What REST operations and tools share.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// The name; REST operations may have none.
    pub name: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// Declared parameters.
    pub input_parameters: Vec<InputParameter>,
    /// Whether it declares its parameters; an empty list declares that there are none.
    pub declares_parameters: bool,
    /// `call`.
    pub call: Option<Text>,
    /// `with`.
    pub with: Vec<(Text, Constant)>,
    /// `outputParameters`.
    pub output_parameters: Vec<OutputParameter>,
    /// Whether its parameters or its `with` could not be read, so that nothing follows from what is not there.
    pub unread: bool,
    /// Whether it does its work in a way that has been reported as not supported, or that could not be read: then a
    /// missing `call` is no finding of its own.
    pub unsupported: bool,
    /// Where the operation stands.
    pub span: Span,
}

/// An adapter of type `mcp`.
#[derive(Clone, Debug)]
pub struct McpAdapter {
    /// Namespace, port and address.
    pub listener: Listener,
    /// `transport`.
    pub transport: Option<Text>,
    /// The tools.
    pub tools: Vec<Tool>,
}

impl McpAdapter {
    /// Whether its transport is `stdio`, so that it listens on nothing.
    pub fn is_stdio(&self) -> bool {
        self.transport
            .as_ref()
            .is_some_and(|transport| transport.value == "stdio")
    }
}

/// A tool.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What REST operations and tools share.
    pub exposed: Exposed,
    /// `title`, or one of its synonyms.
    pub title: Option<Text>,
    /// `hints`.
    pub hints: Hints,
}

/// `hints` of a tool.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// `readOnly`.
    pub read_only: Option<Spanned<bool>>,
    /// `destructive`.
    pub destructive: Option<Spanned<bool>>,
    /// `idempotent`.
    pub idempotent: Option<Spanned<bool>>,
    /// `openWorld`.
    pub open_world: Option<Spanned<bool>>,
}
