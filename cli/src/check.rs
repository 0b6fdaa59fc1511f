//! `gatewright check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use clap::ValueEnum;
use gatewright_codegen::diagnostic::{Style, render, render_json};

use crate::files::counted;
use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright check capability.yaml
  gatewright check capabilities/ --deny-warnings         every .yaml and .yml file in the folder
  gatewright check - < capability.yaml                   standard input
  gatewright check capability.yaml --format json | jq .message

Exit status: 0 no errors; 1 errors, with --deny-warnings also warnings; 2 wrong usage, such as a
file that is not there.
`gatewright explain CODE` says more about a finding.")]
pub(crate) struct Arguments {
    /// Capability files, folders that hold some, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Treat every warning as an error
    #[arg(long)]
    deny_warnings: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the lines of the file, in colour on a terminal
    Text,
    /// As text, without colour
    Plain,
    /// One object a finding and line, with the places as bytes and as lines and columns
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
        let checked = checked?;
        errors += checked.errors;
        warnings += checked.warnings;
        failed += usize::from(checked.errors > 0);
        files::print(&checked.text)?;
    }
    if arguments.format != Format::Json {
        let files = counted(files.len(), "file", "files");
        let errors = counted(errors, "error", "errors");
        let warnings = counted(warnings, "warning", "warnings");
        eprintln!("checked {files}: {errors}, {warnings}; {failed} cannot be built");
    }
    Ok(if errors > 0 {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Checks the files on every processor; the results come in the files' order.
fn check_all(files: &[PathBuf], arguments: &Arguments) -> Vec<Result<Checked, String>> {
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
    let mut results: Vec<(usize, Result<Checked, String>)> = receiver.into_iter().collect();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, checked)| checked).collect()
}

fn check(file: &Path, arguments: &Arguments) -> Result<Checked, String> {
    let (mut report, source) = match files::compile_named(file)? {
        Ok(compiled) => (compiled.report, compiled.source),
        Err(rejected) => (rejected.report, rejected.source),
    };
    if arguments.deny_warnings {
        report.deny_warnings();
    }
    let text = match arguments.format {
        Format::Text => render(&report, &source, Style::Colour),
        Format::Plain => render(&report, &source, Style::Plain),
        Format::Json => render_json(&report, &source),
    };
    Ok(Checked {
        text,
        errors: report.errors(),
        warnings: report.warnings(),
    })
}
