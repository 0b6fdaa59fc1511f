//! `gatewright new`.

use std::path::{Path, PathBuf};

use crate::files::{counted, write};
use crate::library::Source;
use crate::project::{Project, package_name};
use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright new my-gateway && cd my-gateway && cargo run
  gatewright new . --name lago
  gatewright new my-gateway --traces
  gatewright new my-gateway --gatewright ~/src/gatewright")]
pub(crate) struct Arguments {
    /// The folder; made where it does not exist, and refused where it holds anything
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The name of the package [default: made of the folder's]
    #[arg(long)]
    name: Option<String>,
    /// Let its gateway export OpenTelemetry traces over OTLP, where OTEL_EXPORTER_OTLP_ENDPOINT is set when it runs
    #[arg(long)]
    traces: bool,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let folder = &arguments.folder;
    refuse_what_is_in_use(folder)?;
    let library = arguments.source.find()?;
    let name = match &arguments.name {
        Some(name) if package_name(name) == *name => name.clone(),
        Some(name) => {
            return Err(format!(
                "`{name}` cannot be the name of a package; `{}` can",
                package_name(name)
            ));
        }
        None => package_name(&name_of(folder)),
    };
    Project {
        name: &name,
        build_script: include_str!("../templates/build.rs"),
        library: &library,
        always_traces: arguments.traces,
    }
    .write(folder)?;
    let own = [
        (
            "capability.yaml",
            include_str!("../templates/capability.yaml").to_owned(),
        ),
        ("capability.schema.json", gatewright_codegen::schema::text()),
        (
            ".cargo/config.toml",
            include_str!("../templates/cargo-config.toml").to_owned(),
        ),
        (
            "README.md",
            include_str!("../templates/README.md").replace("{name}", &name),
        ),
        (
            ".gitignore",
            include_str!("../templates/gitignore").to_owned(),
        ),
    ];
    for (file, text) in &own {
        write(&folder.join(file), text)?;
    }
    let shown = folder.display();
    eprintln!(
        "wrote `{name}` into {shown}, built against {}",
        library.root().display()
    );
    files::print(&format!(
        "cd {} && cargo run\n",
        files::shell_word(&folder.to_string_lossy())
    ))
}

fn refuse_what_is_in_use(folder: &Path) -> Result<(), String> {
    match std::fs::read_dir(folder) {
        Ok(entries) => match entries.count() {
            0 => Ok(()),
            some => Err(format!(
                "{} is not empty: it holds {}; name a new folder",
                folder.display(),
                counted(some, "entry", "entries")
            )),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("cannot use {}: {error}", folder.display())),
    }
}

/// The last part of the folder's path; for `.` that of the working directory.
fn name_of(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    absolute
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
