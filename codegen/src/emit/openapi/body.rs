//! The request body of an operation.

use serde_json::{Map, Value, json};

use super::value;
use crate::emit::schema;
use crate::model::{Input, Kind, Place};

/// Whether a body is read for one of the inputs.
pub(super) fn is_read(inputs: &[Input]) -> bool {
    describe(inputs).is_some()
}

/// The body that the inputs are read from; `None` where there is none.
pub(super) fn describe(inputs: &[Input]) -> Option<Value> {
    if let Some(whole) = inputs.iter().find(|input| input.place == Place::Body) {
        return Some(whole_body(whole));
    }
    let fields = inputs
        .iter()
        .filter(|input| input.place == Place::BodyField);
    let required = fields.clone().any(|field| field.required);
    fields.clone().next()?;
    let content = json!({"application/json": {"schema": schema::object(fields, value::schema)}});
    Some(request_body("", required, content))
}

fn whole_body(input: &Input) -> Value {
    let json = json!({"schema": value::schema(input)});
    let content = match input.kind {
        Kind::JsonOrText => {
            json!({"application/json": json, "text/plain": {"schema": {"type": "string"}}})
        }
        _ => json!({"application/json": json}),
    };
    request_body(&input.description, input.required, content)
}

fn request_body(description: &str, required: bool, content: Value) -> Value {
    let mut body = Map::new();
    if !description.is_empty() {
        body.insert("description".to_owned(), json!(description));
    }
    body.insert("required".to_owned(), json!(required));
    body.insert("content".to_owned(), content);
    Value::Object(body)
}
