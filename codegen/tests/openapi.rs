//! What OpenAPI cannot say as the file does: routes of one shape, odd paths, headers it ignores.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, compile_source, emit};
use serde_json::{Value, json};

const CONSUMED: &str = r#"
ikanos: 1.0.0-beta5
info: {label: Odd}
binds: [{namespace: env, keys: {UP_KEY: UP_KEY}}]
capability:
  consumes:
  - type: http
    namespace: up
    baseUri: https://secret-host.test/base
    authentication: {type: apikey, key: X-Key, value: '{{UP_KEY}}'}
    resources:
      thing:
        path: /things/{x}/{y}
        operations:
          find:
            method: GET
            outputRawFormat: xml
            inputParameters:
              Accept: {in: header}
              ids: {in: query, type: array}
              labels: {in: header, type: array}
              filter: {in: query, type: object}
          look: {method: HEAD}
          write: {method: POST, inputParameters: {payload: {in: body, type: string, required: true}}}
      list:
        path: /list
        operations:
          list all: {method: GET, outputRawFormat: avro}
  - type: http
    namespace: open
    baseUri: https://secret-host.test/open
    resources:
      it:
        path: /it
        operations:
          get: {method: GET, inputParameters: {authorization: {in: header}}}
  exposes:
  - type: rest
    namespace: odd
    port: 8080
    resources:
"#;

fn compiled(routes: &str) -> Compiled {
    compiled_text(format!("{CONSUMED}{routes}\n"))
}

fn compiled_text(text: String) -> Compiled {
    let source = SourceFile::new("odd.yaml", text);
    compile_source(source).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn document(routes: &str) -> Value {
    let capability = compiled(routes).capability;
    let text = emit::openapi(&capability, &capability.rest[0]);
    assert!(!text.contains("secret-host") && !text.contains("UP_KEY"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn routes_of_one_shape_are_one_path_with_the_names_of_the_first() {
    let document = document(
        "    - {path: '/t/{x}/{y}', operations: [{method: GET, call: up.find}]}
    - {path: '/t/{a}/{b}', operations: [{method: POST, call: up.write, with: {x: rest.a, y: rest.b}}]}",
    );
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/t/{x}/{y}"]);
    let post = &paths["/t/{x}/{y}"]["post"];
    let names: Vec<&Value> = post["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert_eq!(names, ["x", "y"]);
}

#[test]
fn odd_paths_are_addresses_and_every_variable_is_described() {
    let document = document(
        "    - {path: \"/a b//c#d?e/{x}.json/at(y='{y}'):go/{spare}\", operations: [{method: GET, call: up.find}]}
    - {path: '/twice/{x}/{x}', operations: [{method: GET, call: up.find, with: {y: rest.x}}]}",
    );
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(
        paths.keys().collect::<Vec<_>>(),
        [
            "/a%20b//c%23d%3Fe/{x}.json/at(y='{y}'):go/{spare}",
            "/twice/{x}/{x_2}"
        ]
    );
    for (path, item) in paths {
        let described = item["get"]["parameters"].as_array().unwrap().iter();
        let described = described.filter(|parameter| parameter["in"] == "path");
        assert_eq!(described.count(), path.matches('{').count(), "{path}");
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let document = document(
        "    - {path: '/a/{x}/{y}', operations: [{method: GET, call: up.find}]}
    - {path: '/b/{x}/{y}', operations: [{method: GET, call: up.find}]}
    - {path: /c, operations: [{method: GET, name: 'list all', call: up.list all}]}",
    );
    let ids: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|item| &item["get"]["operationId"])
        .collect();
    assert_eq!(ids, ["find", "find_2", "list_all"]);
}

#[test]
fn parameters_say_how_they_are_written() {
    let document =
        document("    - {path: '/t/{x}/{y}', operations: [{method: GET, call: up.find}]}");
    let parameters = document["paths"]["/t/{x}/{y}"]["get"]["parameters"].clone();
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let expected = json!([
        {"name": "Accept", "in": "header", "schema": {"type": "string"}},
        {"name": "ids", "in": "query", "style": "form", "explode": true, "schema": texts},
        {"name": "labels", "in": "header", "style": "simple", "explode": false, "schema": texts},
        {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
    ]);
    let others: Vec<Value> = parameters
        .as_array()
        .unwrap()
        .iter()
        .filter(|parameter| parameter["in"] != "path")
        .cloned()
        .collect();
    assert_eq!(Value::Array(others), expected);
}

#[test]
fn an_authorization_header_is_a_security_scheme() {
    let document = document("    - {path: /it, operations: [{method: GET, call: open.get}]}");
    let operation = &document["paths"]["/it"]["get"];
    assert_eq!(operation["security"], json!([{}, {"Authorization": []}]));
    assert_eq!(operation.get("parameters"), None);
    let scheme = &document["components"]["securitySchemes"]["Authorization"];
    assert_eq!(
        (&scheme["type"], &scheme["in"]),
        (&json!("apiKey"), &json!("header"))
    );
}

#[test]
fn what_callers_prove_themselves_with_is_a_scheme_that_every_operation_asks_for() {
    let routes = "    - {path: /it, operations: [{method: GET, call: open.get}]}
    - {path: /c, operations: [{method: GET, call: up.list all}]}\n";
    let document = |authentication: &str| -> Value {
        let port = "    port: 8080\n";
        let text = format!("{CONSUMED}{routes}");
        let text = text.replace(
            port,
            &format!("{port}    authentication: {authentication}\n"),
        );
        let capability = compiled_text(text).capability;
        serde_json::from_str(&emit::openapi(&capability, &capability.rest[0])).unwrap()
    };
    let guarded = document("{type: apikey, key: k, value: '{{UP_KEY}}', placement: query}");
    assert_eq!(guarded["security"], json!([{"Gateway": []}]));
    let schemes = &guarded["components"]["securitySchemes"];
    assert_eq!(
        schemes["Gateway"],
        json!({"type": "apiKey", "in": "query", "name": "k"})
    );
    // A header that goes on is asked for besides.
    assert_eq!(
        guarded["paths"]["/it"]["get"]["security"],
        json!([{"Gateway": []}, {"Gateway": [], "Authorization": []}])
    );
    assert_eq!(guarded["paths"]["/c"]["get"].get("security"), None);
    let refusal = "#/components/responses/Unauthorized";
    for path in ["/it", "/c"] {
        let responses = &guarded["paths"][path]["get"]["responses"];
        assert_eq!(responses["401"]["$ref"], refusal);
    }
    assert!(guarded.pointer(&refusal[1..]).is_some());
    let open = document("{type: none}");
    assert_eq!(open["security"], json!([]));
    assert_eq!(open.pointer(&refusal[1..]), None);
}

#[test]
fn an_answer_has_the_media_type_of_its_format() {
    let document = document(
        "    - {path: '/t/{x}/{y}', operations: [{method: GET, call: up.find}, {method: HEAD, call: up.look}]}
    - {path: /c, operations: [{method: GET, call: up.list all}]}",
    );
    let success =
        |pointer: &str| document.pointer(pointer).unwrap()["responses"]["2XX"]["content"].clone();
    assert_eq!(
        success("/paths/~1t~1{x}~1{y}/get"),
        json!({"application/xml": {}})
    );
    assert_eq!(success("/paths/~1t~1{x}~1{y}/head"), Value::Null);
    assert_eq!(success("/paths/~1c/get"), json!({"*/*": {}}));
}

#[test]
fn bodies_bring_their_own_refusals() {
    let document = document(
        "    - {path: '/t/{x}/{y}', operations: [{method: POST, call: up.write}, {method: HEAD, call: up.look}]}",
    );
    let item = &document["paths"]["/t/{x}/{y}"];
    let content = &item["post"]["requestBody"]["content"];
    assert_eq!(
        *content,
        json!({"application/json": {"schema": {}}, "text/plain": {"schema": {"type": "string"}}})
    );
    assert!(item["post"]["responses"].get("415").is_some());
    assert!(item["head"]["responses"].get("415").is_none());
    assert!(
        document["components"]["responses"]
            .get("UnsupportedMediaType")
            .is_some()
    );
}

#[test]
fn a_route_that_answers_there_keeps_the_document_away() {
    let serves = |routes: &str| {
        let compiled = compiled(routes);
        let has_file = compiled
            .files
            .iter()
            .any(|file| file.name == "openapi_0.json");
        let rest = compiled
            .files
            .iter()
            .find(|file| file.name == "rest.rs")
            .unwrap();
        assert_eq!(rest.text.contains("openapi: None"), !has_file);
        has_file
    };
    let route = |path: &str, method: &str| {
        format!("    - {{path: '{path}', operations: [{{method: {method}, call: up.list all}}]}}")
    };
    assert!(!serves(&route("/openapi.json", "GET")));
    assert!(!serves(&route("/{any}", "GET")));
    assert!(!serves(&route("/{any}.json", "GET")));
    assert!(!serves(&route("/openapi.json", "HEAD")));
    assert!(serves(&route("/openapi.json", "POST")));
    assert!(serves(&route("/{any}.xml", "GET")));
    assert!(serves(&route("/{any}/{more}", "GET")));
}
