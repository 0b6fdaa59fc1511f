//! `outputParameters` (LANGUAGE.md §6).

use serde_json::{Value, json};

use super::parts::{Definition, Object, defined, list, mapping, text};

pub(super) fn definitions() -> Vec<Definition> {
    // An output may be empty: only its name is said.
    let output = json!({"anyOf": [defined("outputParameter"), {"type": "null"}]});
    vec![
        (
            "outputParameters",
            json!({"anyOf": [list(output.clone()), mapping(output)]}),
        ),
        ("outputParameter", output_parameter()),
    ]
}

fn output_parameter() -> Value {
    Object::new("A part of the answer. `value: $.` or `mapping: $.` is the answer as it is.")
        .key("name", text(), "Its name.")
        .key("type", text(), "Its type.")
        .key("description", text(), "What it is.")
        .key(
            "mapping",
            text(),
            "Where it is found in the answer, as a JSONPath; `$.` is all of it.",
        )
        .key(
            "value",
            text(),
            "The same as `mapping`; or, in a mock, the value itself.",
        )
        .key(
            "properties",
            json!({}),
            "The fields of an object. Not built yet.",
        )
        .key("items", json!({}), "The items of an array. Not built yet.")
        .key(
            "const",
            json!({}),
            "A value that is always this one. Not built yet.",
        )
        .key(
            "maxLength",
            json!({"type": "integer", "minimum": 0}),
            "Where the text is cut. Not built yet.",
        )
        .closed()
}
