//! The MCP adapter: tools over the Model Context Protocol, from an HTTP POST to the upstream call and back.
//!
//! What MCP leaves to a server is decided here: no sessions, no events, no batches but where the revision has
//! them. A request flows through `serve`: `origin` and `headers` see whether it may be looked at, `message`
//! and `params` read it, `era` says which revision it is of, `list` or `call` answers it, and `answer`
//! writes the answer.

mod answer;
mod call;
mod content;
mod era;
mod events;
mod headers;
mod list;
mod message;
mod params;
mod progress;
mod serve;
mod service;
pub mod stdio;
mod table;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use serve::application;
pub use serve::router;
pub use service::McpOptions;
pub use table::{McpAdapter, McpTransport, Tool};
