//! The document as it is written: both surface forms and all synonyms folded into one shape.
//!
//! Lowering reads the positioned tree of [`crate::source`] key by key. Every key is either taken, reported
//! as a construct that is not built yet, or reported as unknown with the nearest known key; so nothing in
//! a file is ignored without a word (LANGUAGE.md §0). What a value means is decided in [`crate::check`].

mod authentication;
mod binds;
mod consumes;
mod document;
mod exposes;
mod fields;
mod outputs;
mod parameter;
pub(crate) mod releases;
mod tree;

pub use document::lower;
pub use tree::*;
