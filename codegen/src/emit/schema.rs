//! The tools as `tools/list` answers them: JSON bytes, made at build time; and the schema of a value.

use serde_json::{Map, Value, json};

use crate::model::{Input, Kind, McpAdapter, Tool};

/// The JSON array of an adapter's tools, in the file's order. It holds no line break, so that it can stand
/// in a message of any transport.
pub fn tools_list(adapter: &McpAdapter) -> String {
    Value::Array(adapter.tools.iter().map(tool).collect()).to_string()
}

fn tool(tool: &Tool) -> Value {
    let annotations = tool.annotations;
    json!({
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": object(tool.inputs.iter(), value),
        "annotations": {
            "title": tool.title,
            "readOnlyHint": annotations.read_only,
            "destructiveHint": annotations.destructive,
            "idempotentHint": annotations.idempotent,
            "openWorldHint": annotations.open_world,
        },
    })
}

/// An object that has these inputs as its fields, and no other: JSON Schema 2020-12, the default dialect of MCP
/// and of OpenAPI 3.1. `value` makes the schema of one of them.
pub(super) fn object<'a>(
    inputs: impl Iterator<Item = &'a Input> + Clone,
    value: fn(&Input) -> Map<String, Value>,
) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let properties: Map<String, Value> = inputs
        .clone()
        .map(|input| (input.name.clone(), described(input, value(input))))
        .collect();
    schema.insert("properties".to_owned(), Value::Object(properties));
    let required: Vec<&str> = inputs
        .filter(|input| input.required)
        .map(|input| input.name.as_str())
        .collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    Value::Object(schema)
}

fn described(input: &Input, mut schema: Map<String, Value>) -> Value {
    if !input.description.is_empty() {
        schema.insert("description".to_owned(), json!(input.description));
    }
    Value::Object(schema)
}

/// What the value of an input must be.
pub(super) fn value(input: &Input) -> Map<String, Value> {
    let mut schema = Map::new();
    let kind = match input.kind {
        Kind::Text | Kind::File => Some("string"),
        Kind::Integer => Some("integer"),
        Kind::Number => Some("number"),
        Kind::Boolean => Some("boolean"),
        Kind::List | Kind::Array => Some("array"),
        Kind::Object => Some("object"),
        // Any JSON value: a schema without a type.
        Kind::Json | Kind::JsonOrText => None,
    };
    if let Some(kind) = kind {
        schema.insert("type".to_owned(), json!(kind));
    }
    if input.kind == Kind::List {
        schema.insert("items".to_owned(), json!({"type": "string"}));
    }
    if input.kind == Kind::File {
        schema.insert("contentEncoding".to_owned(), json!("base64"));
    }
    if input.segment && input.kind == Kind::Text {
        schema.insert("minLength".to_owned(), json!(1));
    }
    schema
}
