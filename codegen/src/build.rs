//! The compiler in a build script: one call that compiles, writes into `OUT_DIR`, and tells cargo what to watch.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     gatewright_codegen::build::compile("capability.yaml")
//! }
//! ```
//!
//! The crate then takes the written files in by `gatewright_runtime::include_capability!()`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::diagnostic::render_lines;

/// Compiles the capability at `path`, which is relative to the package's folder. As [`Build::compile`].
pub fn compile(path: impl Into<PathBuf>) -> ExitCode {
    Build::new(path).compile()
}

/// A compilation in a build script that needs more than [`compile`] offers.
#[derive(Clone, Debug)]
pub struct Build {
    path: PathBuf,
    environment: Option<String>,
    quiet: bool,
}

impl Build {
    /// Compiles the capability at `path`, which is relative to the package's folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            environment: None,
            quiet: false,
        }
    }

    /// Lets this environment variable name another file.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Leaves warnings out, where they have been shown already.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Compiles and writes the files that [`Compiled::write_to`](crate::Compiled::write_to) names into `OUT_DIR`.
    ///
    /// Warnings become warnings of cargo, a line each. Errors go to standard error as the compiler draws them, and the
    /// exit code, which the build script's `main` has to return, makes cargo show that and stop.
    #[must_use = "cargo goes on with the build unless `main` returns this"]
    pub fn compile(&self) -> ExitCode {
        match self.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        }
    }

    /// Tells cargo what it has to know; what stops the build comes back.
    fn run(&self) -> Result<(), String> {
        if let Some(name) = &self.environment {
            println!("cargo::rerun-if-env-changed={name}");
        }
        let named = self.environment.as_ref().and_then(std::env::var_os);
        let path = named.map_or_else(|| self.path.clone(), PathBuf::from);
        println!("cargo::rerun-if-changed={}", path.display());
        let compiled = crate::compile(&path).map_err(|rejected| rejected.to_string())?;
        if !self.quiet {
            // Cargo puts the name of the package before every line, which would tear a drawing apart.
            for line in render_lines(&compiled.report, &compiled.source).lines() {
                println!("cargo::warning={line}");
            }
        }
        let folder = std::env::var_os("OUT_DIR")
            .map(PathBuf::from)
            .ok_or("error: OUT_DIR is not set; cargo sets it for a build script")?;
        compiled
            .write_to(&folder)
            .map_err(|error| format!("error: cannot write into {}: {error}", folder.display()))
    }
}
