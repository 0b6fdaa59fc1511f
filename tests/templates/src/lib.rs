//! What `templates.yaml` compiles into.
#![forbid(unsafe_code)]

/// The typed clients.
#[allow(
    rustdoc::bare_urls,
    reason = "descriptions come from the capability file"
)]
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

mod calls {
    include!(concat!(env!("OUT_DIR"), "/calls.rs"));
}

/// The REST adapters.
pub mod rest {
    include!(concat!(env!("OUT_DIR"), "/rest.rs"));
}

/// The MCP adapters.
pub mod mcp {
    include!(concat!(env!("OUT_DIR"), "/mcp.rs"));
}

/// The settings.
pub mod settings {
    include!(concat!(env!("OUT_DIR"), "/settings.rs"));
}

mod capability {
    include!(concat!(env!("OUT_DIR"), "/capability.rs"));
}

pub use capability::CAPABILITY;
