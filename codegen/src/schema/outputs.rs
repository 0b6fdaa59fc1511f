//! `outputParameters` (LANGUAGE.md §6).

use serde_json::{Value, json};

use super::parts::{Definition, Object, constant, defined, list, mapping, one_of, text};
use crate::check::OUTPUT_TYPES;

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
        .key("name", text(), "Its name. What has one is a field of the answer.")
        .key(
            "type",
            one_of(&OUTPUT_TYPES),
            "Its type. Numbers and booleans become text where `string` is declared; a value of another type is an error.",
        )
        .key("description", text(), "What it is, for the schema of the answer.")
        .key(
            "mapping",
            text(),
            "Where it is found in the answer, as a JSONPath; `$.` is all of it. Within `properties` and `items` paths start at \
             what these belong to.",
        )
        .key(
            "value",
            constant(),
            "The same as `mapping`, where it starts with `$`; else the value itself.",
        )
        .key(
            "properties",
            defined("outputParameters"),
            "The fields of an object.",
        )
        .key(
            "items",
            defined("outputParameter"),
            "What the items of an array are; their paths start at each item.",
        )
        .key("const", constant(), "A value that is always this one.")
        .key(
            "maxLength",
            json!({"type": "integer", "minimum": 0}),
            "After how many characters text is cut.",
        )
        .key("values", json!({}), "What the values of a map are. Not built yet.")
        .key(
            "selector",
            json!({}),
            "What is taken of a page. Not built yet.",
        )
        .closed()
}
