//! `exposes` (LANGUAGE.md §4).

use serde_json::{Value, json};

use super::parts::{
    Definition, Object, boolean, constant, defined, list, mapping, named, one_of, perhaps_named,
    text,
};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        ("exposes", exposes()),
        ("restAdapter", rest()),
        ("exposedResource", resource()),
        ("exposedOperation", operation()),
        ("mcpAdapter", mcp()),
        ("tool", tool()),
        ("hints", hints()),
        ("with", with()),
        (
            "skillAdapter",
            unbuilt("skill", "An adapter that serves skills. Not built yet."),
        ),
        (
            "controlAdapter",
            unbuilt(
                "control",
                "An adapter for health, status and metrics. Not built yet.",
            ),
        ),
        ("importedAdapter", imported()),
    ]
}

fn exposes() -> Value {
    let adapters = [
        "restAdapter",
        "mcpAdapter",
        "skillAdapter",
        "controlAdapter",
        "importedAdapter",
    ];
    json!({"anyOf": adapters.map(defined)})
}

/// What every adapter has.
fn adapter(kind: &'static str, description: &str) -> Object {
    Object::new(description)
        .required("type", json!(kind), "The kind of adapter: `rest` or `mcp`.")
        .required(
            "namespace",
            text(),
            "Its name: `with` refers to its inputs by it, and its settings are named after it.",
        )
        .key(
            "port",
            json!({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, {"type": "string", "pattern": "^[0-9]+$"}]}),
            "The TCP port it listens on; 0 picks a free one.",
        )
        .key("address", text(), "The IP address it listens on; loopback where nothing is said.")
        .key("description", text(), "What it is for. MCP clients get it as instructions.")
        .key("authentication", defined("exposedAuthentication"), "How callers identify themselves.")
        .importable()
}

fn unbuilt(kind: &'static str, description: &str) -> Value {
    adapter(kind, description).open()
}

fn imported() -> Value {
    Object::new("An adapter of another file. Not built yet.")
        .required("import", text(), "Its namespace in the other file.")
        .synonyms(
            &["from", "location"],
            &text(),
            "The other file, relative to this one.",
        )
        .key("as", text(), "The namespace it has here.")
        .closed()
}

fn rest() -> Value {
    adapter("rest", "Routes over HTTP.")
        .key(
            "resources",
            perhaps_named("exposedResource"),
            "The routes, by path.",
        )
        .closed()
}

fn resource() -> Value {
    Object::new("A path, and what can be done with it.")
        .key("name", text(), "Its name. Documentation only.")
        .key(
            "path",
            text(),
            "The route. `{variables}` may stand anywhere in a segment.",
        )
        .key(
            "inputParameters",
            defined("inputParameters"),
            "What every operation of it takes.",
        )
        .key(
            "operations",
            perhaps_named("exposedOperation"),
            "What can be done with it.",
        )
        .key("description", text(), "What it is. Documentation only.")
        .synonyms(
            &["label", "display", "title"],
            &text(),
            "Its name, for people. Documentation only.",
        )
        .key(
            "forward",
            Object::new("A proxy to a consumed API. Not built yet.")
                .synonyms(&["targetNamespace", "target"], &text(), "The consumed API.")
                .key(
                    "trustedHeaders",
                    list(text()),
                    "The headers that are passed on.",
                )
                .open(),
            "Passes every request below this path on to a consumed API. Not built yet.",
        )
        .closed()
}

/// What routes and tools share.
fn exposed(object: Object) -> Object {
    object
        .key(
            "description",
            text(),
            "What it does. Agents choose tools by this.",
        )
        .key(
            "inputParameters",
            defined("inputParameters"),
            "What it takes; an empty list is nothing. Without this key, what the called operation takes.",
        )
        .key(
            "call",
            text(),
            "The operation that is called: `namespace.operation`.",
        )
        .key(
            "with",
            defined("with"),
            "Values for parameters of the called operation.",
        )
        .key(
            "outputParameters",
            defined("outputParameters"),
            "What the answer holds. `mapping: $.` is the answer as it is.",
        )
        .key(
            "steps",
            defined("steps"),
            "Several calls in order. Not built yet.",
        )
        .key(
            "ref",
            text(),
            "A function of `aggregates`: `namespace.function`. Not built yet.",
        )
        .key(
            "mappings",
            defined("mappings"),
            "How the answer is made of the steps. Not built yet.",
        )
}

fn operation() -> Value {
    exposed(
        Object::new("A route.")
            .key("name", text(), "Its name.")
            .required("method", defined("method"), "The HTTP method."),
    )
    .synonyms(
        &["label", "display", "title"],
        &text(),
        "Its name, for people. Documentation only.",
    )
    .closed()
}

fn mcp() -> Value {
    adapter("mcp", "Tools for agents, over the Model Context Protocol.")
        .key(
            "transport",
            one_of(&["http", "stdio"]),
            "How clients reach it; `http` where nothing is said.",
        )
        .key("tools", named("tool"), "The tools.")
        .key(
            "resources",
            json!({}),
            "Documents that clients can read. Not built yet.",
        )
        .key(
            "prompts",
            json!({}),
            "Templates for messages. Not built yet.",
        )
        .closed()
}

fn tool() -> Value {
    exposed(Object::new("A tool.").key(
        "name",
        text(),
        "Its name, which agents call it by: letters, digits, `_` and `-`, at most 64.",
    ))
    .synonyms(
        &["title", "label", "display"],
        &text(),
        "Its name, for people; made of `name` where nothing is said.",
    )
    .key(
        "hints",
        defined("hints"),
        "What clients may assume of it; what is left out follows from the HTTP method.",
    )
    .closed()
}

fn hints() -> Value {
    Object::new("What clients may assume of a tool.")
        .key("readOnly", boolean(), "It changes nothing.")
        .key(
            "destructive",
            boolean(),
            "It may delete or overwrite something.",
        )
        .key("idempotent", boolean(), "Doing it twice is doing it once.")
        .key(
            "openWorld",
            boolean(),
            "It reaches something outside of the client's system.",
        )
        .closed()
}

fn with() -> Value {
    let mut with = mapping(constant());
    if let Value::Object(with) = &mut with {
        with.insert(
            "description".to_owned(),
            json!(
                "Each parameter of the called operation, and its value: `rest.NAME`, `tools.NAME` or the adapter's own \
                 namespace for an input, text with `{{NAME}}` for a template, anything else for a constant."
            ),
        );
    }
    with
}
