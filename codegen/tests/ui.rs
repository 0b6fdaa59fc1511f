//! What the compiler says about files with mistakes: each `tests/ui/*.yaml` has its findings beside it in
//! a `.stderr`. `UPDATE_UI=1 cargo test -p gatewright-codegen` writes those anew; the difference is then
//! reviewed like any other text for users.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]

use std::path::{Path, PathBuf};

use gatewright_codegen::compile_source;
use gatewright_codegen::diagnostic::{Report, Style, catalogue, render};
use gatewright_codegen::source::SourceFile;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn inputs() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder("tests/ui"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    paths.sort();
    assert!(paths.len() > 20, "{paths:?}");
    paths
}

fn check(path: &Path) -> (SourceFile, Report) {
    let name = path.file_name().unwrap().to_string_lossy();
    let text = std::fs::read_to_string(path).unwrap();
    match compile_source(SourceFile::new(name, text)) {
        Ok(compiled) => (compiled.source, compiled.report),
        Err(rejected) => (rejected.source, rejected.report),
    }
}

#[test]
fn every_finding_is_as_expected() {
    let mut differences = Vec::new();
    for path in inputs() {
        let (source, report) = check(&path);
        let text = render(&report, &source, Style::Plain);
        let expected = path.with_extension("stderr");
        if std::env::var_os("UPDATE_UI").is_some() {
            std::fs::write(&expected, &text).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != text {
            differences.push(format!("---- {}\n{text}", expected.display()));
        }
    }
    assert!(
        differences.is_empty(),
        "UPDATE_UI=1 writes these:\n{}",
        differences.join("\n")
    );
}

#[test]
fn every_code_is_shown_by_an_input() {
    // What no file of a reasonable size can show.
    let elsewhere = ["GW0008", "GW0010", "GW0012", "GW0013", "GW0014"];
    let mut shown: Vec<&str> = Vec::new();
    for path in inputs() {
        let (_, report) = check(&path);
        shown.extend(report.findings().map(|finding| finding.code().id));
    }
    let missing: Vec<&str> = catalogue::all()
        .map(|code| code.id)
        .filter(|id| !shown.contains(id) && !elsewhere.contains(id))
        .collect();
    assert!(missing.is_empty(), "no input shows {missing:?}");
}

#[test]
fn as_many_mistakes_get_as_many_findings_in_the_order_of_the_file() {
    for (name, mistakes) in [("fifteen", 15), ("seventeen", 17)] {
        let (source, report) = check(&folder(&format!("tests/ui/{name}_mistakes.yaml")));
        let lines: Vec<usize> = report
            .findings()
            .map(|finding| {
                finding
                    .primary()
                    .map_or(0, |label| source.line_of(label.span))
            })
            .collect();
        assert_eq!(lines.len(), mistakes, "{name}: {lines:?}");
        assert!(lines.is_sorted(), "{name}: {lines:?}");
    }
}

#[test]
fn the_reference_of_findings_is_what_the_catalogue_says() {
    let mut text = String::from(
        "# Findings\n\nEvery finding of the compiler has a code. An error stops the build: the meaning is not decidable, or the\n\
         gateway could not honour it. A warning does not: the meaning is clear, and there is something its author would want\n\
         to know. `gatewright explain CODE` prints the same texts.\n",
    );
    for code in catalogue::all() {
        text.push_str(&format!(
            "\n## {}: {}\n\n*{}.* {}\n",
            code.id,
            code.title,
            code.severity.as_str(),
            code.explanation
        ));
    }
    let path = folder("../docs/errors.md");
    if std::env::var_os("UPDATE_UI").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == text,
        "UPDATE_UI=1 writes {}",
        path.display()
    );
}
