//! The Gatewright compiler: a capability file in, typed Rust out.
//!
//! A capability flows one way: [`source`] -> [`syntax`] -> [`model`] (made by [`check`]) -> tokens (made by
//! [`emit`]). Findings of every stage go to one [`diagnostic::Report`].
//!
//! The one door is [`compile`]. A build script takes it by [`build::compile`], which also writes the files and tells cargo
//! what to watch.
#![forbid(unsafe_code)]

pub mod build;
pub mod check;
mod compile;
pub mod diagnostic;
pub mod emit;
mod hidden;
pub mod model;
pub mod schema;
pub mod source;
pub mod syntax;

pub use compile::{Compiled, Rejected, compile, compile_bytes, compile_source};
