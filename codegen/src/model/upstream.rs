//! The consumed APIs.

use super::{BodyTemplate, TextPart};

/// A consumed API.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its namespace.
    pub namespace: String,
    /// The type of its client.
    pub type_name: String,
    /// What it is.
    pub description: String,
    /// The flag of the setting that holds its base URI.
    pub base_uri: String,
    /// Its credential.
    pub credential: Credential,
    /// The flags of the secrets that its base URI and its credential are made of.
    pub secrets: Vec<String>,
    /// Its operations, in the file's order.
    pub operations: Vec<Operation>,
    /// The line of its entry.
    pub line: usize,
}

/// What proves to an upstream who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
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
    /// A user name and a password that is not sent, but proven to be known.
    Digest(Vec<TextPart>, Vec<TextPart>),
    /// A token of the client credentials grant.
    OAuth2(ClientCredentials),
}

impl Credential {
    /// What of it is secret: who is calling is none.
    pub fn secret(&self) -> &[TextPart] {
        match self {
            Self::None => &[],
            Self::Bearer(secret)
            | Self::HeaderKey(_, secret)
            | Self::QueryKey(_, secret)
            | Self::Basic(_, secret)
            | Self::Digest(_, secret) => secret,
            Self::OAuth2(client) => &client.client_secret,
        }
    }
}

/// A client of an authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// Where tokens are given.
    pub token_endpoint: Vec<TextPart>,
    /// The client's identifier.
    pub client_id: Vec<TextPart>,
    /// The client's secret.
    pub client_secret: Vec<TextPart>,
    /// What the token is to be good for, separated by spaces; empty where the file does not say.
    pub scopes: Vec<TextPart>,
    /// Whether the file says that the endpoint is called without encryption.
    pub plain_http: bool,
}

/// An operation of a consumed API.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name in the file.
    pub name: String,
    /// The type that holds its parameters.
    pub type_name: String,
    /// The method of the client.
    pub function: String,
    /// The HTTP method.
    pub method: String,
    /// What it does.
    pub description: String,
    /// The path as the file writes it, for the documentation.
    pub template: String,
    /// The path, relative to the base URI, starting with `/` or empty.
    pub path: Vec<PathPart>,
    /// A query that every request carries, encoded; empty where there is none.
    pub fixed_query: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The body, where the file spells out its form.
    pub body: Option<BodyTemplate>,
    /// What it answers with.
    pub format: RawFormat,
    /// The line of its entry.
    pub line: usize,
}

/// What an upstream answers with, as the file says; the gateway does not hold it to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawFormat {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// YAML.
    Yaml,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// Values separated by `|`.
    Psv,
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
    /// Avro.
    Avro,
    /// Protocol buffers.
    Protobuf,
    /// Plain text.
    Text,
    /// Any bytes.
    Binary,
}

/// A part of an upstream path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// Text, percent-encoded.
    Literal(String),
    /// The value of the parameter of this index.
    Parameter(usize),
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in the file.
    pub name: String,
    /// Its name on the wire: the same, unless a path says `?wire={name}`.
    pub wire: String,
    /// The field of the operation's type.
    pub field: String,
    /// Where it goes.
    pub place: ParameterPlace,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// Whether a variable of the capability may be in its value.
    pub secrecy: Secrecy,
    /// What it is.
    pub description: String,
}

/// Whether a variable of the capability, which may be a secret, is in the value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It is not.
    Open,
    /// It may be, and the field is of a type that is never shown.
    Secret,
    /// It may be, and the field is of the type of any such parameter: what holds it must not show it.
    Hidden,
}

/// Where an upstream parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterPlace {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into a header.
    Header,
    /// Into a cookie.
    Cookie,
    /// It is the body.
    Body,
    /// It is a field of the JSON body.
    BodyField,
    /// It fills holes of the body's template, and goes nowhere else.
    Template,
    /// The same, where the body is a form.
    FormTemplate,
    /// It is a field of the urlencoded form that is the body.
    FormField,
    /// It is a part of the multipart form that is the body.
    FormPart,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A 64-bit signed integer.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A list of texts.
    List,
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
    /// Any JSON value.
    Json,
    /// A body of any JSON value, or plain text.
    JsonOrText,
    /// A file.
    File,
}
