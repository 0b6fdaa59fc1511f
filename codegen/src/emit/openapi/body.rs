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
    let fields: Vec<&Input> = inputs
        .iter()
        .filter(|input| input.place == Place::FormField)
        .collect();
    if !fields.is_empty() {
        return Some(form(&fields));
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
        Kind::File => json!({"*/*": {}}),
        _ => json!({"application/json": json}),
    };
    request_body(&input.description, input.required, content)
}

/// A form in either encoding; one without its files can be urlencoded too.
fn form(fields: &[&Input]) -> Value {
    let is_file = |field: &&Input| field.kind == Kind::File;
    let required = fields.iter().any(|field| field.required);
    let mut content = Map::new();
    if !fields.iter().any(|field| is_file(field) && field.required) {
        let texts: Vec<&Input> = fields.iter().copied().filter(|it| !is_file(it)).collect();
        content.insert(
            "application/x-www-form-urlencoded".to_owned(),
            encoded(&texts),
        );
    }
    content.insert("multipart/form-data".to_owned(), encoded(fields));
    request_body("", required, Value::Object(content))
}

/// The fields of a form. What is JSON is JSON text in one field, and no list of fields.
fn encoded(fields: &[&Input]) -> Value {
    let is_json = |field: &&&Input| matches!(field.kind, Kind::Object | Kind::Array | Kind::Json);
    let encoding: Map<String, Value> = fields
        .iter()
        .filter(is_json)
        .map(|field| {
            (
                field.name.clone(),
                json!({"contentType": "application/json"}),
            )
        })
        .collect();
    let mut form = Map::new();
    let schema = schema::object(fields.iter().copied(), form_value);
    form.insert("schema".to_owned(), schema);
    if !encoding.is_empty() {
        form.insert("encoding".to_owned(), Value::Object(encoding));
    }
    Value::Object(form)
}

/// A file of a form is bytes, not text that encodes them.
fn form_value(input: &Input) -> Map<String, Value> {
    if input.kind != Kind::File {
        return value::schema(input);
    }
    let mut schema = Map::new();
    let media_type = json!("application/octet-stream");
    schema.insert("contentMediaType".to_owned(), media_type);
    schema
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
