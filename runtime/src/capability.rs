//! A compiled capability: the tables the compiler emits, tied together.

use crate::inbound::Inputs;
use crate::mcp::McpAdapter;
use crate::rest::RestAdapter;
use crate::settings::{Setting, SettingValues, SettingsError};
use crate::upstream::{CallError, Request, Upstream, UpstreamOptions};

/// Everything one capability file came to. The generated `CAPABILITY` is one of these.
#[derive(Debug)]
pub struct Capability {
    /// `info.label`: what the capability is called (LANGUAGE.md §1).
    pub label: &'static str,
    /// `info.description`.
    pub description: &'static str,
    /// `info.version`, or the version of the gateway package.
    pub version: &'static str,
    /// Every setting that comes from the file, in its order.
    pub settings: &'static [Setting],
    /// Makes one [`Upstream`] for each `consumes` entry, in the file's order.
    pub upstreams: fn(&SettingValues, &UpstreamOptions) -> Result<Vec<Upstream>, SettingsError>,
    /// The REST adapters.
    pub rest: &'static [RestAdapter],
    /// The MCP adapters.
    pub mcp: &'static [McpAdapter],
}

/// What a route or a tool does: which upstream is called, and how the request is made of the inputs.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// The position of the upstream in the order of `consumes`.
    pub upstream: usize,
    /// Makes the upstream request of inputs that have already passed every check.
    pub request: fn(&mut Inputs) -> Result<Request, CallError>,
}

impl Handler {
    /// A handler that calls the upstream at this position of `consumes`.
    pub const fn new(
        upstream: usize,
        request: fn(&mut Inputs) -> Result<Request, CallError>,
    ) -> Self {
        Self { upstream, request }
    }
}
