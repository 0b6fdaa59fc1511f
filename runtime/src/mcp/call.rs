//! `tools/call`: from arguments to the upstream call, and from its answer to text.
//!
//! Whatever goes wrong once the tool is known is told to the model as the result of the tool. Sources: MCP,
//! Tools, "Error Handling" (2025-11-25 and 2026-07-28 count arguments that fail validation among those errors);
//! LANGUAGE.md §5, §6.

use std::fmt;

use http::StatusCode;
use http::header::LOCATION;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::content::Content;
use super::params::is_null;
use super::table::Tool;
use crate::capability::Backend;
use crate::inbound::{Collector, Input, RefusedNames, from_json, is_unknown};
use crate::problem::{ParameterProblem, Problem};
use crate::server::RequestContext;
use crate::shape::Shape;
use crate::upstream::{Answer, CallError, Length};

/// How much of an upstream's error a model is shown, and so is read, in bytes.
const ERROR_LIMIT: usize = 16 * 1024;

/// What a tool came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) text: String,
    /// The same as JSON, for a tool that declares what it answers.
    pub(super) structured: Option<String>,
    pub(super) is_error: bool,
}

impl Outcome {
    fn text(text: String, is_error: bool) -> Self {
        Self {
            text,
            structured: None,
            is_error,
        }
    }
}

/// Calls a tool. `arguments` is an object, or absent; of an answer no more than `limit` bytes are shown, and none that is
/// only shown is read further.
pub(super) async fn call(
    tool: &'static Tool,
    arguments: Option<&RawValue>,
    backend: &Backend,
    context: Option<&RequestContext>,
    limit: usize,
) -> Outcome {
    match outcome(tool, arguments, backend, context, limit).await {
        Ok(outcome) => outcome,
        Err(error) => {
            if let CallError::Internal(reason) = &error {
                tracing::error!(operation = tool.name, reason, "a defect of the gateway");
            }
            Outcome::text(Problem::from(error).text(), true)
        }
    }
}

async fn outcome(
    tool: &'static Tool,
    arguments: Option<&RawValue>,
    backend: &Backend,
    context: Option<&RequestContext>,
    limit: usize,
) -> Result<Outcome, CallError> {
    let mut inputs = collect(tool.inputs, arguments)?.finish(&backend.variables())?;
    let answer = backend.call(&tool.handler, &mut inputs, context).await?;
    if let Some(shape) = tool.shape.filter(|_| answer.status().is_success()) {
        return shaped(answer, shape, tool, limit).await;
    }
    describe(answer, tool, limit).await
}

/// Checks and converts all arguments, and notes all that is wrong with them.
fn collect(table: &'static [Input], arguments: Option<&RawValue>) -> Result<Collector, CallError> {
    let mut collector = Collector::new(table);
    let Arguments(pairs) = match arguments {
        None => Arguments::default(),
        Some(raw) => serde_json::from_str(raw.get()).map_err(|_| {
            CallError::Refused(vec![ParameterProblem::new(
                "arguments",
                "parameter",
                "expected a JSON object whose names are text",
            )])
        })?,
    };
    let mut times = vec![0_usize; table.len()];
    let mut unknown = RefusedNames::new("argument", "unknown");
    for (name, value) in &pairs {
        let found = table
            .iter()
            .enumerate()
            .find(|(_, input)| input.name == name);
        let Some((index, input)) = found else {
            let known = table.iter().map(|input| input.name);
            unknown.refuse(&mut collector, name, || {
                is_unknown("this tool", known, "arguments")
            });
            continue;
        };
        let Some(times) = times.get_mut(index) else {
            continue;
        };
        *times += 1;
        match *times {
            1 if is_null(value) => {}
            1 => collector.set(index, from_json(input.kind, value)),
            2 => collector.set(index, Err("was given twice".to_owned())),
            // Said once: a body holds a great many repetitions.
            _ => {}
        }
    }
    unknown.finish(&mut collector);
    Ok(collector)
}

/// The members of an object in their order, those that come twice included.
#[derive(Default)]
struct Arguments<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Arguments<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Arguments<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Arguments(pairs))
            }
        }
        from.deserialize_map(Members)
    }
}

/// An upstream's answer as text. No more of its body is read than is shown.
async fn describe(answer: Answer, tool: &Tool, limit: usize) -> Result<Outcome, CallError> {
    let status = answer.status();
    let headers = answer.headers().clone();
    if status.is_success() {
        let body = answer.excerpt(limit).await?;
        let text = match body.bytes.is_empty() {
            true => without_body(status),
            false => shortened(Content::of(body, &headers), tool),
        };
        return Ok(Outcome::text(text, false));
    }
    let body = answer.excerpt(ERROR_LIMIT).await?;
    let mut text = format!("HTTP {}", status_line(status));
    if status.is_redirection()
        && let Some(location) = headers.get(LOCATION)
    {
        text.push_str("\nLocation: ");
        text.push_str(&String::from_utf8_lossy(location.as_bytes()));
    }
    if !body.bytes.is_empty() {
        text.push('\n');
        text.push_str(&Content::of(body, &headers).text);
    }
    Ok(Outcome::text(text, true))
}

fn without_body(status: StatusCode) -> String {
    format!("{status}: the upstream answered without a body")
}

/// A successful answer, in the shape that is declared. A tool that answers with an object has an `outputSchema`, and so its
/// result has `structuredContent` unless it is an error: one that is too long to be shown whole is (MCP, Tools, "Output
/// Schema").
async fn shaped(
    answer: Answer,
    shape: &'static Shape,
    tool: &Tool,
    limit: usize,
) -> Result<Outcome, CallError> {
    let status = answer.status();
    let Some(made) = shape.of_answer(answer, tool.name).await? else {
        return Ok(Outcome {
            text: without_body(status),
            structured: shape.is_object().then(|| shape.of_nothing()),
            is_error: false,
        });
    };
    Ok(match made {
        Err(problem) => Outcome::text(problem.text(), true),
        Ok(json) if json.len() > limit => {
            let length = Length::Exactly(json.len() as u64);
            let mut text = shortened(Content::cut(json, limit, length), tool);
            if shape.is_object() {
                // The mark of an error must not make a model call again what has been done.
                text.push_str(&format!("\nThe call itself succeeded: {status}."));
            }
            Outcome::text(text, shape.is_object())
        }
        Ok(json) => Outcome {
            structured: shape.is_object().then(|| json.clone()),
            text: json,
            is_error: false,
        },
    })
}

fn status_line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// A content; where it was cut, with a note that says how to ask for less.
fn shortened(content: Content, tool: &Tool) -> String {
    let Content { mut text, is_cut } = content;
    if !is_cut {
        return text;
    }
    let optional: Vec<String> = tool
        .inputs
        .iter()
        .filter(|input| !input.required)
        .map(|input| format!("`{}`", input.name))
        .collect();
    text.push_str(&match optional.as_slice() {
        [] => "\nThis tool has no optional arguments to ask for less with.".to_owned(),
        optional => format!(
            "\nTo get less, call again with a narrower choice of {}.",
            optional.join(", ")
        ),
    });
    text
}
