//! Shaped outputs: the answer a capability declares, made of what the upstream answered (LANGUAGE.md §6).
//!
//! The compiler emits a [`Shape`] for each distinct `outputParameters`: a table of names, types and where each value
//! stands. An answer is read once, from front to back; what the shape does not name is skipped without being
//! decoded, and values are moved as the text they came as, so a number keeps its digits and a text its escapes.

mod error;
mod items;
mod json;
mod plan;
mod read;
mod table;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use error::ShapeError;
pub use table::Step::{FromEnd, Index, Name};
pub use table::{Output, Shape, Step};
