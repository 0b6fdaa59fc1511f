//! A REST and an MCP adapter with inputs of every place and kind.

use gatewright_runtime::prelude::*;

/// The MCP adapter.
pub static MCP: McpAdapter = McpAdapter {
    namespace: "mcp",
    transport: McpTransport::Http {
        address: "mcp-address",
        port: "mcp-port",
    },
    guard: |_| Ok(Guard::none()),
    title: "Fuzz",
    version: "1",
    instructions: "",
    tools: &[&Tool::new("find", 0, find).inputs(&[
        Input::argument("id", Kind::Text).segment(),
        Input::argument("integer", Kind::Integer),
        Input::argument("number", Kind::Number),
        Input::argument("boolean", Kind::Boolean),
        Input::argument("list", Kind::List),
        Input::argument("object", Kind::Object),
        Input::argument("array", Kind::Array),
        Input::argument("json", Kind::Json),
        Input::argument("body", Kind::JsonOrText),
    ])],
    tools_list: r#"[{"name":"find","inputSchema":{"type":"object"}}]"#,
};

/// The REST adapter.
pub static REST: RestAdapter = RestAdapter {
    namespace: "rest",
    address: "rest-address",
    port: "rest-port",
    guard: |_| Ok(Guard::none()),
    routes: &[
        &Route::post("/find/{id}")
            .inputs(&[
                Input::path(0, "id", Kind::Text).segment(),
                Input::query("integer", Kind::Integer),
                Input::header("x-number", Kind::Number),
                Input::cookie("boolean", Kind::Boolean),
                Input::header("x-list", Kind::List),
                Input::query("object", Kind::Object),
                Input::query("array", Kind::Array),
                Input::query("json", Kind::Json),
                Input::body("body", Kind::JsonOrText),
            ])
            .call("find", 0, find),
        &Route::put("/{a}.{b}/x")
            .inputs(&[
                Input::path(0, "a", Kind::Text).segment(),
                Input::path(1, "b", Kind::Integer).segment(),
                Input::body_field("list", Kind::Array),
                Input::body_field("text", Kind::Text).required(),
            ])
            .call("fields", 0, fields),
    ],
    openapi: None,
};

fn find(inputs: &mut Inputs) -> Result<Request, CallError> {
    let id: String = inputs.take(0)?;
    let integer: Option<i64> = inputs.take(1)?;
    let number: Option<f64> = inputs.take(2)?;
    let boolean: Option<bool> = inputs.take(3)?;
    let list: Option<Vec<String>> = inputs.take(4)?;
    let object: Option<JsonObject> = inputs.take(5)?;
    let array: Option<Json> = inputs.take(6)?;
    let json: Option<Json> = inputs.take(7)?;
    let body: Option<Body> = inputs.take(8)?;
    Ok(Request::new(Method::POST, "find")
        .literal("/")
        .segment("id", &id)
        .query("integer", &integer)
        .query("number", &number)
        .query("boolean", &boolean)
        .query("list", &list)
        .query("object", &object)
        .query("array", &array)
        .query("json", &json)
        .body(&body))
}

fn fields(inputs: &mut Inputs) -> Result<Request, CallError> {
    let a: String = inputs.take(0)?;
    let b: i64 = inputs.take(1)?;
    let list: Option<Json> = inputs.take(2)?;
    let text: String = inputs.take(3)?;
    Ok(Request::new(Method::PUT, "fields")
        .literal("/")
        .segment("a", &a)
        .segment("b", &b)
        .body_field("list", &list)
        .body_field("text", &text))
}
