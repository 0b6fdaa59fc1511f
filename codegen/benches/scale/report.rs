//! The figures as a table and as JSON.

use std::fmt::Write;

use gatewright_codegen::Compiled;
use serde_json::{Value, json};

use super::compiler::Stages;
use super::project::Builds;

/// The figures of one capability.
pub(crate) struct Row {
    operations: usize,
    stages: Stages,
    lines: usize,
    builds: Option<Builds>,
}

impl Row {
    pub(crate) fn new(
        operations: usize,
        stages: Stages,
        compiled: &Compiled,
        builds: Option<Builds>,
    ) -> Self {
        let code = compiled
            .files
            .iter()
            .filter(|file| file.name.ends_with(".rs"));
        Self {
            operations,
            stages,
            lines: code.map(|file| file.text.lines().count()).sum(),
            builds,
        }
    }

    fn of_operation(&self, whole: f64) -> f64 {
        whole / self.operations as f64
    }
}

/// How many times an operation takes longer in the last capability than in the one before.
fn ratio(rows: &[Row]) -> f64 {
    match rows {
        [.., before, last] => {
            last.of_operation(last.stages.total()) / before.of_operation(before.stages.total())
        }
        _ => f64::NAN,
    }
}

pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| operations | parse ms | check ms | emit ms | compiler ms | µs/operation | lines/operation | cargo check s | debug s | release s | binary KiB |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in rows {
        let Stages { parse, check, emit } = row.stages;
        let total = row.stages.total();
        let _ = write!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.1} |",
            row.operations,
            parse * 1e3,
            check * 1e3,
            emit * 1e3,
            total * 1e3,
            row.of_operation(total) * 1e6,
            row.of_operation(row.lines as f64),
        );
        let builds = row.builds.as_ref();
        let seconds =
            |value: Option<f64>| value.map_or("".to_owned(), |value| format!("{value:.2}"));
        let release = builds.and_then(|builds| builds.release.as_ref());
        let _ = writeln!(
            text,
            " {} | {} | {} | {} |",
            seconds(builds.map(|builds| builds.check)),
            seconds(builds.map(|builds| builds.debug)),
            seconds(release.map(|release| release.seconds)),
            release.map_or(String::new(), |release| (release.bytes / 1024).to_string()),
        );
    }
    let _ = write!(
        text,
        "\nTime per operation, 1,000 to 100: {:.2}",
        ratio(rows)
    );
    text
}

pub(crate) fn json(rows: &[Row]) -> String {
    let rows_json: Vec<Value> = rows
        .iter()
        .map(|row| {
            let builds = row.builds.as_ref();
            let release = builds.and_then(|builds| builds.release.as_ref());
            json!({
                "operations": row.operations,
                "parse_seconds": row.stages.parse,
                "check_seconds": row.stages.check,
                "emit_seconds": row.stages.emit,
                "generated_lines": row.lines,
                "cargo_check_seconds": builds.map(|builds| builds.check),
                "debug_build_seconds": builds.map(|builds| builds.debug),
                "release_build_seconds": release.map(|release| release.seconds),
                "binary_bytes": release.map(|release| release.bytes),
            })
        })
        .collect();
    format!(
        "{:#}\n",
        json!({"capabilities": rows_json, "compiler_ratio_1000_to_100": ratio(rows)})
    )
}
