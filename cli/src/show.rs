//! `gatewright show`.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use gatewright_codegen::emit::tools_list;
use gatewright_codegen::model::{Argument, Call, Capability, Input, Operation, SettingForm};
use serde_json::{Value, json};

use crate::{Outcome, files};

/// A rough measure that holds for English text and JSON in today's tokenizers.
const BYTES_PER_TOKEN: usize = 4;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The capability file
    file: PathBuf,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file) else {
        return Ok(ExitCode::from(1));
    };
    files::print(&match arguments.format {
        Format::Text => text(&compiled.capability),
        Format::Json => format!("{:#}\n", document(&compiled.capability)),
    })
}

fn operation(capability: &Capability, call: usize) -> Option<(&Call, &str, &Operation)> {
    let call = capability.calls.get(call)?;
    let upstream = capability.upstreams.get(call.upstream)?;
    Some((
        call,
        &upstream.namespace,
        upstream.operations.get(call.operation)?,
    ))
}

/// The upstream request of a call, as `METHOD path <- parameter, parameter`.
fn upstream_request(capability: &Capability, call: usize) -> String {
    let Some((call, namespace, operation)) = operation(capability, call) else {
        return String::new();
    };
    let sent: Vec<String> = operation
        .parameters
        .iter()
        .zip(&call.arguments)
        .filter_map(|(parameter, argument)| match argument {
            Argument::Absent => None,
            Argument::Constant(value) => Some(format!("{} = {value:?}", parameter.wire)),
            Argument::Input { .. } | Argument::Text(_) | Argument::Json(_) => {
                Some(parameter.wire.clone())
            }
        })
        .collect();
    let with = if sent.is_empty() {
        String::new()
    } else {
        format!(" with {}", sent.join(", "))
    };
    format!(
        "{namespace}: {} {}{with}",
        operation.method, operation.template
    )
}

fn inputs(inputs: &[Input]) -> String {
    if inputs.is_empty() {
        return "nothing".to_owned();
    }
    let inputs: Vec<String> = inputs
        .iter()
        .map(|input| {
            format!(
                "{}{}: {}",
                input.name,
                if input.required { "" } else { "?" },
                kind(input)
            )
        })
        .collect();
    inputs.join(", ")
}

fn kind(input: &Input) -> String {
    format!("{:?}", input.kind).to_lowercase()
}

fn text(capability: &Capability) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", capability.label);
    for adapter in &capability.rest {
        let _ = writeln!(out, "\nREST adapter {}", adapter.namespace);
        for route in &adapter.routes {
            let _ = writeln!(out, "  {:<7} {}", route.method, route.path);
            let _ = writeln!(out, "          takes {}", inputs(&route.inputs));
            let _ = writeln!(
                out,
                "          sends {}",
                upstream_request(capability, route.call)
            );
        }
    }
    for adapter in &capability.mcp {
        let bytes = tools_list(adapter).len();
        let tokens = bytes.div_ceil(BYTES_PER_TOKEN);
        let _ = writeln!(
            out,
            "\nMCP adapter {} (tools/list: {bytes} bytes, about {tokens} tokens)",
            adapter.namespace
        );
        for tool in &adapter.tools {
            let _ = writeln!(out, "  {}", tool.name);
            let _ = writeln!(out, "          takes {}", inputs(&tool.inputs));
            let _ = writeln!(
                out,
                "          sends {}",
                upstream_request(capability, tool.call)
            );
        }
    }
    let _ = writeln!(out, "\nSettings");
    for setting in &capability.settings {
        let secret = if setting.form == SettingForm::Secret {
            ", secret"
        } else {
            ""
        };
        let default = match (&setting.default, setting.derived.is_empty()) {
            (Some(default), _) => format!("default {default}"),
            (None, false) => "made of other settings".to_owned(),
            (None, true) => "required".to_owned(),
        };
        let _ = writeln!(out, "  {:<36} {default}{secret}", setting.environment);
    }
    out
}

fn document(capability: &Capability) -> Value {
    let inputs = |inputs: &[Input]| -> Vec<Value> {
        let one = |input: &Input| json!({"name": input.name, "type": kind(input), "required": input.required});
        inputs.iter().map(one).collect()
    };
    let rest: Vec<Value> = capability
        .rest
        .iter()
        .flat_map(|adapter| adapter.routes.iter().map(move |route| (adapter, route)))
        .map(|(adapter, route)| {
            json!({
                "adapter": adapter.namespace,
                "method": route.method,
                "path": route.path,
                "inputs": inputs(&route.inputs),
                "upstream": upstream_request(capability, route.call),
            })
        })
        .collect();
    let tools: Vec<Value> = capability
        .mcp
        .iter()
        .flat_map(|adapter| adapter.tools.iter().map(move |tool| (adapter, tool)))
        .map(|(adapter, tool)| {
            json!({
                "adapter": adapter.namespace,
                "name": tool.name,
                "inputs": inputs(&tool.inputs),
                "upstream": upstream_request(capability, tool.call),
            })
        })
        .collect();
    let lists: Vec<Value> = capability
        .mcp
        .iter()
        .map(|adapter| {
            let bytes = tools_list(adapter).len();
            json!({"adapter": adapter.namespace, "bytes": bytes, "estimatedTokens": bytes.div_ceil(BYTES_PER_TOKEN)})
        })
        .collect();
    let settings: Vec<Value> = capability
        .settings
        .iter()
        .map(|setting| {
            json!({
                "flag": format!("--{}", setting.flag),
                "environment": setting.environment,
                "default": setting.default,
                "required": setting.default.is_none() && setting.derived.is_empty(),
                "secret": setting.form == SettingForm::Secret,
            })
        })
        .collect();
    json!({"label": capability.label, "routes": rest, "tools": tools, "toolsList": lists, "settings": settings})
}
