//! The JSON Schema knows every key that the compiler knows, at every place of every sample.
//!
//! What the compiler knows is asked of the compiler: each mapping of a sample gets a key that nobody knows, and the
//! finding about it lists the keys that are known there. Whether samples are valid is judged by an independent validator,
//! in `tests/schema`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gatewright_codegen::diagnostic::{Report, catalogue};
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{compile_source, schema};
use serde_json::Value;

/// The keys that nobody knows begin with this, and are far from every key in spelling.
const UNKNOWN: &str = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq-";

/// One step on the way to a value: a key, or a position.
type Place = Vec<String>;

fn samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut samples = vec![
        root.join("../capability.yaml"),
        root.join("../cli/templates/capability.yaml"),
    ];
    for folder in ["tests/golden", "tests/ui"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        samples.extend(
            entries
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|it| it == "yaml")),
        );
    }
    samples.sort();
    samples
}

/// Puts an unknown key into every mapping; the path of the mapping that got key number N is at position N.
fn put_unknown_keys(value: &mut Value, path: &Place, paths: &mut Vec<Place>) {
    let step = |path: &Place, step: String| [path.as_slice(), &[step]].concat();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                put_unknown_keys(item, &step(path, index.to_string()), paths);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries.iter_mut() {
                put_unknown_keys(item, &step(path, key.clone()), paths);
            }
            entries.insert(format!("{UNKNOWN}{}", paths.len()), "x".into());
            paths.push(path.clone());
        }
        _ => {}
    }
}

fn report(text: String) -> Report {
    match compile_source(SourceFile::new("sample.yaml", text)) {
        Ok(compiled) => compiled.report,
        Err(rejected) => rejected.report,
    }
}

/// The texts between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// What the compiler knows in the mappings of a sample: the path of each, and its keys.
fn known_keys(sample: &mut Value) -> Vec<(Place, Vec<String>)> {
    let mut paths = Vec::new();
    put_unknown_keys(sample, &Vec::new(), &mut paths);
    let report = report(serde_json::to_string(sample).unwrap());
    let unknown = report
        .findings()
        .filter(|finding| finding.code() == &catalogue::UNKNOWN_KEY);
    unknown
        .filter_map(|finding| {
            let number = quoted(finding.message())
                .first()?
                .strip_prefix(UNKNOWN)?
                .parse::<usize>()
                .unwrap();
            let help = finding.helps().concat();
            let (_, listed) = help.split_once(" has ").unwrap();
            let keys: Vec<String> = quoted(listed).into_iter().map(str::to_owned).collect();
            assert!(!keys.is_empty(), "no keys are listed: {help}");
            Some((paths[number].clone(), keys))
        })
        .collect()
}

/// The parts of the schema that a value is described by, without the ones that are for another kind of value.
fn parts<'a>(schema: &'a Value, root: &'a Value, value: &Value) -> Vec<&'a Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return parts(
            root.pointer(reference.trim_start_matches('#')).unwrap(),
            root,
            value,
        );
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices
            .iter()
            .flat_map(|choice| parts(choice, root, value))
            .collect();
    }
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        _ => "text",
    };
    let types = &schema["type"];
    let fits = types.is_null() || types == kind;
    let marked = &schema["properties"]["type"]["const"];
    // What has a type that is none is checked as what its keys belong to.
    let is_none = ["mpc", "https"].iter().any(|none| value["type"] == *none);
    let is_marked =
        marked.is_null() || value["type"].is_null() || *marked == value["type"] || is_none;
    if fits && is_marked {
        vec![schema]
    } else {
        Vec::new()
    }
}

fn within<'a>(part: &'a Value, step: &str) -> Option<&'a Value> {
    [
        &part["properties"][step],
        &part["additionalProperties"],
        &part["items"],
    ]
    .into_iter()
    .find(|schema| !schema.is_null())
}

/// Whether the schema has the key in the mapping at the path.
fn schema_has(root: &Value, sample: &Value, path: &Place, key: &str) -> bool {
    let mut value = sample;
    let mut here = parts(root, root, value);
    for step in path {
        value = match value {
            Value::Array(items) => &items[step.parse::<usize>().unwrap()],
            value => &value[step],
        };
        let below: Vec<&Value> = here.iter().filter_map(|part| within(part, step)).collect();
        here = below
            .into_iter()
            .flat_map(|schema| parts(schema, root, value))
            .collect();
    }
    here.iter().any(|part| {
        let open = part["type"].is_null() || part["additionalProperties"].is_null();
        open || part["properties"].get(key).is_some()
    })
}

#[test]
fn the_schema_has_every_key_the_compiler_knows() {
    let schema = schema::document();
    let mut missing = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for path in samples() {
        let text = std::fs::read_to_string(&path).unwrap();
        // What is no YAML, or has keys that JSON has not, tells nothing about keys.
        let Ok(mut sample) = serde_yaml::from_str::<Value>(&text) else {
            continue;
        };
        for (place, keys) in known_keys(&mut sample) {
            kinds.insert(keys.clone());
            for key in keys {
                if !schema_has(&schema, &sample, &place, &key) {
                    let first = format!("at {} in {}", place.join("."), path.display());
                    missing.entry(key).or_insert(first);
                }
            }
        }
    }
    assert!(missing.is_empty(), "the schema lacks {missing:#?}");
    assert!(
        kinds.len() >= 13,
        "only {} kinds of mapping were seen",
        kinds.len()
    );
}

#[test]
fn the_schema_explains_every_key() {
    /// Looks at a schema, and at all schemas in it.
    fn check(schema: &Value, path: &str, bare: &mut Vec<String>) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            if property["description"].as_str().is_none_or(str::is_empty) {
                bare.push(path.clone());
            }
            check(property, &path, bare);
        }
        for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
            check(part, name, bare);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(part) = schema.get(key) {
                check(part, path, bare);
            }
        }
        for choice in schema["anyOf"].as_array().into_iter().flatten() {
            check(choice, path, bare);
        }
    }
    let mut bare = Vec::new();
    check(&schema::document(), "", &mut bare);
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn every_reference_leads_to_a_part_and_every_part_is_referred_to() {
    let schema = schema::document();
    let text = schema.to_string();
    let mut parts: BTreeSet<&str> = schema["$defs"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for reference in text.split("\"#/$defs/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schema["$defs"].get(name).is_some(), "no part {name}");
        parts.remove(name);
    }
    assert!(parts.is_empty(), "nothing refers to {parts:?}");
}
