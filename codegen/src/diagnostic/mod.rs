//! What the compiler has to say about a capability: the catalogue of codes, the report, and how it looks.

pub mod catalogue;
mod escape;
mod excerpt;
mod finding;
mod json;
mod lines;
mod misspelling;
mod render;
mod report;
mod suggest;

pub use finding::{Code, Finding, Label, Severity};
pub use json::render_json;
pub use lines::render_lines;
pub use render::{Style, render};
pub use report::Report;
pub use suggest::nearest;
