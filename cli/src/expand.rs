//! `gatewright expand`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright expand capability.yaml --module client      the typed client
  gatewright expand capability.yaml | less")]
pub(crate) struct Arguments {
    /// The capability file, or `-` for standard input
    file: PathBuf,
    /// Only this module
    #[arg(long, value_enum)]
    module: Option<Module>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Module {
    Client,
    Calls,
    Shapes,
    Rest,
    Mcp,
    Settings,
    Capability,
}

impl Module {
    fn file(self) -> &'static str {
        match self {
            Self::Client => "client.rs",
            Self::Calls => "calls.rs",
            Self::Shapes => "shapes.rs",
            Self::Rest => "rest.rs",
            Self::Mcp => "mcp.rs",
            Self::Settings => "settings.rs",
            Self::Capability => "capability.rs",
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file)? else {
        return Ok(ExitCode::from(1));
    };
    let mut text = String::new();
    let rust = compiled
        .files
        .iter()
        .filter(|file| file.name.ends_with(".rs"));
    for file in rust.filter(|file| {
        arguments
            .module
            .is_none_or(|module| file.name == module.file())
    }) {
        if arguments.module.is_none() {
            text.push_str(&format!("// ---- {} ----\n", file.name));
        }
        text.push_str(&file.text);
        text.push('\n');
    }
    files::print(&text)
}
