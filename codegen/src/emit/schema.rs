//! The tools as `tools/list` answers them: JSON bytes, made at build time; and the schema of a value.

use serde_json::{Map, Value, json};

use crate::model::{Capability, Input, Kind, McpAdapter, Output, OutputForm, Tool};

/// The JSON array of an adapter's tools, in the file's order. It holds no line break, so that it can stand
/// in a message of any transport.
pub fn tools_list(capability: &Capability, adapter: &McpAdapter) -> String {
    let tools = adapter.tools.iter().map(|entry| tool(capability, entry));
    Value::Array(tools.collect()).to_string()
}

fn tool(capability: &Capability, tool: &Tool) -> Value {
    let annotations = tool.annotations;
    let mut entry = json!({
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
    });
    // The revisions before 2026-07-28 have schemas of objects only, and all clients know those.
    let shape = tool.shape.and_then(|shape| capability.shapes.get(shape));
    if let (Some(shape), Value::Object(entry)) =
        (shape.filter(|shape| shape.root.is_object()), &mut entry)
    {
        entry.insert("outputSchema".to_owned(), answer(&shape.root));
    }
    entry
}

/// The schema of an answer. A root that is an object is one whatever the upstream answered.
pub(super) fn answer(root: &Output) -> Value {
    output(root, !root.is_object())
}

/// The schema of a value of an answer, which is `null` where the upstream has none.
fn output(output: &Output, nullable: bool) -> Value {
    let mut schema = Map::new();
    let kind = match &output.form {
        OutputForm::Text(_) => Some("string"),
        OutputForm::Integer => Some("integer"),
        OutputForm::Number => Some("number"),
        OutputForm::Boolean => Some("boolean"),
        OutputForm::AnyObject | OutputForm::Object(_) => Some("object"),
        OutputForm::Array { .. } => Some("array"),
        OutputForm::Constant(_) => None,
    };
    if let Some(kind) = kind {
        let kind = match nullable {
            true => json!([kind, "null"]),
            false => json!(kind),
        };
        schema.insert("type".to_owned(), kind);
    }
    match &output.form {
        OutputForm::Text(Some(length)) => {
            schema.insert("maxLength".to_owned(), json!(length));
        }
        OutputForm::Array { item, .. } => {
            schema.insert("items".to_owned(), self::output(item, item.path.is_some()));
        }
        OutputForm::Object(members) => {
            let properties = members
                .iter()
                .map(|(name, member)| (name.clone(), self::output(member, member.path.is_some())));
            let properties: Map<String, Value> = properties.collect();
            let required: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            schema.insert("properties".to_owned(), Value::Object(properties));
            schema.insert("required".to_owned(), json!(required));
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        OutputForm::Constant(constant) => {
            let constant = serde_json::from_str(constant).unwrap_or_default();
            schema.insert("const".to_owned(), constant);
        }
        _ => {}
    }
    if !output.description.is_empty() {
        schema.insert("description".to_owned(), json!(output.description));
    }
    Value::Object(schema)
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
