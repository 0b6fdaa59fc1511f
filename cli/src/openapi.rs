//! `gatewright openapi`.

use std::path::PathBuf;
use std::process::ExitCode;

use gatewright_codegen::emit::openapi;
use gatewright_codegen::model::{Capability, RestAdapter};

use crate::{Outcome, files};

/// The gateway serves the same bytes at `GET /openapi.json`, unless a route of the capability answers there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright openapi capability.yaml > openapi.json
  gatewright openapi capability.yaml --adapter lago-customers-rest | jq .paths")]
pub(crate) struct Arguments {
    /// The capability file, or `-` for standard input
    file: PathBuf,
    /// The namespace of the REST adapter, where there are several
    #[arg(long, value_name = "NAMESPACE")]
    adapter: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file)? else {
        return Ok(ExitCode::from(1));
    };
    let capability = &compiled.capability;
    let adapter = chosen(capability, arguments.adapter.as_deref())?;
    files::print(&openapi(capability, adapter))
}

fn chosen<'a>(
    capability: &'a Capability,
    namespace: Option<&str>,
) -> Result<&'a RestAdapter, String> {
    let adapters = &capability.rest;
    let names: Vec<&str> = adapters
        .iter()
        .map(|adapter| adapter.namespace.as_str())
        .collect();
    let names = names.join(", ");
    match (namespace, adapters.as_slice()) {
        (_, []) => Err("the capability exposes no REST adapter".to_owned()),
        (None, [only]) => Ok(only),
        (None, _) => Err(format!(
            "which REST adapter? say --adapter with one of {names}"
        )),
        (Some(namespace), _) => adapters
            .iter()
            .find(|adapter| adapter.namespace == namespace)
            .ok_or_else(|| {
                format!("there is no REST adapter {namespace}; the capability has {names}")
            }),
    }
}
