//! Large and deep files are judged in a time that grows with their size: what takes the square of it would not end here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]

use std::fmt::Write;

use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, Rejected, compile_source};

fn compile(text: impl Into<String>) -> Result<Compiled, Box<Rejected>> {
    compile_source(SourceFile::new("input.yaml", text.into()))
}

fn accepted(text: impl Into<String>) -> Compiled {
    compile(text).unwrap_or_else(|rejected| {
        panic!(
            "{}",
            rejected.to_string().chars().take(2000).collect::<String>()
        )
    })
}

/// The codes of the findings about a text that is refused, each once.
fn refused(text: impl Into<String>) -> Vec<&'static str> {
    let rejected = compile(text).err().unwrap();
    let mut codes: Vec<&str> = rejected
        .report
        .findings()
        .map(|finding| finding.code().id)
        .collect();
    codes.dedup();
    codes
}

/// A capability of one operation, which has this body.
fn with_body(data: &str) -> String {
    let data = serde_json::to_string(data).unwrap();
    with_operation(&format!(
        "name: send, method: POST, body: {{type: json, data: {data}}}"
    ))
}

/// A capability of one operation and a tool that calls it.
fn with_operation(operation: &str) -> String {
    format!(
        "naftiko: 1.0.0-alpha2
capability:
  consumes:
  - type: http
    namespace: api
    baseUri: https://api.test
    resources:
    - name: things
      path: /things
      operations:
      - {{{operation}}}
  exposes:
  - {{type: mcp, namespace: api-mcp, tools: [{{name: send, call: api.send}}]}}
"
    )
}

#[test]
fn a_template_of_braces_that_never_close() {
    let braces = "{".repeat(1 << 20);
    assert_eq!(refused(with_body(&braces)), ["GW0241"]);
    assert_eq!(refused(with_body(&format!("[\"{braces}\"]"))), ["GW0241"]);
    // Each opens, and only the last closes.
    assert_eq!(
        refused(with_body(&format!("{}}}}}", "{{\"".repeat(1 << 18)))),
        ["GW0241"]
    );
}

#[test]
fn a_template_deeper_than_json_may_be() {
    let nested =
        |levels: usize| format!("{}{{{{hole}}}}{}", "[".repeat(levels), "]".repeat(levels));
    accepted(with_body(&nested(100)));
    assert_eq!(refused(with_body(&nested(200))), ["GW0241"]);
    assert_eq!(refused(with_body(&nested(1 << 20))), ["GW0241"]);
}

#[test]
fn a_path_with_thousands_of_variables() {
    let mut path = String::new();
    for number in 0..2_000 {
        write!(path, "/{{v{number}}}").unwrap();
    }
    let compiled = accepted(with_operation(&format!(
        "name: send, method: GET, path: \"{path}\""
    )));
    assert_eq!(
        compiled.capability.upstreams[0].operations[0]
            .parameters
            .len(),
        2_000
    );
}

#[test]
fn names_and_texts_of_a_megabyte() {
    let long = "x".repeat(1 << 20);
    accepted(with_operation(&format!(
        "name: send, method: GET, path: /{long}, description: {long}, inputParameters: [{{name: {long}, in: query}}]"
    )));
    // A key that nobody knows is compared with every known one.
    let known = compile(with_operation(&format!(
        "name: send, method: GET, {long}: x"
    )))
    .unwrap();
    assert!(known.warnings().len() < 10_000);
}

#[test]
fn many_adapters() {
    let mut text = with_operation("name: send, method: GET");
    for number in 0..1_000 {
        writeln!(text, "  - {{type: rest, namespace: rest-{number}, resources: [{{path: /, operations: [{{method: GET, call: api.send}}]}}]}}").unwrap();
    }
    assert_eq!(accepted(text).capability.rest.len(), 1_000);
}

#[test]
fn many_values_of_one_list() {
    let items = vec!["\"a\""; 100_000].join(", ");
    accepted(with_operation(&format!(
        "name: send, method: POST, inputParameters: [{{name: list, in: query, type: array, value: [{items}]}}]"
    )));
    accepted(with_operation(&format!(
        "name: send, method: POST, body: {{type: json, data: [{items}, \"{{{{hole}}}}\"]}}"
    )));
}

#[test]
fn many_findings() {
    let mut text = with_operation("name: send, method: GET");
    for number in 0..20_000 {
        writeln!(text, "unknown{number}: {{a: [b]}}").unwrap();
    }
    let compiled = accepted(text);
    assert_eq!(compiled.report.findings().count(), 20_000);
    assert!(!compiled.warnings().is_empty());
}

#[test]
fn aliases_that_stand_for_more_than_a_file_may_hold() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let earlier = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{earlier}]").unwrap();
    }
    assert_eq!(refused(text), ["GW0010"]);
    let deep = format!("a: {}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    assert_eq!(refused(deep), ["GW0009"]);
}
