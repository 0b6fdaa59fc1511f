//! Files as read: the text, its lines, and a tree in which every value knows where it was written.

mod build;
mod file;
mod frame;
mod index;
mod limits;
mod node;
mod parse;
mod place;
mod property;
mod scalar;
mod span;
mod syntax_error;

pub use file::{MAXIMUM_BYTES, SourceFile};
pub use node::{Entry, Node, Value};
pub use parse::{MAXIMUM_DEPTH, MAXIMUM_NODES};
pub use scalar::{Resolved, Scalar};
pub use span::{Position, Span};
