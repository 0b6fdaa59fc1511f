//! The gateway that `capability.yaml` compiles into.
//!
//! `build.rs` compiles the capability file; the modules below are what it wrote. The typed client can be
//! used on its own, without serving anything: see [`client`].
#![forbid(unsafe_code)]

/// The typed client of each consumed API: a type for every operation's parameters, a method for every operation.
#[allow(
    rustdoc::bare_urls,
    reason = "descriptions come from the capability file"
)]
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// From inbound values to upstream requests.
mod calls {
    include!(concat!(env!("OUT_DIR"), "/calls.rs"));
}

/// The routes of the REST adapters.
pub mod rest {
    include!(concat!(env!("OUT_DIR"), "/rest.rs"));
}

/// The tools of the MCP adapters.
pub mod mcp {
    include!(concat!(env!("OUT_DIR"), "/mcp.rs"));
}

/// The settings, and the upstreams that are made of them.
pub mod settings {
    include!(concat!(env!("OUT_DIR"), "/settings.rs"));
}

mod capability {
    include!(concat!(env!("OUT_DIR"), "/capability.rs"));
}

pub use capability::CAPABILITY;
pub use gatewright_runtime as runtime;

/// The example of the documentation, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/client.md")]
struct ClientDocumentation;
