//! Running cargo.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Draws random numbers by system call; the template of `.cargo/config.toml` says why.
const RANDOM_BY_CALL: &str = r#"--cfg=getrandom_backend="linux_getrandom""#;
const STATIC: &str = "-Ctarget-feature=+crt-static";

/// What kind of binary is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// In cargo's release profile.
    pub(crate) optimised: bool,
    /// With everything linked in.
    pub(crate) statically: bool,
    /// With the export of traces.
    pub(crate) traces: bool,
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.optimised { "release" } else { "debug" })?;
        if self.statically {
            formatter.write_str(", static")?;
        }
        if self.traces {
            formatter.write_str(", with traces")?;
        }
        Ok(())
    }
}

impl Form {
    /// Refuses what this system cannot have.
    pub(crate) fn check(self) -> Result<(), String> {
        if self.statically && !cfg!(target_os = "linux") {
            return Err(
                "--static is for Linux: elsewhere the system library cannot be linked in"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Builds the package in `folder` and returns its binary; `None` where cargo failed, which has then said why. What cargo
/// says and shows passes through to standard error.
///
/// # Errors
/// If cargo cannot be run.
pub(crate) fn build(
    folder: &Path,
    target: &Path,
    package: &str,
    form: Form,
) -> Result<Option<PathBuf>, String> {
    let mut command = Command::new(program());
    command
        .current_dir(folder)
        .args(["build", "--message-format=json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target)
        .stdout(Stdio::piped());
    if form.optimised {
        command.arg("--release");
    }
    let mut flags = vec![];
    if cfg!(target_os = "linux") {
        flags.push(RANDOM_BY_CALL);
    }
    if form.statically {
        flags.push(STATIC);
        // Where the target is named, the flags do not reach procedural macros, which must stay loadable by the compiler.
        command.args(["--target", &host()?]);
    }
    command.env(
        "CARGO_ENCODED_RUSTFLAGS",
        with_flags_of_the_environment(&flags),
    );
    let mut child = command.spawn().map_err(unavailable)?;
    let mut binary = None;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| format!("cannot read what cargo says: {error}"))?;
            binary = executable(&line, package).or(binary);
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cannot wait for cargo: {error}"))?;
    if !status.success() {
        return Ok(None);
    }
    binary
        .map(Some)
        .ok_or_else(|| "cargo named no binary".to_owned())
}

/// The cargo that runs this, if one does.
fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn unavailable(error: std::io::Error) -> String {
    format!(
        "cannot run {}: {error}; building needs a Rust toolchain, see https://rustup.rs",
        program().display()
    )
}

/// The flags, after those of the environment. The environment wins over every configuration: what is built depends on no
/// `.cargo/config.toml` that the target folder happens to be below.
fn with_flags_of_the_environment(flags: &[&str]) -> OsString {
    const SEPARATOR: &str = "\u{1f}";
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let theirs = set("CARGO_ENCODED_RUSTFLAGS").or_else(|| {
        let words = set("RUSTFLAGS")?;
        let words = words.to_string_lossy();
        Some(
            words
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(SEPARATOR)
                .into(),
        )
    });
    let ours = flags.iter().map(OsString::from);
    let all: Vec<OsString> = theirs.into_iter().chain(ours).collect();
    all.join(OsStr::new(SEPARATOR))
}

/// The triple of this system, as rustc says it.
fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc)
        .arg("-vV")
        .output()
        .map_err(|error| format!("cannot run {}: {error}", OsStr::display(&rustc)))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(|host| host.trim().to_owned())
        .ok_or_else(|| format!("{} -vV names no host", OsStr::display(&rustc)))
}

/// The binary that a message of cargo is about, if it is about this package's.
fn executable(message: &str, package: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message.get("reason")?.as_str()? == "compiler-artifact"
        && message.pointer("/target/name")?.as_str()? == package)
        .then_some(())?;
    message.get("executable")?.as_str().map(PathBuf::from)
}
