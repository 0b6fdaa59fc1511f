//! `steps`, `mappings` and `aggregates` (LANGUAGE.md §6): part of the language, and not built yet.

use serde_json::{Value, json};

use super::parts::{Definition, Object, defined, list, perhaps_named, text};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        ("steps", perhaps_named("step")),
        ("step", step()),
        ("mappings", mappings()),
        ("aggregate", aggregate()),
        ("function", function()),
    ]
}

fn step() -> Value {
    Object::new("One of several things that are done in order: a call, a lookup in an earlier answer, or a script.")
        .key("name", text(), "Its name: later steps find its answer at `$.name`.")
        .key("type", text(), "What it does: `call`, `lookup` or `script`.")
        .key("description", text(), "What it is for. Documentation only.")
        .key("call", text(), "The operation that is called: `namespace.operation`.")
        .key("with", defined("with"), "Values for parameters of the called operation.")
        .key("index", text(), "`lookup`: the earlier step whose answer is the list.")
        .key("match", text(), "`lookup`: the field that is compared.")
        .key("lookupValue", text(), "`lookup`: what it must be.")
        .key("outputParameters", json!({}), "`lookup`: what is taken of the item that was found.")
        .open()
}

fn mappings() -> Value {
    list(
        Object::new("A field of the answer.")
            .synonyms(
                &["target", "targetName"],
                &text(),
                "The field; dots lead deeper.",
            )
            .key("value", text(), "Its value, such as `$.step.path`.")
            .open(),
    )
}

fn aggregate() -> Value {
    Object::new("Functions that adapters share by `ref`.")
        .key("namespace", text(), "Their namespace.")
        .synonyms(
            &["functions", "flows"],
            &perhaps_named("function"),
            "The functions.",
        )
        .open()
}

fn function() -> Value {
    Object::new("A function that adapters share.")
        .key("name", text(), "Its name.")
        .key("description", text(), "What it does.")
        .key(
            "semantics",
            Object::new("What callers may assume of it.")
                .key("safe", json!({"type": "boolean"}), "It changes nothing.")
                .key(
                    "idempotent",
                    json!({"type": "boolean"}),
                    "Doing it twice is doing it once.",
                )
                .key(
                    "cacheable",
                    json!({"type": "boolean"}),
                    "Its answer may be kept.",
                )
                .open(),
            "What callers may assume of it.",
        )
        .key(
            "inputParameters",
            defined("inputParameters"),
            "What it takes.",
        )
        .key("call", text(), "The operation that is called.")
        .key("steps", defined("steps"), "Several calls in order.")
        .key(
            "with",
            defined("with"),
            "Values for parameters of the called operation.",
        )
        .key(
            "mappings",
            defined("mappings"),
            "How the answer is made of the steps.",
        )
        .key(
            "outputParameters",
            defined("outputParameters"),
            "What the answer holds.",
        )
        .open()
}
