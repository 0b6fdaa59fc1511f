//! Files in, text out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gatewright_codegen::diagnostic::{Report, Style, render};
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, compile};

use crate::Outcome;

/// Writes to standard output. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Outcome {
    match anstream::stdout().write_all(text.as_bytes()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(format!("cannot write: {error}")),
    }
}

/// Prints findings to standard error, in colour where it is a terminal.
pub(crate) fn print_findings(report: &Report, source: &SourceFile) {
    // Where standard error is closed there is nobody left to tell.
    let _ = anstream::stderr().write_all(render(report, source, Style::Colour).as_bytes());
}

/// Compiles a file. Its findings go to standard error; `None` where there is an error among them.
pub(crate) fn compile_or_report(path: &Path) -> Option<Box<Compiled>> {
    match compile(path) {
        Ok(compiled) => {
            print_findings(&compiled.report, &compiled.source);
            Some(Box::new(compiled))
        }
        Err(rejected) => {
            print_findings(&rejected.report, &rejected.source);
            None
        }
    }
}

/// The files that the arguments name: a folder stands for every `.yaml` and `.yml` file in it, however deep;
/// hidden folders, `target` and `node_modules` hold other people's files.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            find_in(path, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn find_in(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable =
        |error: std::io::Error| format!("cannot read the folder {}: {error}", folder.display());
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(unreadable)?.collect();
    let mut entries = entries.map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // A link to a folder may lead back here.
        let is_folder = entry.file_type().map_err(unreadable)?.is_dir();
        let name = entry.file_name();
        let hidden = name.to_string_lossy().starts_with('.');
        if is_folder && (hidden || name == "target" || name == "node_modules") {
            continue;
        }
        if is_folder {
            find_in(&path, found)?;
        } else if matches!(
            path.extension().and_then(|it| it.to_str()),
            Some("yaml" | "yml")
        ) {
            found.push(path);
        }
    }
    Ok(())
}
