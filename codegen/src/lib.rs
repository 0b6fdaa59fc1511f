//! The Gatewright compiler: a capability file in, typed Rust out.
//!
//! A capability flows one way: [`source`] -> [`syntax`] -> [`model`] (made by [`check`]) -> tokens.
#![forbid(unsafe_code)]

pub mod check;
pub mod diagnostic;
pub mod model;
pub mod source;
pub mod syntax;
