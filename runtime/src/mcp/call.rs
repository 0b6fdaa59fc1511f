//! `tools/call`: from arguments to the upstream call, and from its answer to text.
//!
//! Whatever goes wrong once the tool is known is told to the model as the result of the tool. Sources: MCP,
//! Tools, "Error Handling" (2025-11-25 and 2026-07-28 count arguments that fail validation among those errors);
//! LANGUAGE.md §5, §6.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::params::is_null;
use super::table::Tool;
use crate::capability::Backend;
use crate::inbound::{Collector, Input, RefusedNames, clipped, from_json, is_unknown};
use crate::problem::{ParameterProblem, Problem};
use crate::server::RequestContext;
use crate::shape::Shape;
use crate::upstream::{Answer, CallError};

/// How much of an upstream's error a model is shown, in bytes.
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

/// Calls a tool. `arguments` is an object, or absent; of an answer no more than `limit` bytes are shown.
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

/// An upstream's answer as text.
async fn describe(answer: Answer, tool: &Tool, limit: usize) -> Result<Outcome, CallError> {
    let status = answer.status();
    let headers = answer.headers().clone();
    let body = answer.bytes().await?;
    if status.is_success() {
        let text = match body.is_empty() {
            true => without_body(status),
            false => shortened(content(body, &headers), tool, limit),
        };
        return Ok(Outcome::text(text, false));
    }
    let mut text = format!("HTTP {}", status_line(status));
    if status.is_redirection()
        && let Some(location) = headers.get(LOCATION)
    {
        text.push_str("\nLocation: ");
        text.push_str(&String::from_utf8_lossy(location.as_bytes()));
    }
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&capped(content(body, &headers), ERROR_LIMIT));
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
            let mut text = shortened(json, tool, limit);
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

/// A body as text; of one that is no text, what it is.
fn content(body: Bytes, headers: &HeaderMap) -> String {
    let header = |name| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let media_type = header(CONTENT_TYPE);
    let encoding = header(CONTENT_ENCODING).filter(|encoding| encoding != "identity");
    let is_utf8 = || std::str::from_utf8(&body).is_ok_and(|text| !text.contains('\0'));
    let is_text = encoding.is_none()
        && match media_type.as_deref().map_or(Media::Unknown, Media::of) {
            Media::Text => true,
            Media::Binary => false,
            Media::Unknown => is_utf8(),
        };
    if !is_text {
        let media_type = media_type.as_deref().unwrap_or("of unknown type");
        let encoded = encoding.map_or(String::new(), |encoding| {
            format!(", encoded as {}", clipped(&encoding))
        });
        return format!(
            "binary answer of {} bytes, {}{encoded}",
            body.len(),
            clipped(media_type)
        );
    }
    match String::from_utf8(body.into()) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

enum Media {
    Text,
    Binary,
    Unknown,
}

impl Media {
    fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        let suffix = subtype
            .rsplit_once('+')
            .map_or(subtype, |(_, suffix)| suffix);
        match (kind, suffix) {
            ("text", _) | (_, "json" | "xml" | "yaml") => Self::Text,
            ("image" | "audio" | "video" | "font", _) => Self::Binary,
            (_, "octet-stream" | "pdf" | "zip" | "gzip") => Self::Binary,
            _ => Self::Unknown,
        }
    }
}

/// A text of at most `limit` bytes, with a note where it was longer.
fn capped(mut text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let length = text.len();
    let end = (0..=limit)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or_default();
    text.truncate(end);
    text.push_str(&format!("\n… (cut: {length} bytes in all)"));
    text
}

/// An answer of at most `limit` bytes; where it was longer, with a note that says how to ask for less.
fn shortened(text: String, tool: &Tool, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let mut text = capped(text, limit);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters() {
        let text = capped("é".repeat(ERROR_LIMIT), ERROR_LIMIT);
        assert!(text.ends_with("é\n… (cut: 32768 bytes in all)"));
        let text = capped(format!("a{}", "é".repeat(ERROR_LIMIT)), ERROR_LIMIT);
        assert!(text.len() < ERROR_LIMIT + 64 && text.contains("é\n… (cut"));
        assert_eq!(
            capped("x".repeat(ERROR_LIMIT), ERROR_LIMIT).len(),
            ERROR_LIMIT
        );
    }

    #[test]
    fn tells_text_from_the_rest() {
        let is = |content_type: &str, bytes: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
            content(Bytes::from_static(bytes), &headers)
        };
        assert_eq!(is("application/problem+json; charset=utf-8", b"{}"), "{}");
        assert_eq!(is("text/csv", b"a\xff"), "a\u{fffd}");
        assert_eq!(is("application/graphql", b"query"), "query");
        assert_eq!(
            is("application/vnd.x", b"\xff\xfe"),
            "binary answer of 2 bytes, application/vnd.x"
        );
        assert_eq!(
            is("image/png", b"abc"),
            "binary answer of 3 bytes, image/png"
        );
    }
}
