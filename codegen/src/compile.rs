//! The compiler's one door.

use std::path::Path;

use crate::diagnostic::{Finding, Report, Style, catalogue, render};
use crate::emit::{self, GeneratedFile};
use crate::model::Capability;
use crate::source::SourceFile;
use crate::{check, syntax};

/// A capability that was compiled, and the warnings about it.
#[derive(Debug)]
pub struct Compiled {
    /// The generated files.
    pub files: Vec<GeneratedFile>,
    /// The resolved capability.
    pub capability: Capability,
    /// The warnings.
    pub report: Report,
    /// The capability file.
    pub source: SourceFile,
}

/// A capability that could not be compiled. It displays as its findings, without colour.
#[derive(Debug)]
pub struct Rejected {
    /// The findings, at least one of them an error.
    pub report: Report,
    /// The capability file.
    pub source: SourceFile,
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&render(&self.report, &self.source, Style::Plain))
    }
}

impl std::error::Error for Rejected {}

impl Compiled {
    /// Writes the generated files into `folder`. A file whose bytes are the same is not touched, so that
    /// cargo rebuilds nothing for it.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn write_to(&self, folder: &Path) -> std::io::Result<()> {
        for file in &self.files {
            let path = folder.join(&file.name);
            if std::fs::read(&path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
                continue;
            }
            std::fs::write(path, &file.text)?;
        }
        Ok(())
    }

    /// The warnings as text, without colour; empty where there are none.
    pub fn warnings(&self) -> String {
        render(&self.report, &self.source, Style::Plain)
    }
}

/// Compiles the capability file at `path`. Nothing is written, and nothing but the file is read.
///
/// # Errors
/// The findings, where at least one of them is an error.
pub fn compile(path: &Path) -> Result<Compiled, Box<Rejected>> {
    let name = path.to_string_lossy();
    match std::fs::read(path) {
        Ok(bytes) => compile_bytes(&name, bytes),
        Err(error) => Err(unreadable(
            &name,
            &catalogue::UNREADABLE_FILE,
            format!("cannot read {name}: {error}"),
        )),
    }
}

/// Compiles the bytes of a capability file. The name is the one findings show.
///
/// # Errors
/// As [`compile`].
pub fn compile_bytes(name: &str, bytes: Vec<u8>) -> Result<Compiled, Box<Rejected>> {
    match String::from_utf8(bytes) {
        Ok(text) => compile_source(SourceFile::new(name, text)),
        Err(_) => Err(unreadable(
            name,
            &catalogue::NOT_UTF8,
            "the file is not UTF-8".to_owned(),
        )),
    }
}

fn unreadable(
    name: &str,
    code: &'static crate::diagnostic::Code,
    message: String,
) -> Box<Rejected> {
    let mut report = Report::new();
    report.push(
        Finding::new(code, message)
            .help("name a capability file; for cargo that is `CAPABILITY=path/to/file.yaml`, relative to the package"),
    );
    Box::new(Rejected {
        report,
        source: SourceFile::new(name, ""),
    })
}

/// Compiles the text of a capability file.
///
/// # Errors
/// As [`compile`].
pub fn compile_source(source: SourceFile) -> Result<Compiled, Box<Rejected>> {
    let mut report = Report::new();
    let document = source
        .parse(&mut report)
        .and_then(|root| syntax::lower(&root, &mut report));
    let capability = document.map(|document| check::resolve(&document, &source, &mut report));
    let Some(capability) = capability.filter(|_| !report.has_errors()) else {
        return Err(Box::new(Rejected { report, source }));
    };
    match emit::emit(&capability) {
        Ok(files) => Ok(Compiled {
            files,
            capability,
            report,
            source,
        }),
        Err(defect) => {
            let message = format!(
                "the compiler wrote {} that is no Rust: {}",
                defect.file, defect.reason
            );
            report.push(
                Finding::new(&catalogue::COMPILER_DEFECT, message)
                    .help("this is a defect of Gatewright; please report it with this file"),
            );
            Err(Box::new(Rejected { report, source }))
        }
    }
}
