//! Large capabilities: how much is generated for an operation, and that mistakes stay cheap to report.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]

#[path = "../benches/scale/synthetic.rs"]
mod synthetic;

use gatewright_codegen::diagnostic::{Style, render};
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, compile_source};

fn compiled(operations: usize) -> Compiled {
    let text = synthetic::capability(operations);
    compile_source(SourceFile::new("synthetic.yaml", text))
        .unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// Lines and bytes of what is generated.
fn size(compiled: &Compiled) -> (usize, usize) {
    let code = compiled
        .files
        .iter()
        .filter(|file| file.name.ends_with(".rs"));
    code.map(|file| (file.text.lines().count(), file.text.len()))
        .fold((0, 0), |sum, file| (sum.0 + file.0, sum.1 + file.1))
}

#[test]
fn an_operation_takes_forty_lines_whatever_their_number() {
    let (few, many) = (compiled(100), compiled(1_000));
    assert!(many.report.is_empty(), "{}", many.warnings());
    let adapters = (&many.capability.rest[0], &many.capability.mcp[0]);
    assert_eq!(
        (adapters.0.routes.len(), adapters.1.tools.len()),
        (1_000, 1_000)
    );
    let ((few_lines, few_bytes), (lines, bytes)) = (size(&few), size(&many));
    assert!(lines <= 40 * 1_000, "{lines} lines");
    assert!(few_lines <= 40 * 100, "{few_lines} lines");
    // Names grow with their number, but no more than by a digit or two.
    assert!(bytes <= few_bytes * 11, "{few_bytes} bytes, then {bytes}");
}

#[test]
fn a_thousand_calls_to_nothing_are_told_apart() {
    let text = synthetic::capability(500).replace("call: synthetic.", "call: synthetic.un");
    let rejected = compile_source(SourceFile::new("synthetic.yaml", text)).unwrap_err();
    assert_eq!(
        (rejected.report.errors(), rejected.report.warnings()),
        (1_000, 0)
    );
    let suggested = |help: &String| help.starts_with("did you mean");
    let findings = rejected.report.findings();
    let count = findings
        .filter(|finding| finding.helps().iter().any(suggested))
        .count();
    assert_eq!(count, 250);
    let text = render(&rejected.report, &rejected.source, Style::Plain);
    assert_eq!(text.matches("there is no operation").count(), 1_000);
}
