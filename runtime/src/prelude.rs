//! The names generated code uses, in one import.

pub use crate::capability::{Capability, Handler};
pub use crate::inbound::{Body, File, Input, Inputs, Json, JsonObject, Kind};
pub use crate::mcp::{McpAdapter, McpTransport, Tool};
pub use crate::rest::{RestAdapter, Route};
pub use crate::server::{Guard, ProtectedResource};
pub use crate::settings::{Part, Secret, Setting, SettingValues, SettingsError};
pub use crate::shape::{Output, Shape};
pub use crate::upstream::{
    Answer, Call, CallError, ClientCredentials, Credential, InvalidBaseUri, Joined, JsonTemplate,
    Parameter, Request, TextPiece, Upstream, UpstreamOptions,
};
pub use crate::{call_in_order, show_only};
pub use http::Method;
