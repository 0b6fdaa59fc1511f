//! `consumes` (LANGUAGE.md §3).

use serde_json::{Value, json};

use super::parts::{Definition, Object, constant, defined, named, one_of, perhaps_named, text};
use crate::check::{BODY_TYPES, METHODS, OUTPUT_FORMATS, PARAMETER_PLACES, PARAMETER_TYPES};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        ("consumes", consumes()),
        ("consumedResource", resource()),
        ("consumedOperation", operation()),
        ("inputParameters", named("inputParameter")),
        ("inputParameter", input_parameter()),
        ("body", body()),
        ("method", method()),
    ]
}

/// A method, in either case.
fn method() -> Value {
    let lower: Vec<String> = METHODS.iter().map(|it| it.to_ascii_lowercase()).collect();
    json!({"anyOf": [one_of(&METHODS), {"enum": lower}]})
}

fn consumes() -> Value {
    Object::new("An HTTP API that is called.")
        .key("type", json!("http"), "The kind of API; `http` is the only one.")
        .key(
            "namespace",
            text(),
            "Its name in this file: operations are called as `namespace.operation`, and its settings are named after it.",
        )
        .key(
            "baseUri",
            text(),
            "What the path of every resource is appended to. `{variables}` in it become settings. The gateway can be given \
             another one when it starts.",
        )
        .key("description", text(), "What the API is. Documentation only.")
        .key("inputParameters", defined("inputParameters"), "Parameters of every operation.")
        .key("authentication", defined("authentication"), "How the gateway identifies itself to the API.")
        .key("resources", perhaps_named("consumedResource"), "The paths that are called.")
        .importable()
        .closed()
}

fn resource() -> Value {
    Object::new("A path of the API, and what can be done with it.")
        .key("name", text(), "Its name.")
        .key(
            "path",
            text(),
            "Relative to `baseUri`. `{variables}` may stand anywhere in a segment; each is one segment, encoded.",
        )
        .key("inputParameters", defined("inputParameters"), "Parameters of every operation of it.")
        .key("operations", named("consumedOperation"), "What can be done with it.")
        .key("description", text(), "What it is. Documentation only.")
        .synonyms(&["label", "display", "title"], &text(), "Its name, for people. Documentation only.")
        .closed()
}

fn operation() -> Value {
    Object::new("An operation of the API.")
        .key("name", text(), "Its name, which `call` refers to.")
        .required("method", defined("method"), "The HTTP method.")
        .key(
            "path",
            text(),
            "What is appended to the path of the resource.",
        )
        .key("description", text(), "What it does.")
        .key(
            "inputParameters",
            defined("inputParameters"),
            "What it takes.",
        )
        .key(
            "body",
            defined("body"),
            "The request body, made of a template.",
        )
        .key(
            "outputRawFormat",
            one_of(&OUTPUT_FORMATS.map(|(name, _)| name)),
            "The format of the answer; `json` where nothing is said.",
        )
        .key(
            "outputSchema",
            json!({}),
            "The schema of the answer. Not built yet.",
        )
        .key(
            "outputParameters",
            defined("outputParameters"),
            "What the answer holds. `value: $.` is the answer as it is.",
        )
        .synonyms(
            &["label", "display", "title"],
            &text(),
            "Its name, for people. Documentation only.",
        )
        .closed()
}

fn input_parameter() -> Value {
    Object::new("A parameter.")
        .key("name", text(), "Its name. Any characters may stand in it.")
        .key(
            "in",
            one_of(&PARAMETER_PLACES),
            "Where it goes. A parameter `in: body` is the body; several are the fields of a JSON object.",
        )
        .key("type", one_of(&PARAMETER_TYPES), "Its type; `string` where nothing is said.")
        .key("description", text(), "What it is. Agents read this.")
        .key("required", json!({"type": "boolean"}), "Whether a caller has to give it. A path variable is always required.")
        .key(
            "value",
            constant(),
            "A constant, or a template such as `{{KEY}}`. Then callers do not give it.",
        )
        .key("properties", json!({}), "The fields of an object. Not built yet.")
        .key("items", json!({}), "The items of an array. Not built yet.")
        .key("enum", json!({}), "The values it may have. Not built yet.")
        .key("default", json!({}), "The value where none is given. Not built yet.")
        .key("format", json!({}), "The format of the text. Not built yet.")
        .key("pattern", json!({}), "A pattern the text must match. Not built yet.")
        .closed()
}

fn body() -> Value {
    let template = Object::new("A template, with the kind of body it makes.")
        .required("type", one_of(&BODY_TYPES), "The kind of body.")
        .required(
            "data",
            constant(),
            "The template: every `{{x}}` in it is replaced.",
        )
        .key("description", text(), "What it is. Documentation only.")
        .closed();
    json!({"anyOf": [text(), template]})
}
