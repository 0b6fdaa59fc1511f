//! What a compiled Gatewright gateway calls: listeners, HTTP in and out, the MCP protocol, settings.
//!
//! The compiler emits types, tables and the code that differs from one capability to the next; all that is
//! the same for every capability is here, compiled once. Nothing in this crate knows a capability, and
//! nothing in it parses a capability file, a template or a JSONPath.
//!
//! A request flows one way: [`server`] accepts it, [`rest`] or [`mcp`] finds the route or the tool,
//! [`inbound`] turns what the caller sent into typed values, the generated code makes an
//! [`upstream::Request`] of them, [`upstream::Upstream`] sends it, and the answer goes back the same way.
#![forbid(unsafe_code)]

pub mod capability;
mod decimal;
mod exposure;
mod gathered;
pub mod inbound;
mod include;
pub mod mcp;
pub mod prelude;
pub mod problem;
pub mod rest;
pub mod server;
pub mod settings;
pub mod shape;
pub mod start;
pub mod telemetry;
pub mod upstream;

pub use start::main;
