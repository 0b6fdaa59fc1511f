//! The resolved capability: what shall be built. No YAML, no Rust tokens, nothing left to decide.

mod inbound;
mod settings;
mod shape;
mod surface;
mod template;
mod upstream;

pub use inbound::{Input, Place};
pub use settings::{Setting, SettingForm, TextPart};
pub use shape::{Output, OutputForm, Shape, Step};
pub use surface::{
    Annotations, Argument, Call, ConstantValue, InboundAuthentication, McpAdapter, McpTransport,
    ProtectedResource, RestAdapter, Route, RoutePiece, RouteSegment, Tool,
};
pub use template::{BodyTemplate, Escape, Filling, JsonTemplate, TextPiece};
pub use upstream::{
    ClientCredentials, Credential, Kind, Operation, Parameter, ParameterPlace, PathPart, RawFormat,
    Secrecy, Upstream,
};

/// A capability, resolved.
#[derive(Clone, Debug)]
pub struct Capability {
    /// The name of the file, without folders: it stands in the generated code.
    pub file_name: String,
    /// What the capability is called.
    pub label: String,
    /// What it is for.
    pub description: String,
    /// Its own version; `None` where the file has none.
    pub version: Option<String>,
    /// Every setting, in the file's order.
    pub settings: Vec<Setting>,
    /// The flags of the settings whose values fill holes of requests, in the order of their indexes.
    pub variables: Vec<String>,
    /// The consumed APIs.
    pub upstreams: Vec<Upstream>,
    /// The distinct ways from inbound values to an upstream request.
    pub calls: Vec<Call>,
    /// The distinct shapes of answers.
    pub shapes: Vec<Shape>,
    /// The REST adapters.
    pub rest: Vec<RestAdapter>,
    /// The MCP adapters.
    pub mcp: Vec<McpAdapter>,
}
