//! The MCP adapter: tools over the Model Context Protocol.

mod table;

pub use table::{McpAdapter, Tool};

use std::sync::Arc;

use axum::Router;

use crate::upstream::Upstream;

/// An axum router that serves the adapter at `POST /mcp` and `POST /`.
pub fn router(
    _adapter: &'static McpAdapter,
    _upstreams: Arc<[Upstream]>,
    _body_limit: usize,
) -> Router {
    Router::new()
}
