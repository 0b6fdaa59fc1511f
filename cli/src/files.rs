//! Files in, text out.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gatewright_codegen::diagnostic::{Report, Style, render};
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, Rejected, compile, compile_bytes};

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

/// What stands for standard input where a file is named.
const STANDARD_INPUT: &str = "-";

/// Compiles a file, or standard input where it is `-`.
///
/// # Errors
/// If there is no such file: that is a wrong command line, and no finding about a capability.
pub(crate) fn compile_named(path: &Path) -> Result<Result<Compiled, Box<Rejected>>, String> {
    if path == Path::new(STANDARD_INPUT) {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("cannot read standard input: {error}"))?;
        return Ok(compile_bytes("<stdin>", bytes));
    }
    must_exist(path)?;
    Ok(compile(path))
}

fn must_exist(path: &Path) -> Result<(), String> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(format!(
            "{} is a folder, not a capability file",
            path.display()
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(format!("there is no file {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Compiles a file. Its findings go to standard error; `None` where there is an error among them.
///
/// # Errors
/// As [`compile_named`].
pub(crate) fn compile_or_report(path: &Path) -> Result<Option<Box<Compiled>>, String> {
    Ok(match compile_named(path)? {
        Ok(compiled) => {
            print_findings(&compiled.report, &compiled.source);
            Some(Box::new(compiled))
        }
        Err(rejected) => {
            print_findings(&rejected.report, &rejected.source);
            None
        }
    })
}

/// Says on standard error what is being done, in cargo's manner.
pub(crate) fn status(verb: &str, text: &str) {
    // Colours are dropped where it is no terminal; where it is closed there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "\x1b[1;32m{verb:>12}\x1b[0m {text}");
}

/// A text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "/._-+:@%=,".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// "1 file", "2 files".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Writes a file and the folders it is in. A file whose bytes are the same is not touched, so that cargo builds nothing
/// anew for it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    if std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The files that the arguments name: a folder stands for every `.yaml` and `.yml` file in it, however deep;
/// hidden folders, `target` and `node_modules` hold other people's files.
///
/// # Errors
/// If a named file does not exist, or a folder cannot be read.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            find_in(path, &mut found)?;
            continue;
        }
        if path != Path::new(STANDARD_INPUT) {
            must_exist(path)?;
        }
        found.push(path.clone());
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
