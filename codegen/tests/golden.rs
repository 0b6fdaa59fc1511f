//! The generated code of capabilities, for a reviewer to read. `UPDATE_GOLDEN=1 cargo test -p
//! gatewright-codegen` writes it anew; the difference is then reviewed like any other code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, compile, compile_source};

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn compiled(path: &str) -> Compiled {
    compile(&manifest(path)).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn check(name: &str, capability: &str) {
    let folder = manifest("tests/golden").join(name);
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for file in compiled(capability).files {
        let path = folder.join(&file.name);
        let text = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => readable_json(&file.text),
            _ => file.text,
        };
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            expected == text,
            "{} is not what is generated now; run UPDATE_GOLDEN=1 cargo test -p gatewright-codegen, and review",
            path.display()
        );
    }
}

fn readable_json(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

#[test]
fn lago_customers() {
    check("lago-customers", "../capability.yaml");
}

#[test]
fn breadth() {
    check("breadth", "tests/golden/breadth.yaml");
}

#[test]
fn templates() {
    check("templates", "tests/golden/templates.yaml");
}

#[test]
fn shapes() {
    check("shapes", "tests/golden/shapes.yaml");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(
        compiled("../capability.yaml").files,
        compiled("../capability.yaml").files
    );
}

#[test]
fn an_operation_stays_within_forty_lines() {
    let lines = |compiled: &Compiled| -> usize {
        let code = compiled
            .files
            .iter()
            .filter(|file| file.name.ends_with(".rs"));
        code.map(|file| file.text.lines().count()).sum()
    };
    let text = std::fs::read_to_string(manifest("../capability.yaml")).unwrap();
    let compiled = compile_source(SourceFile::new("capability.yaml", text.as_str())).unwrap();
    // What the file costs without an operation is no operation's.
    let without: String = text
        .replace("    resources:", "    resources: []\n    hidden:")
        .replace("    tools:", "    tools: []\n    hidden:");
    let empty = compile_source(SourceFile::new("capability.yaml", without)).unwrap();
    let operations: usize = compiled
        .capability
        .upstreams
        .iter()
        .map(|upstream| upstream.operations.len())
        .sum();
    let lines = lines(&compiled) - lines(&empty);
    assert!(
        lines <= 40 * operations,
        "{lines} lines for {operations} operations"
    );
}

#[test]
fn calls_import_what_they_use() {
    let imports = |path: &str, exposes: &str| {
        let text = format!(
            "naftiko: 1.0.0-alpha2\ncapability:\n  consumes:\n  - type: http\n    namespace: a\n    \
             baseUri: https://a.test\n    resources:\n    - path: {path}\n      operations: [{{name: b, method: GET}}]\n{exposes}"
        );
        let compiled = compile_source(SourceFile::new("a.yaml", text.as_str())).unwrap();
        let calls = compiled.files.iter().find(|file| file.name == "calls.rs");
        let lines = calls.unwrap().text.lines();
        lines
            .filter_map(|line| line.strip_prefix("use "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let tool = "  exposes:\n  - type: mcp\n    namespace: a-mcp\n    port: 9090\n    tools: [{name: b, call: a.b}]\n";
    assert_eq!(
        imports("/{id}", tool),
        ["super::client;", "gatewright_runtime::prelude::*;"]
    );
    assert_eq!(imports("/all", tool), ["gatewright_runtime::prelude::*;"]);
    assert_eq!(imports("/{id}", ""), [""; 0]);
}

#[test]
fn golden_files_are_as_rustfmt_would_write_them() {
    let mut files = Vec::new();
    for name in ["lago-customers", "breadth", "templates", "shapes"] {
        for entry in std::fs::read_dir(manifest("tests/golden").join(name)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() >= 28, "{files:?}");
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config-path"])
        .arg(manifest("tests/golden/rustfmt.toml"))
        .args(&files)
        .output();
    match output {
        Err(error) => eprintln!("SKIPPED: rustfmt cannot be run ({error})"),
        Ok(output) => assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}
