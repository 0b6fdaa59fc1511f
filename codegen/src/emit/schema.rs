//! The tools as `tools/list` answers them: JSON bytes, made at build time.

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
        "inputSchema": input_schema(&tool.inputs),
        "annotations": {
            "title": tool.title,
            "readOnlyHint": annotations.read_only,
            "destructiveHint": annotations.destructive,
            "idempotentHint": annotations.idempotent,
            "openWorldHint": annotations.open_world,
        },
    })
}

/// JSON Schema 2020-12 (LANGUAGE.md §5), which is the default dialect of MCP.
fn input_schema(inputs: &[Input]) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let properties: Map<String, Value> = inputs
        .iter()
        .map(|input| (input.name.clone(), property(input)))
        .collect();
    schema.insert("properties".to_owned(), Value::Object(properties));
    let required: Vec<&str> = inputs
        .iter()
        .filter(|input| input.required)
        .map(|input| input.name.as_str())
        .collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    Value::Object(schema)
}

fn property(input: &Input) -> Value {
    let mut property = Map::new();
    let kind = match input.kind {
        Kind::Text => Some("string"),
        Kind::Integer => Some("integer"),
        Kind::Number => Some("number"),
        Kind::Boolean => Some("boolean"),
        Kind::List | Kind::Array => Some("array"),
        Kind::Object => Some("object"),
        // Any JSON value: a schema without a type.
        Kind::Json | Kind::JsonOrText => None,
    };
    if let Some(kind) = kind {
        property.insert("type".to_owned(), json!(kind));
    }
    if input.kind == Kind::List {
        property.insert("items".to_owned(), json!({"type": "string"}));
    }
    if !input.description.is_empty() {
        property.insert("description".to_owned(), json!(input.description));
    }
    if input.segment && input.kind == Kind::Text {
        property.insert("minLength".to_owned(), json!(1));
    }
    Value::Object(property)
}
