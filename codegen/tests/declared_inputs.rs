//! Which inbound parameters there are where a file declares some, none, or says nothing of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use gatewright_codegen::compile_source;
use gatewright_codegen::source::SourceFile;

const CONSUMED: &str = "
naftiko: 1.0.0-alpha2
capability:
  consumes:
  - type: http
    namespace: api
    baseUri: https://api.test
    resources:
    - path: /things/{id}
      operations:
      - {name: find, method: GET, inputParameters: [{name: limit, in: query}]}
  exposes:
";

/// The names of the inputs of a tool and of a route that are declared so.
fn inputs(declared: &str) -> [Vec<String>; 2] {
    let text = format!(
        "{CONSUMED}  - type: mcp\n    namespace: tools\n    tools:\n    - {{name: find, call: api.find, with: {{id: fixed}}{declared}}}\n  \
         - type: rest\n    namespace: routes\n    resources:\n    - path: /things/{{id}}\n      operations:\n      \
         - {{method: GET, call: api.find{declared}}}\n"
    );
    let compiled = compile_source(SourceFile::new("a.yaml", text)).unwrap();
    let capability = compiled.capability;
    [
        &capability.mcp[0].tools[0].inputs,
        &capability.rest[0].routes[0].inputs,
    ]
    .map(|inputs| inputs.iter().map(|input| input.name.clone()).collect())
}

#[test]
fn an_empty_list_declares_that_there_are_none() {
    for declared in [", inputParameters: []", ", inputParameters: {}"] {
        // The variables of a route are always there.
        assert_eq!(inputs(declared), [vec![], vec!["id"]], "{declared}");
    }
}

#[test]
fn where_nothing_is_declared_they_are_those_of_the_called_operation() {
    for declared in ["", ", inputParameters: ~"] {
        assert_eq!(
            inputs(declared),
            [vec!["limit"], vec!["id", "limit"]],
            "{declared}"
        );
    }
}
