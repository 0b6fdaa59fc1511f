//! `gatewright show` and `gatewright expand`.

use serde_json::{Value, json};

use crate::process::{checkout, folder, run};

#[test]
fn people_see_routes_tools_and_settings() {
    let ended = run(&checkout(), &["show", "codegen/tests/golden/breadth.yaml"]);
    assert_eq!(ended.code, Some(0));
    for line in [
        "  DELETE  /v1/users/{userid}",
        "          takes userid: text (path)",
        "          sends users: DELETE /users/{user_id}; path user_id from userid; query reason = \"gone\", notify = true",
        "  delete-user",
        "          takes user: integer, why: text",
        "  BREADTH_KEY                          required, secret: the API key of `files` (line ",
        "  BREADTH_REST_PORT                    default 8080: the REST adapter `breadth-rest` (line ",
    ] {
        assert!(
            ended.stdout.lines().any(|it| it.starts_with(line)),
            "{line}\n{}",
            ended.stdout
        );
    }
}

#[test]
fn what_an_answer_is_made_of_is_shown() {
    let shown = |format: &[&str]| {
        let file = "codegen/tests/golden/shapes.yaml";
        run(&checkout(), &[&["show", file], format].concat()).stdout
    };
    let text = shown(&[]);
    let answers: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("answers "))
        .collect();
    let ship = "{imo, name, active, tonnage, decks, registry, owner: {name, contact}, size: {length, beam}, \
                crew: [{name, ranks: [text]}], ports: [text], first-port, last-port}";
    let list = "{ships: [{imo, name}], total}";
    let expected = [
        "[{imo, name}]",
        "text",
        ship,
        "{id, gone}",
        "the OpenAPI document of this adapter",
        list,
        ship,
        "[text]",
        "{id, gone}",
    ];
    assert_eq!(answers, expected);
    let document: Value = serde_json::from_str(&shown(&["--format", "json"])).unwrap();
    assert_eq!(document["tools"][0]["answer"], list);
    assert_eq!(document["tools"][4]["answer"], Value::Null);
}

#[test]
fn programs_see_the_same() {
    let shown = |format: &[&str]| {
        let file = "codegen/tests/golden/breadth.yaml";
        run(&checkout(), &[&["show", file], format].concat()).stdout
    };
    let document: Value = serde_json::from_str(&shown(&["--format", "json"])).unwrap();
    let tool = document["tools"].as_array().unwrap();
    let tool = tool
        .iter()
        .find(|tool| tool["name"] == "delete-user")
        .unwrap();
    assert_eq!(
        tool["upstream"],
        json!({"namespace": "users", "operation": "match", "method": "DELETE", "path": "/users/{user_id}", "parameters": [
            {"name": "user_id", "in": "path", "from": "user"},
            {"name": "reason", "in": "query", "from": "why"},
        ]})
    );
    assert_eq!(tool["inputs"][0]["in"], "argument");
    let list = &document["toolsList"][0];
    let bytes = list["bytes"].as_u64().unwrap();
    assert_eq!(list["estimatedTokens"], bytes.div_ceil(4));
    assert!(shown(&[]).contains(&format!("tools/list: {bytes} bytes")));
    // The list as the gateway has it.
    let compiled =
        gatewright_codegen::compile(&checkout().join("codegen/tests/golden/breadth.yaml")).unwrap();
    let file = compiled
        .files
        .iter()
        .find(|file| file.name == "tools_0.json")
        .unwrap();
    assert_eq!(file.text.len() as u64, bytes);
}

#[test]
fn what_callers_prove_themselves_with_is_shown() {
    let shown = |format: &[&str]| {
        let file = "codegen/tests/golden/templates.yaml";
        run(&checkout(), &[&["show", file], format].concat()).stdout
    };
    let text = shown(&[]);
    for line in [
        "  asks its callers for: bearer",
        "  asks its callers for: apikey (header X-Caller-Key)",
        "  asks its callers for: apikey (query caller key)",
        "  asks its callers for: basic",
        "  asks its callers for: oauth2",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    let document: Value = serde_json::from_str(&shown(&["--format", "json"])).unwrap();
    assert_eq!(
        document["adapters"],
        json!([
            {"type": "rest", "namespace": "templates-rest", "authentication": "bearer", "key": null, "openapi": "/openapi.json"},
            {"type": "rest", "namespace": "words", "authentication": "apikey", "key": "query caller key", "openapi": "/openapi.json"},
            {"type": "rest", "namespace": "tokens", "authentication": "oauth2", "key": null, "openapi": "/openapi.json"},
            {"type": "mcp", "namespace": "templates-mcp", "authentication": "apikey", "key": "header X-Caller-Key"},
            {"type": "mcp", "namespace": "words-mcp", "authentication": "basic", "key": null},
            {"type": "mcp", "namespace": "tokens-mcp", "authentication": "oauth2", "key": null},
        ])
    );
    let open = run(&checkout(), &["show", "capability.yaml"]).stdout;
    let nothing = open
        .lines()
        .filter(|it| *it == "  asks nothing of its callers");
    assert_eq!(nothing.count(), 2);
}

/// Each REST adapter serves its OpenAPI document, unless a route of the file answers there.
#[test]
fn the_document_of_each_rest_adapter_is_shown() {
    let capability = |paths: [&str; 2]| {
        let adapters = paths.map(|path| {
            let namespace = path.trim_matches(['/', '{', '}']);
            format!(
                "  - {{type: rest, namespace: rest-{namespace}, resources: [{{path: '{path}', operations: [{{method: GET, call: api.find}}]}}]}}\n"
            )
        });
        format!(
            "naftiko: 1.0.0-alpha2\ncapability:\n  consumes:\n  - type: http\n    namespace: api\n    \
             baseUri: https://api.test\n    resources: [{{path: /things, operations: [{{name: find, method: GET, \
             inputParameters: [{{name: any, in: query, required: true}}]}}]}}]\n  exposes:\n{}",
            adapters.concat()
        )
    };
    let folder = folder(&[("a.yaml", &capability(["/things", "/{any}"]))]);
    let text = run(folder.path(), &["show", "a.yaml"]);
    let lines: Vec<&str> = text.stdout.lines().map(str::trim_end).collect();
    let expected = "  GET     /openapi.json";
    let places: Vec<usize> = (0..lines.len())
        .filter(|index| lines[*index] == expected)
        .collect();
    let [place] = places[..] else {
        panic!("{text:?}");
    };
    let of = lines[..place]
        .iter()
        .rfind(|line| line.starts_with("REST adapter"));
    assert_eq!(of, Some(&"REST adapter rest-things"));
    let document = run(folder.path(), &["show", "a.yaml", "--format", "json"]);
    let document: Value = serde_json::from_str(&document.stdout).unwrap();
    assert_eq!(document["adapters"][0]["openapi"], "/openapi.json");
    assert_eq!(document["adapters"][1]["openapi"], Value::Null);
}

#[test]
fn the_generated_rust_is_shown_by_module() {
    let client = run(
        &checkout(),
        &["expand", "capability.yaml", "--module", "client"],
    );
    let golden = checkout().join("codegen/tests/golden/lago-customers/client.rs");
    let golden = std::fs::read_to_string(golden).unwrap();
    assert_eq!(client.stdout.trim_end(), golden.trim_end());
    let all = run(&checkout(), &["expand", "capability.yaml"]).stdout;
    assert!(all.contains(golden.trim_end()) && all.contains("// ---- rest.rs ----"));
}
