//! `gatewright openapi`.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn openapi(capability: &Path, flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .arg("openapi")
        .arg(capability)
        .args(flags)
        .output()
        .unwrap()
}

#[test]
fn prints_the_document_that_the_gateway_serves() {
    for (capability, document) in [
        ("capability.yaml", "lago-customers"),
        ("codegen/tests/golden/breadth.yaml", "breadth"),
    ] {
        let document = repository("codegen/tests/golden")
            .join(document)
            .join("openapi_0.json");
        let output = openapi(&repository(capability), &[]);
        assert!(output.status.success());
        assert!(output.stdout == std::fs::read(document).unwrap());
    }
}

#[test]
fn asks_which_adapter_where_there_are_several() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capability.yaml");
    let adapter = |name: &str, port: u16| {
        format!(
            "  - type: rest\n    namespace: {name}\n    port: {port}\n    resources:\n    \
             - {{path: /{name}, operations: [{{method: GET, call: up.get}}]}}\n"
        )
    };
    let head = "ikanos: 1.0.0-beta5\ninfo: {label: Two}\ncapability:\n  consumes:\n  - type: http\n    \
                namespace: up\n    baseUri: https://up.test\n    resources:\n    \
                - {name: a, path: /a, operations: [{name: get, method: GET}]}\n  exposes:\n";
    let text = format!(
        "{head}{}{}",
        adapter("first", 8080),
        adapter("second", 8081)
    );
    std::fs::write(&file, text).unwrap();

    let output = openapi(&file, &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("--adapter with one of first, second"),
        "{said}"
    );

    let output = openapi(&file, &["--adapter", "second"]);
    assert!(output.status.success());
    let document = String::from_utf8(output.stdout).unwrap();
    assert!(document.contains("\"/second\"") && !document.contains("\"/first\""));

    let output = openapi(&file, &["--adapter", "third"]);
    assert_eq!(output.status.code(), Some(2));
}
