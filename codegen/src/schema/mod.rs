//! The JSON Schema of the language, for editors: what a capability file may hold, with a word about every key.
//!
//! It describes the document as written, as [`syntax`](crate::syntax) reads it: both surface forms, and every synonym. It
//! is as strict as a reader of the file would be: a key that means nothing is marked, and so is a key without a value.
//! What only the compiler can judge, such as a call to nothing, is left to it. Constructs of the language that are not
//! built yet are in the schema: the compiler says so.

mod authentication;
mod consumes;
mod document;
mod exposes;
mod outputs;
mod parts;
mod steps;

use serde_json::{Map, Value, json};

/// The schema, as text: JSON Schema 2020-12, indented.
pub fn text() -> String {
    format!("{:#}\n", document())
}

/// The schema.
pub fn document() -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!("Capability"));
    if let Value::Object(root) = document::root() {
        schema.extend(root);
    }
    let definitions: Map<String, Value> = [
        document::definitions(),
        authentication::definitions(),
        consumes::definitions(),
        exposes::definitions(),
        outputs::definitions(),
        steps::definitions(),
    ]
    .into_iter()
    .flatten()
    .map(|(name, schema)| (name.to_owned(), schema))
    .collect();
    schema.insert("$defs".to_owned(), definitions.into());
    schema.into()
}
