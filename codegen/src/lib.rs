//! The Gatewright compiler: a capability file in, typed Rust out.

pub mod diagnostic;
pub mod source;
