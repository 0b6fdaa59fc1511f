//! Capabilities made of hostile words, each in every role that a word has.

use serde_json::{Map, Value, json};

use crate::words::{NAMES, TEXTS};

/// Every capability: the name of its module, and its text. JSON is YAML.
pub fn all() -> Vec<(String, String)> {
    [
        ("names", names()),
        ("namespaces", namespaces()),
        ("texts", texts()),
        ("templates", templates()),
        ("variables", variables()),
        ("deep", deep()),
        ("shapes", shapes()),
        ("numbers", numbers()),
        ("bare", capability(vec![json!({"type": "http", "namespace": "api", "baseUri": "https://api.example.org"})], vec![])),
        ("idle", capability(
            vec![json!({"type": "http", "namespace": "api", "baseUri": "https://api.example.org"})],
            vec![
                json!({"type": "rest", "namespace": "idle-rest"}),
                json!({"type": "mcp", "namespace": "idle-mcp"}),
            ],
        )),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_string()))
    .collect()
}

fn capability(consumes: Vec<Value>, exposes: Vec<Value>) -> Value {
    json!({"naftiko": "1.0.0-alpha2", "capability": {"consumes": consumes, "exposes": exposes}})
}

/// The name of an operation, a resource, a parameter in a query and in a body, a route, a tool.
fn names() -> Value {
    let operation = |(index, name): (usize, &&str)| {
        json!({
            "name": name,
            "path": format!("/things/{index}/{{variable}}"),
            "operations": [{
                "name": name,
                "method": "POST",
                "inputParameters": [
                    {"name": name, "in": "query"},
                    {"name": name, "in": "body"},
                    {"name": "second_field", "in": "body", "required": true},
                ],
            }],
        })
    };
    let call = |index: usize| format!("api.{}", NAMES[index]);
    let route = |(index, name): (usize, &&str)| {
        json!({
            "name": name,
            "path": format!("/things/{index}/{{variable}}"),
            "operations": [{"name": name, "method": "POST", "call": call(index)}],
        })
    };
    let tool = |(index, name): (usize, &&str)| {
        json!({
            "name": format!("{index}{name}"),
            "call": call(index),
            "with": {"variable": "a{{variable}}b{{second_field}}", "second_field": "tools.second_field"},
        })
    };
    capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": NAMES.iter().enumerate().map(operation).collect::<Vec<_>>(),
        })],
        vec![
            json!({"type": "rest", "namespace": "names-rest",
                "resources": NAMES.iter().enumerate().map(route).collect::<Vec<_>>()}),
            json!({"type": "mcp", "namespace": "names-mcp",
                "tools": NAMES.iter().enumerate().map(tool).collect::<Vec<_>>()}),
        ],
    )
}

/// The name of a consumed API, and of an adapter beside it. Only names that can be those of settings are accepted.
fn namespaces() -> Value {
    let mut known: Vec<String> = Vec::new();
    let names: Vec<&str> = NAMES
        .iter()
        .copied()
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphanumeric()))
        .filter(|name| {
            let folded: String = name
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() {
                        c.to_ascii_uppercase()
                    } else {
                        '_'
                    }
                })
                .collect();
            let new = !known.contains(&folded);
            known.push(folded);
            new
        })
        .collect();
    let consumes = names.iter().map(|name| {
        json!({
            "type": "http", "namespace": name, "baseUri": "https://{region}.example.org",
            "authentication": {"type": "basic", "username": "{{env.USER_NAME}}", "password": "{{env.PASSWORD}}"},
            "resources": [{"name": "r", "path": "/", "operations": [{"name": "get", "method": "GET"}]}],
        })
    });
    let exposes = names.iter().flat_map(|name| {
        let call = format!("{name}.get");
        [
            json!({"type": "rest", "namespace": format!("{name}-rest"),
                "resources": [{"path": "/", "operations": [{"method": "GET", "call": call}]}]}),
            json!({"type": "mcp", "namespace": format!("{name}-mcp"), "tools": [{"name": "get", "call": call}]}),
        ]
    });
    capability(consumes.collect(), exposes.collect())
}

/// The text without holes.
fn constant(text: &str) -> String {
    text.replace("{{", "{ {")
}

/// Every text of the language that may say anything.
fn texts() -> Value {
    let resources = TEXTS.iter().enumerate().map(|(index, text)| {
        json!({
            "name": format!("r{index}"), "path": format!("/{index}/{{id}}"), "description": text,
            "operations": [{
                "name": format!("op{index}"), "method": "PUT", "description": text,
                "inputParameters": [
                    {"name": "id", "in": "path", "description": text},
                    {"name": "constant", "in": "query", "value": constant(text)},
                    {"name": "list", "in": "query", "type": "array", "value": [constant(text), constant(text)]},
                    {"name": "object", "in": "body", "type": "object"},
                ],
            }],
        })
    });
    let with = |text: &str| {
        let text = constant(text);
        json!({"id": format!("x{text}{{{{id}}}}{text}"), "object": {"constant": text, &text: [text, "{{id}}"]}})
    };
    let operations = TEXTS.iter().enumerate().map(|(index, text)| {
        json!({
            "path": format!("/{index}/{{id}}"), "description": text,
            "operations": [{"method": "PUT", "name": format!("op{index}"), "description": text,
                "call": format!("api.op{index}"), "with": with(text)}],
        })
    });
    let tools = TEXTS.iter().enumerate().map(|(index, text)| {
        json!({"name": format!("op{index}"), "title": text, "description": text, "call": format!("api.op{index}"),
            "with": with(text)})
    });
    let mut document = capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org", "description": TEXTS.concat(),
            "resources": resources.collect::<Vec<_>>(),
        })],
        vec![
            json!({"type": "rest", "namespace": "texts-rest", "description": TEXTS.concat(),
                "resources": operations.collect::<Vec<_>>()}),
            json!({"type": "mcp", "namespace": "texts-mcp", "description": TEXTS.concat(),
                "tools": tools.collect::<Vec<_>>()}),
        ],
    );
    document["info"] =
        json!({"label": TEXTS.concat(), "description": TEXTS.concat(), "version": TEXTS.concat()});
    document
}

/// Bodies whose holes, members and texts are hostile.
fn templates() -> Value {
    let holes: Vec<&str> = NAMES
        .iter()
        .copied()
        .filter(|name| !name.contains(['{', '}']) && !name.contains("."))
        .collect();
    let object: Map<String, Value> = holes
        .iter()
        .map(|name| ((*name).to_owned(), json!(format!("{{{{{name}}}}}"))))
        .collect();
    let text: String = holes
        .iter()
        .map(|name| format!("\"{{{{{name}}}}}*/"))
        .collect();
    // One parameter for each hole: holes that fold to one name are declared.
    let declared: Vec<Value> = holes.iter().map(|name| json!({"name": name})).collect();
    let operation = |name: &str, body: Value| {
        json!({"name": name, "path": format!("/{name}"), "operations": [{
            "name": name, "method": "POST", "inputParameters": declared, "body": body,
        }]})
    };
    let tool = |name: &str| json!({"name": name, "call": format!("api.{name}")});
    let bodies = [
        ("json", json!({"type": "json", "data": object})),
        (
            "written",
            json!({"type": "json", "data": json!(object).to_string()}),
        ),
        ("text", json!({"type": "text", "data": text})),
        ("xml", json!({"type": "xml", "data": text})),
    ];
    capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": bodies.clone().map(|(name, body)| operation(name, body)),
        })],
        vec![
            json!({"type": "mcp", "namespace": "templates-mcp", "tools": bodies.map(|(name, _)| tool(name))}),
        ],
    )
}

/// Operations whose parameters are, or hold, a variable.
fn variables() -> Value {
    let operation = |(index, name): (usize, &&str)| {
        json!({
            "name": name,
            "path": format!("/things/{index}/{{KEY}}"),
            "operations": [{
                "name": name,
                "method": "POST",
                "inputParameters": [
                    {"name": "KEY", "in": "environment"},
                    {"name": name, "in": "query"},
                    {"name": "filter", "in": "body", "type": "object"},
                ],
            }],
        })
    };
    let tool = |(index, name): (usize, &&str)| {
        json!({
            "name": format!("{index}{name}"),
            "call": format!("api.{name}"),
            "with": match index % 2 {
                0 => json!({"filter": {"key": "{{env.KEY}}"}}),
                _ => json!({"KEY": "fixed"}),
            },
        })
    };
    let mut variables = capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": NAMES.iter().enumerate().map(operation).collect::<Vec<_>>(),
        })],
        vec![json!({"type": "mcp", "namespace": "variables-mcp",
            "tools": NAMES.iter().enumerate().map(tool).collect::<Vec<_>>()})],
    );
    variables["binds"] = json!([{"namespace": "env", "keys": {"KEY": "KEY"}}]);
    variables
}

/// Templates as deep as they may be: written as YAML, and as text.
fn deep() -> Value {
    let yaml = (0..40).fold(json!("{{hole}}"), |inner, level| {
        if level % 2 == 0 {
            json!([inner])
        } else {
            json!({"a": inner, "b": "x{{hole}}"})
        }
    });
    let text = format!("{}{{{{hole}}}}{}", "[{\"a\":".repeat(60), "}]".repeat(60));
    let operation = |name: &str, data: Value| {
        json!({"name": name, "path": format!("/{name}"), "operations": [{
            "name": name, "method": "POST", "body": {"type": "json", "data": data},
        }]})
    };
    let tool = |name: &str| json!({"name": name, "call": format!("api.{name}")});
    capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": [operation("yaml", yaml), operation("text", json!(text))],
        })],
        vec![
            json!({"type": "mcp", "namespace": "deep-mcp", "tools": [tool("yaml"), tool("text")]}),
        ],
    )
}

/// The name of a field of an answer, a name on its path, a constant and a description; and fields many levels down.
fn shapes() -> Value {
    let path = |name: &str| format!("$[{}]", json!(name));
    let names = NAMES
        .iter()
        .map(|name| json!({"name": name, "type": "string", "mapping": path(name)}));
    let texts = TEXTS.iter().enumerate().flat_map(|(index, text)| {
        [
            json!({"name": format!("path{index}"), "type": "number", "mapping": path(text), "description": text}),
            // A template is not built yet.
            json!({"name": format!("const{index}"), "type": "string", "const": text.replace("{{", "{")}),
        ]
    });
    let deep = (0..24).fold(json!({"type": "string", "mapping": "$.a"}), |inner, level| {
        if level % 2 == 0 {
            json!({"type": "array", "mapping": "$.a", "items": inner})
        } else {
            json!({"type": "object", "mapping": "$.a", "properties": {"a": inner, "b": {"type": "object", "mapping": "$.b"}}})
        }
    });
    let operation = |name: &str| json!({"name": name, "path": format!("/{name}"), "operations": [{"name": name, "method": "GET"}]});
    let tool = |name: &str, outputs: Vec<Value>| json!({"name": name, "call": format!("api.{name}"), "outputParameters": outputs});
    capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": [operation("names"), operation("texts"), operation("deep")],
        })],
        vec![json!({"type": "mcp", "namespace": "shapes-mcp", "tools": [
            tool("names", names.collect()), tool("texts", texts.collect()), tool("deep", vec![deep]),
        ]})],
    )
}

/// Numbers at the edge of what Rust can write, and operations whose names promise another signature.
fn numbers() -> Value {
    let integers = ["0", "-1", "9223372036854775807", "-9223372036854775808"];
    let numbers = [
        "3.14",
        "2.718281828459045",
        "-0.0",
        "1e300",
        "-1e-300",
        "5",
        "0.1234567890123456789",
    ];
    let written = |kind: &str, texts: &[&str]| {
        let parameter = |(index, text): (usize, &&str)| {
            json!({"name": format!("{kind}{index}"), "in": "query", "type": kind,
                "value": serde_json::from_str::<Value>(text).unwrap_or_default()})
        };
        texts.iter().enumerate().map(parameter).collect::<Vec<_>>()
    };
    let operations = [
        "clone",
        "from_thing",
        "into_thing",
        "to_thing",
        "is_thing",
        "next",
        "len",
        "default",
        "eq",
    ];
    let resource = |(index, name): (usize, &&str)| {
        let parameters = match index % 2 {
            0 => Vec::new(),
            _ => [written("integer", &integers), written("number", &numbers)].concat(),
        };
        json!({"name": name, "path": format!("/{name}"),
            "operations": [{"name": name, "method": "GET", "inputParameters": parameters}]})
    };
    let tools = operations.map(|name| json!({"name": name, "call": format!("api.{name}")}));
    capability(
        vec![json!({
            "type": "http", "namespace": "api", "baseUri": "https://api.example.org",
            "resources": operations.iter().enumerate().map(resource).collect::<Vec<_>>(),
        })],
        vec![json!({"type": "mcp", "namespace": "numbers-mcp", "tools": tools})],
    )
}
