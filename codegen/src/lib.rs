//! The Gatewright compiler: a capability file in, typed Rust out.
//!
//! A capability flows one way: [`source`] -> [`syntax`] -> [`model`] (made by [`check`]) -> tokens (made by
//! [`emit`]). Findings of every stage go to one [`diagnostic::Report`].
//!
//! The one door is [`compile`]; a build script calls it, writes the files, and says what to watch.
#![forbid(unsafe_code)]

pub mod check;
mod compile;
pub mod diagnostic;
pub mod emit;
pub mod model;
pub mod source;
pub mod syntax;

pub use compile::{Compiled, Rejected, compile, compile_source};
