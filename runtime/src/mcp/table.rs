//! The tables the compiler emits for an MCP adapter.

use crate::capability::Handler;
use crate::inbound::{Input, Inputs};
use crate::server::Guard;
use crate::settings::{SettingValues, SettingsError};
use crate::shape::Shape;
use crate::upstream::{CallError, Request};

/// One `exposes` entry of type `mcp`.
#[derive(Debug)]
pub struct McpAdapter {
    /// The namespace of the adapter, and the server's name.
    pub namespace: &'static str,
    /// How clients reach it.
    pub transport: McpTransport,
    /// What its callers have to prove, where it listens.
    pub guard: fn(&SettingValues) -> Result<Guard, SettingsError>,
    /// The server's title.
    pub title: &'static str,
    /// The server's version.
    pub version: &'static str,
    /// What the server is for, as a model reads it.
    pub instructions: &'static str,
    /// The tools, in the file's order.
    pub tools: &'static [&'static Tool],
    /// The JSON array of the tools as `tools/list` answers it, the same in every revision.
    pub tools_list: &'static str,
}

/// How clients reach an MCP adapter where the command line does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum McpTransport {
    /// It listens, and is spoken to over HTTP.
    Http {
        /// The flag of the setting for the listener's address.
        address: &'static str,
        /// The flag of the setting for the listener's port.
        port: &'static str,
    },
    /// Its client starts the gateway, and speaks to it over standard input and output.
    Stdio,
}

/// One tool.
#[derive(Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its arguments.
    pub inputs: &'static [Input],
    /// What is done with them.
    pub handler: Handler,
    /// What is made of a successful answer; `None` where it goes on as it came.
    pub shape: Option<&'static Shape>,
}

impl Tool {
    /// A tool that takes no arguments, and what it does: see [`Handler::new`].
    pub const fn new(
        name: &'static str,
        upstream: usize,
        request: fn(&mut Inputs) -> Result<Request, CallError>,
    ) -> Self {
        Self {
            name,
            inputs: &[],
            handler: Handler::new(upstream, request),
            shape: None,
        }
    }

    /// The same tool, whose call may, or may not, be made twice to the same effect: see [`Handler::idempotent`].
    pub const fn idempotent(mut self, is_idempotent: bool) -> Self {
        self.handler = self.handler.idempotent(is_idempotent);
        self
    }

    /// The same tool, whose successful answers are given this shape.
    pub const fn shaped(mut self, shape: &'static Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// The same tool, with its arguments.
    pub const fn inputs(mut self, inputs: &'static [Input]) -> Self {
        self.inputs = inputs;
        self
    }
}
