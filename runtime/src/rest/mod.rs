//! The REST adapter: from an HTTP request to a route, its inputs, the upstream call, and the answer.

mod body;
mod extract;
mod form;
mod pattern;
mod percent;
mod serve;
mod shaped;
mod table;
mod tree;

pub(crate) use serve::application;
pub use serve::{RestOptions, router};
pub use table::{RestAdapter, Route};
