//! `gatewright show`.

mod json;
mod text;
mod upstream;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use gatewright_codegen::emit::tools_list;
use gatewright_codegen::model::{
    Capability, InboundAuthentication, Input, Kind, McpAdapter, Output, OutputForm, Place,
    RestAdapter,
};

use crate::{Outcome, files};

/// A rough measure that holds for English text and JSON in today's tokenizers.
const BYTES_PER_TOKEN: usize = 4;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright show capability.yaml
  gatewright show capability.yaml --format json | jq '.settings[] | select(.required)'
  gatewright show capability.yaml --format json | jq .toolsList")]
pub(crate) struct Arguments {
    /// The capability file, or `-` for standard input
    file: PathBuf,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file)? else {
        return Ok(ExitCode::from(1));
    };
    files::print(&match arguments.format {
        Format::Text => text::text(&compiled.capability),
        Format::Json => format!("{:#}\n", json::document(&compiled.capability)),
    })
}

/// Where a REST adapter serves its OpenAPI document; `None` where a route of its own answers there.
fn openapi_path(adapter: &RestAdapter) -> Option<&'static str> {
    adapter.serves_document.then_some("/openapi.json")
}

/// The size of `tools/list` in bytes, and what it costs an agent in tokens, estimated.
fn size_of_tools_list(capability: &Capability, adapter: &McpAdapter) -> (usize, usize) {
    let bytes = tools_list(capability, adapter).len();
    (bytes, bytes.div_ceil(BYTES_PER_TOKEN))
}

/// The word for the type of an input.
fn kind(input: &Input) -> String {
    match input.kind {
        Kind::JsonOrText => "json or text".to_owned(),
        kind => format!("{kind:?}").to_lowercase(),
    }
}

/// Where a caller puts an input.
fn place(input: &Input) -> &'static str {
    match input.place {
        Place::Path(_) => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::Body => "body",
        Place::BodyField => "body field",
        Place::FormField => "form field",
        Place::Argument => "argument",
    }
}

/// What callers prove themselves with, as the file says it: the type, and where a key is.
fn authentication(authentication: &InboundAuthentication) -> (&'static str, Option<String>) {
    match authentication {
        InboundAuthentication::None => ("none", None),
        InboundAuthentication::Bearer(_) => ("bearer", None),
        InboundAuthentication::Basic(..) => ("basic", None),
        InboundAuthentication::OAuth2(_) => ("oauth2", None),
        InboundAuthentication::HeaderKey(name, _) => ("apikey", Some(format!("header {name}"))),
        InboundAuthentication::QueryKey(name, _) => ("apikey", Some(format!("query {name}"))),
    }
}

/// What a route or tool answers with, where that is not the upstream's answer as it came: the names of fields, and the types
/// of what has none.
fn answer(capability: &Capability, shape: Option<usize>) -> Option<String> {
    let shape = capability.shapes.get(shape?)?;
    Some(outline(&shape.root))
}

fn outline(output: &Output) -> String {
    match &output.form {
        OutputForm::Text(_) => "text".to_owned(),
        OutputForm::Integer => "integer".to_owned(),
        OutputForm::Number => "number".to_owned(),
        OutputForm::Boolean => "boolean".to_owned(),
        OutputForm::AnyObject => "object".to_owned(),
        OutputForm::Constant(json) => json.clone(),
        OutputForm::Array { item, .. } => format!("[{}]", outline(item)),
        OutputForm::Object(members) => {
            let members = members.iter().map(|(name, member)| match &member.form {
                OutputForm::Object(_) | OutputForm::Array { .. } => {
                    format!("{name}: {}", outline(member))
                }
                _ => name.clone(),
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}
