//! `gatewright build`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use gatewright_codegen::model::Capability;
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::cargo::{self, Form};
use crate::files::{self, shell_word, status};
use crate::library::{Library, Source};
use crate::project::{Project, package_name};

/// Exit codes: 0 built, 1 the capability has errors or cargo failed, 2 wrong usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright build capability.yaml                       ./gateway, optimised
  gatewright build capability.yaml --debug -o /tmp/g     quick to build, for a trial
  gatewright build capability.yaml --static              one file that runs in an empty container
  gatewright build capability.yaml --traces              with OpenTelemetry traces

The first build compiles every dependency and takes minutes; later ones take much less, whatever
the capability.
Exit status: 0 built; 1 the capability has errors, or cargo failed; 2 wrong usage.")]
pub(crate) struct Arguments {
    /// The capability file
    file: PathBuf,
    /// The binary to write
    #[arg(short, long, value_name = "FILE", default_value = "gateway")]
    output: PathBuf,
    /// Link everything in, so that the binary needs no libc (Linux)
    #[arg(long = "static")]
    statically: bool,
    /// Let it export OpenTelemetry traces over OTLP, where OTEL_EXPORTER_OTLP_ENDPOINT is set when it runs
    #[arg(long)]
    traces: bool,
    /// Optimise for size; this is the default
    #[arg(long, conflicts_with = "debug")]
    release: bool,
    /// Do not optimise: builds faster
    #[arg(long)]
    debug: bool,
    /// Where cargo keeps what it built [default: $CARGO_TARGET_DIR, else in the user's cache folder]
    #[arg(long, value_name = "FOLDER")]
    target_dir: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let begun = Instant::now();
    let file = &arguments.file;
    if arguments.output.is_dir() {
        return Err(format!(
            "{} is a folder; name the binary by --output FILE",
            arguments.output.display()
        ));
    }
    let form = Form {
        optimised: arguments.release || !arguments.debug,
        statically: arguments.statically,
        traces: arguments.traces,
    };
    form.check()?;
    let library = arguments.source.find()?;
    status("Checking", &file.display().to_string());
    let Some(compiled) = files::compile_or_report(file)? else {
        return Ok(ExitCode::from(1));
    };
    let target = target_folder(arguments.target_dir.as_deref())?;
    let name = project_name(file, &library, form)?;
    let folder = target.join("gatewright").join(&name);
    let project = Project {
        name: &name,
        build_script: &build_script(file)?,
        library: &library,
        always_traces: form.traces,
    };
    project.write(&folder)?;
    let what = &compiled.capability.label;
    status(
        "Building",
        &format!("{what} ({form}) in {}", target.display()),
    );
    let Some(built) = cargo::build(&folder, &target, &name, form)? else {
        return Ok(ExitCode::from(1));
    };
    let size = put(&built, &arguments.output)?;
    let seconds = begun.elapsed().as_secs_f64();
    let output = arguments.output.display();
    status(
        "Finished",
        &format!(
            "{output}: {form}, {:.1} MB, in {seconds:.1} s",
            megabytes(size)
        ),
    );
    status(
        "Run it",
        &command_line(&compiled.capability, &arguments.output),
    );
    Ok(ExitCode::SUCCESS)
}

/// The absolute path of the folder for cargo's files.
fn target_folder(named: Option<&Path>) -> Result<PathBuf, String> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = named
        .map(Path::to_owned)
        .or_else(|| variable("CARGO_TARGET_DIR"))
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("gatewright")))
        .or_else(|| Some(variable("HOME")?.join(".cache/gatewright")))
        .ok_or("there is no cache folder, as HOME is not set; name a folder by --target-dir")?;
    std::path::absolute(&folder)
        .map_err(|error| format!("cannot use {}: {error}", folder.display()))
}

/// A name for the package in the cache: what is built of another file, against another checkout or with other features is
/// another package, so that two builds at once do not write one binary.
fn project_name(file: &Path, library: &Library, form: Form) -> Result<String, String> {
    let file = absolute(file)?;
    let mut hash = Sha256::new();
    for path in [file.as_path(), library.root()] {
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update([0]);
    }
    if form.traces {
        hash.update("traces");
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let digest: String = hash
        .finalize()
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(format!("{}-{digest}", package_name(&stem)))
}

/// The findings have been shown when this runs.
fn build_script(file: &Path) -> Result<String, String> {
    let file = absolute(file)?;
    let path = file
        .to_str()
        .ok_or_else(|| format!("{} is no Unicode text", file.display()))?;
    Ok(format!(
        "fn main() -> std::process::ExitCode {{\n    \
         gatewright_codegen::build::Build::new({path:?}).quiet().compile()\n}}\n"
    ))
}

fn absolute(file: &Path) -> Result<PathBuf, String> {
    file.canonicalize()
        .map_err(|error| format!("cannot read {}: {error}", file.display()))
}

/// Copies the binary to its place and returns its size in bytes. A gateway that runs from that place goes on running.
fn put(built: &Path, output: &Path) -> Result<u64, String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", output.display());
    let folder = match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let name = output
        .file_name()
        .ok_or_else(|| format!("{} names no file", output.display()))?;
    let beside = folder.join(format!(
        ".{}.{}",
        name.to_string_lossy(),
        std::process::id()
    ));
    let moved = std::fs::copy(built, &beside)
        .and_then(|size| std::fs::rename(&beside, output).map(|()| size));
    if moved.is_err() {
        // What could not be written need not be there either.
        let _ = std::fs::remove_file(&beside);
    }
    moved.map_err(failed)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a size for people, with one decimal"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// How the gateway is started, with the settings that it does not start without.
fn command_line(capability: &Capability, output: &Path) -> String {
    let mut words: Vec<String> = capability
        .settings
        .iter()
        .filter(|setting| setting.default.is_none() && setting.derived.is_empty())
        .map(|setting| format!("{}=…", setting.environment))
        .collect();
    let path = output.to_string_lossy();
    let program = if path.contains('/') {
        path.into_owned()
    } else {
        format!("./{path}")
    };
    words.push(shell_word(&program));
    words.join(" ")
}
