//! The root, `info` and `binds` (LANGUAGE.md §§1-2).

use serde_json::{Value, json};

use super::parts::{Definition, Object, defined, list, mapping, text, usually};
use crate::syntax::releases;

pub(super) fn root() -> Value {
    let mut root = Object::new(
        "An HTTP API that is consumed, and how it is exposed as REST routes and MCP tools.",
    )
    .key(
        "naftiko",
        usually(releases::NAFTIKO),
        "The release of the format the file is written in.",
    )
    .key(
        "ikanos",
        usually(releases::IKANOS),
        "The release of the format the file is written in; `ikanos` continues `naftiko`.",
    )
    .key(
        "info",
        defined("info"),
        "What the capability is called, and what it is for.",
    )
    .key(
        "binds",
        defined("binds"),
        "Where secrets and settings come from.",
    )
    .required(
        "capability",
        defined("capability"),
        "What is consumed, and what is exposed.",
    )
    .closed();
    if let Value::Object(root) = &mut root {
        root.insert(
            "oneOf".to_owned(),
            json!([{"required": ["naftiko"]}, {"required": ["ikanos"]}]),
        );
    }
    root
}

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        ("info", info()),
        ("binds", list(defined("bind"))),
        ("bind", bind()),
        ("capability", capability()),
        (
            "aggregates",
            json!({"anyOf": [list(defined("aggregate")), mapping(defined("aggregate"))]}),
        ),
    ]
}

fn info() -> Value {
    Object::new("What the capability is called, and what it is for.")
        .synonyms(
            &["label", "display", "title", "name"],
            &text(),
            "The name, for people: the title of the MCP server and of the OpenAPI document.",
        )
        .key(
            "description",
            text(),
            "What it is for. MCP clients get it as instructions.",
        )
        .key(
            "version",
            text(),
            "The version of this capability, which `gateway --version` says.",
        )
        .key(
            "tags",
            list(text()),
            "Words to find it by. Documentation only.",
        )
        .key(
            "created",
            text(),
            "When it was written. Documentation only.",
        )
        .key(
            "modified",
            text(),
            "When it was last changed. Documentation only.",
        )
        .key(
            "stakeholders",
            json!({"anyOf": [list(json!({})), mapping(json!({}))]}),
            "Who answers for it. Documentation only.",
        )
        .closed()
}

fn bind() -> Value {
    Object::new("Variables, and the source they take their values from when the gateway starts.")
        .key(
            "namespace",
            text(),
            "A prefix for the variables: `{{namespace.KEY}}`. `{{KEY}}` means the same.",
        )
        .key(
            "keys",
            mapping(text()),
            "Each variable, and the key of the source it takes its value from: an environment variable, unless `location` \
             names a file.",
        )
        .key("description", text(), "What they are for. Documentation only.")
        .key(
            "location",
            text(),
            "A YAML or JSON file with the source keys, as `file:///…`; without it, the process environment.",
        )
        .key("import", text(), "The namespace to import from the other file. Not built yet.")
        .key("from", text(), "The other file, relative to this one. Not built yet.")
        .key("as", text(), "The namespace it has here. Not built yet.")
        .closed()
}

fn capability() -> Value {
    Object::new("What is consumed, and what is exposed.")
        .key(
            "binds",
            defined("binds"),
            "Where secrets and settings come from.",
        )
        .key(
            "consumes",
            list(defined("consumes")),
            "The APIs that are called.",
        )
        .key(
            "exposes",
            list(defined("exposes")),
            "The adapters that callers reach: REST, MCP.",
        )
        .key(
            "aggregates",
            defined("aggregates"),
            "Functions that several adapters share by `ref`. Not built yet.",
        )
        .closed()
}
