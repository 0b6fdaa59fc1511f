//! The schema of a value.

use serde_json::{Map, Value, json};

use crate::emit::schema;
use crate::model::{Input, Kind};

/// What the value of an input must be. Code generators make their integer type of `format`, which a model that
/// calls a tool has no use for.
pub(super) fn schema(input: &Input) -> Map<String, Value> {
    let mut schema = schema::value(input);
    if input.kind == Kind::Integer {
        schema.insert("format".to_owned(), json!("int64"));
    }
    schema
}
