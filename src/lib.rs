//! The gateway that `capability.yaml` compiles into.
//!
//! `build.rs` compiles the capability file; the modules below are what it wrote. The typed client can be
//! used on its own, without serving anything: see [`client`].
#![forbid(unsafe_code)]

pub use gatewright_runtime as runtime;

gatewright_runtime::include_capability!();

/// The example of the documentation, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/client.md")]
struct ClientDocumentation;
