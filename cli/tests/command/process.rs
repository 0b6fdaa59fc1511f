//! Running the command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The command, in `folder`.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE");
    command
}

/// Runs the command in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ended {
    command(folder).args(arguments).output().unwrap().into()
}

/// The checkout.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A capability without a finding.
pub(crate) const CLEAN: &str = include_str!("../../templates/capability.yaml");

/// [`CLEAN`] with a misspelt key: a warning.
pub(crate) fn with_warning() -> String {
    let text = CLEAN.replacen("    port: 8080", "    prot: 1\n    port: 8080", 1);
    assert_ne!(text, CLEAN);
    text
}

/// [`with_warning`], and a call to nothing: an error.
pub(crate) fn with_error() -> String {
    let text =
        with_warning().replacen("call: hacker-news.get-user", "call: hacker-news.get-usr", 1);
    assert_ne!(text, with_warning());
    text
}
