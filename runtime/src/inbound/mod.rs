//! From what a caller sent to typed values: the declared inputs, their checks and conversions.
//!
//! Every value is checked before any upstream call, and all problems of a request are found in one go
//! (LANGUAGE.md §5, "Types at the edge").

mod convert;
mod file;
mod input;
mod inputs;
mod json;
mod number;
mod refused;

pub(crate) use convert::{clipped, shown};
pub use convert::{from_json, from_text};
pub use file::File;
pub use input::{Input, Kind, Place};
pub use inputs::{Collector, FromValue, InOrder, Inputs, Value, Variables};
pub use json::{Body, Json, JsonObject, NotJson};
pub(crate) use json::{DEPTH_LIMIT, nests_too_deep};
pub(crate) use refused::{RefusedNames, is_unknown};
