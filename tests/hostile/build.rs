//! Compiles capabilities that are written to break the code made of them, each into a folder and a module of its own.

#[path = "build/capabilities.rs"]
mod capabilities;
#[path = "build/mutants.rs"]
mod mutants;
#[path = "build/words.rs"]
mod words;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use gatewright_codegen::diagnostic::Severity;
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Rejected, compile_source};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    mutants::watch();
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let folder = Path::new(&folder);
    let mut modules = String::new();
    let mut paths = Vec::new();
    for (name, text) in capabilities::all().into_iter().chain(mutants::accepted()?) {
        let compiled = compile_source(SourceFile::new(format!("{name}.yaml"), text))
            .map_err(|rejected| format!("{name} is to be accepted: {}", errors(&rejected)))?;
        std::fs::create_dir_all(folder.join(&name))?;
        compiled.write_to(&folder.join(&name))?;
        writeln!(modules, "capability!({name}, \"/{name}\");")?;
        paths.push(format!("(\"{name}\", &{name}::CAPABILITY)"));
    }
    writeln!(
        modules,
        "/// Every capability, by the name of its module.\n\
         pub static CAPABILITIES: &[(&str, &gatewright_runtime::capability::Capability)] = &[{}];",
        paths.join(", ")
    )?;
    Ok(std::fs::write(folder.join("modules.rs"), modules)?)
}

/// The errors, one a line: the source is too long a line to be shown.
fn errors(rejected: &Rejected) -> String {
    let findings = rejected.report.findings();
    let errors = findings.filter(|finding| finding.code().severity == Severity::Error);
    errors.fold(String::new(), |lines, finding| {
        format!("{lines}\n{}: {}", finding.code().id, finding.message())
    })
}
