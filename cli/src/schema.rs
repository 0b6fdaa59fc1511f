//! `gatewright schema`.

use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright schema > capability.schema.json

An editor with the YAML language server then completes and checks a capability that begins with
  # yaml-language-server: $schema=capability.schema.json")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Outcome {
    files::print(&gatewright_codegen::schema::text())
}
