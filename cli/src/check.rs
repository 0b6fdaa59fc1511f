//! `gatewright check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use clap::ValueEnum;
use gatewright_codegen::compile;
use gatewright_codegen::diagnostic::{Style, render, render_json};

use crate::{Outcome, files};

/// Exit codes: 0 no errors, 1 errors, 2 wrong usage.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Capability files, or folders that hold some
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Treat every warning as an error
    #[arg(long)]
    deny_warnings: bool,
    /// How findings are printed; `json` is one object a finding
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What the check of one file came to.
struct Checked {
    text: String,
    errors: usize,
    warnings: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let files = files::find(&arguments.paths)?;
    if files.is_empty() {
        return Err("no .yaml or .yml file was found".to_owned());
    }
    let (mut errors, mut warnings, mut failed) = (0, 0, 0);
    for checked in check_all(&files, arguments) {
        errors += checked.errors;
        warnings += checked.warnings;
        failed += usize::from(checked.errors > 0);
        files::print(&checked.text)?;
    }
    if arguments.format == Format::Text {
        let files = counted(files.len(), "file");
        let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
        eprintln!("checked {files}: {errors}, {warnings}; {failed} cannot be built");
    }
    Ok(if errors > 0 {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Checks the files on every processor; the results come in the files' order.
fn check_all(files: &[PathBuf], arguments: &Arguments) -> Vec<Checked> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism()
            .map_or(1, usize::from)
            .min(files.len())
        {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some((index, file)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    files.get(index).map(|file| (index, file))
                } {
                    // The receiver outlives every sender.
                    let _ = sender.send((index, check(file, arguments)));
                }
            });
        }
    });
    drop(sender);
    let mut results: Vec<(usize, Checked)> = receiver.into_iter().collect();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, checked)| checked).collect()
}

fn check(file: &Path, arguments: &Arguments) -> Checked {
    let (mut report, source) = match compile(file) {
        Ok(compiled) => (compiled.report, compiled.source),
        Err(rejected) => (rejected.report, rejected.source),
    };
    if arguments.deny_warnings {
        report.deny_warnings();
    }
    let text = match arguments.format {
        Format::Text => render(&report, &source, Style::Colour),
        Format::Json => render_json(&report, &source),
    };
    Checked {
        text,
        errors: report.errors(),
        warnings: report.warnings(),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
