//! No input makes the compiler panic, every finding points into the file, and whatever is accepted is Rust.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod judge;

use std::path::Path;

use gatewright_codegen::compile_source;
use gatewright_codegen::source::SourceFile;
use judge::judge;
use proptest::prelude::*;

/// What a text of a file is replaced by.
const ODD: &[&str] = &[
    "",
    "~",
    "\"\"",
    "*/",
    "'{}'",
    "r#\"x\"#",
    "'#[allow(x)]'",
    "\"a\\nb\"",
    "\"\\u202e\"",
    "'{{'",
    "'{{x}}'",
    "'}'",
    "'{x}{y}'",
    "[]",
    "{}",
    "[1, {a: b}]",
    "-1",
    "99999999999999999999",
    "1e400",
    "true",
    "type",
    "self",
    "Self",
    "'$.'",
    "'$.a'",
    "rest.x",
    "tools.",
    "/a/{b}//{b}?c={d}#e",
    "é日🦀",
    "!x y",
    "&a b",
    "*a",
    "<<",
    "\"\\0\"",
    "| \n  x",
];

fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = vec![
        std::fs::read_to_string(root.join("../capability.yaml")).unwrap(),
        std::fs::read_to_string(root.join("tests/golden/breadth.yaml")).unwrap(),
        std::fs::read_to_string(root.join("tests/golden/templates.yaml")).unwrap(),
    ];
    let mut paths: Vec<_> = std::fs::read_dir(root.join("tests/ui"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    seeds.extend(
        paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap()),
    );
    seeds
}

/// A change of one line: its value replaced, or the line dropped, doubled, or moved.
fn mutate(text: &str, line: usize, change: usize, odd: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line = line % lines.len().max(1);
    let other = (line * 7 + odd) % lines.len().max(1);
    let Some(old) = lines.get(line).cloned() else {
        return String::new();
    };
    match change % 5 {
        0 => drop(lines.remove(line)),
        1 => lines.insert(line, old),
        2 => lines.swap(line, other),
        3 => lines.insert(
            line,
            format!(
                "{}{}: x",
                " ".repeat(old.len() - old.trim_start().len()),
                ODD[odd % ODD.len()]
            ),
        ),
        _ => {
            let key = old.split_once(": ").map_or(old.as_str(), |(key, _)| key);
            lines[line] = format!("{key}: {}", ODD[odd % ODD.len()]);
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_capability_is_judged_and_never_panics(
        seed in any::<proptest::sample::Index>(),
        changes in proptest::collection::vec((any::<usize>(), 0..5_usize, 0..64_usize), 1..5),
    ) {
        let seeds = seeds();
        let mut text = seed.get(&seeds).clone();
        for (line, change, odd) in changes {
            text = mutate(&text, line, change, odd);
        }
        judge(&text);
    }
}

/// The words of the language, as keys and as values.
const WORDS: &[&str] = &[
    "naftiko",
    "ikanos",
    "info",
    "label",
    "description",
    "version",
    "tags",
    "binds",
    "namespace",
    "keys",
    "env",
    "capability",
    "consumes",
    "exposes",
    "aggregates",
    "type",
    "http",
    "rest",
    "mcp",
    "baseUri",
    "https://a.test/{r}",
    "authentication",
    "bearer",
    "token",
    "{{env.KEY}}",
    "apikey",
    "key",
    "value",
    "placement",
    "query",
    "header",
    "basic",
    "username",
    "password",
    "resources",
    "name",
    "path",
    "/a/{b}",
    "operations",
    "method",
    "GET",
    "POST",
    "inputParameters",
    "in",
    "body",
    "required",
    "true",
    "array",
    "object",
    "json",
    "integer",
    "data",
    "[{{x}}]",
    "outputParameters",
    "mapping",
    "$.",
    "tools",
    "title",
    "hints",
    "readOnly",
    "call",
    "a.b",
    "with",
    "rest.b",
    "port",
    "8080",
    "address",
    "transport",
    "a",
    "b",
    "1.0.0-alpha2",
    "import",
    "from",
    "steps",
    "ref",
    "\u{202e}",
];

/// Any value that is made of the language's words, as JSON, which is YAML.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let word = || proptest::sample::select(WORDS);
    let leaf = prop_oneof![
        4 => word().prop_map(serde_json::Value::from),
        1 => any::<String>().prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(8, 256, 6, move |inner| {
        let entries = proptest::collection::vec((word(), inner.clone()), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(serde_json::Value::from),
            entries.prop_map(|entries| {
                let entries = entries.into_iter();
                entries
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_in_any_place_is_judged(consumed in value(), exposed in value(), bound in value(), whole in value()) {
        judge(&whole.to_string());
        judge(&serde_json::json!({
            "naftiko": "1.0.0-alpha2",
            "info": whole,
            "binds": [{"namespace": "env", "keys": bound}],
            "capability": {
                "consumes": [{"type": "http", "namespace": "a", "resources": [{"path": "/a/{b}", "operations": [
                    {"name": "b", "method": "POST", "body": consumed.clone(), "inputParameters": consumed.clone()},
                ]}]}, consumed],
                "exposes": [{"type": "mcp", "namespace": "m", "tools": [
                    {"name": "t", "call": "a.b", "with": exposed.clone()},
                ]}, exposed],
            },
        }).to_string());
    }

    #[test]
    fn any_text_is_judged(
        text in proptest::collection::vec(prop_oneof![
            any::<String>(),
            "[-:{}\\[\\],&*#?|>!%@`'\" \n\t]{1,8}",
            proptest::sample::select(WORDS).prop_map(str::to_owned),
        ], 0..40),
    ) {
        judge(&text.concat());
    }
}

#[test]
fn every_seed_holds() {
    seeds().iter().for_each(|text| judge(text));
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "\" } } */ {} r#\" #[x] \\n \u{1F980} ``` <b> [l](m)\n# heading\n1. item\n    code\n\r\n---\n";
    let quoted = serde_json::to_string(&format!("{hostile}{}", "x".repeat(1 << 20))).unwrap();
    let name = serde_json::to_string("a\" fn main() {} //").unwrap();
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/no_findings.yaml"),
    )
    .unwrap()
    .replace("Finds a thing.", &quoted)
    .replace(
        "label: Example",
        &format!("label: {quoted}, description: {quoted}"),
    )
    .replace("name: limit", &format!("name: {name}"));
    let compiled = compile_source(SourceFile::new("input.yaml", text))
        .unwrap_or_else(|rejected| panic!("{rejected}"));
    let text_at = |name: &str, pointer: &str| -> String {
        let file = compiled.files.iter().find(|file| file.name == name);
        let json: serde_json::Value = serde_json::from_str(&file.unwrap().text).unwrap();
        json.pointer(pointer).unwrap().as_str().unwrap().to_owned()
    };
    for description in [
        text_at("tools_0.json", "/0/description"),
        text_at("openapi_0.json", "/info/description"),
    ] {
        assert!(description.starts_with(hostile) && description.len() > 1 << 20);
    }
    for file in compiled
        .files
        .iter()
        .filter(|file| file.name.ends_with(".rs"))
    {
        let parsed = syn::parse_file(&file.text).unwrap();
        let functions = parsed
            .items
            .iter()
            .filter(|item| matches!(item, syn::Item::Fn(function) if function.sig.ident == "main"));
        assert_eq!(functions.count(), 0, "{}", file.name);
    }
}
