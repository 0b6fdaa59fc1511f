//! Reading a request body: its media type, its size, and the JSON, form or bytes in it.

use std::borrow::Cow;

use axum::body::Body as RequestBody;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::form::collect_form;
use crate::inbound::{
    Body, Collector, File, Input, Json, JsonObject, Kind, NotJson, Place, RefusedNames, Value,
    from_json, shown,
};
use crate::problem::ParameterProblem;
use crate::server::{BodyLimits, read_body};

/// Reads the body that the table asks for. All problems go to the collector.
pub(super) async fn collect_body(
    collector: &mut Collector,
    table: &'static [Input],
    headers: &HeaderMap,
    body: RequestBody,
    limits: BodyLimits,
) {
    let whole = table
        .iter()
        .enumerate()
        .find(|(_, input)| input.place == Place::Body);
    let takes_text = whole.is_some_and(|(_, input)| input.kind == Kind::JsonOrText);
    let takes_fields = table.iter().any(|input| input.place == Place::BodyField);
    let bytes = match read_body(headers, body, limits).await {
        Ok(bytes) => bytes,
        Err(problem) => return collector.refuse(problem),
    };
    if bytes.is_empty() {
        return;
    }
    if table.iter().any(|input| input.place == Place::FormField) {
        return collect_form(collector, table, content_type(headers), bytes);
    }
    if let Some((index, _)) = whole.filter(|(_, input)| input.kind == Kind::File) {
        let file = File {
            bytes,
            name: None,
            media_type: headers
                .contains_key(CONTENT_TYPE)
                .then(|| content_type(headers).into_owned()),
        };
        return collector.set(index, Ok(Value::File(file)));
    }
    if whole.is_none() && !takes_fields {
        // Clients without anything to say often say `{}`.
        if bytes.trim_ascii() != b"{}" {
            collector.refuse(ParameterProblem::body(
                StatusCode::BAD_REQUEST,
                "is not expected here",
            ));
        }
        return;
    }
    match media_type(headers) {
        MediaType::Json => {}
        MediaType::Text if takes_text => {}
        MediaType::Text | MediaType::Other => {
            let expected = if takes_text {
                "application/json or text/plain"
            } else {
                "application/json"
            };
            return collector.refuse(wrong_media_type(expected, &content_type(headers)));
        }
    }
    match whole {
        Some((index, input)) => {
            let value = convert_whole(input.kind, media_type(headers), bytes);
            collector.set(index, value);
        }
        None => collect_fields(collector, table, bytes),
    }
}

enum MediaType {
    Json,
    Text,
    Other,
}

/// The media type of a body as it was sent; empty where none was.
fn content_type(headers: &HeaderMap) -> Cow<'_, str> {
    headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .unwrap_or_default()
}

pub(super) fn wrong_media_type(expected: &str, sent: &str) -> ParameterProblem {
    let detail = format!("expected the media type {expected}, got {}", shown(sent));
    ParameterProblem::body(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
}

/// A media type without its parameters, in lower case.
pub(super) fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// A body without a media type is taken for JSON: RFC 9110 §8.3 lets the recipient examine the data.
fn media_type(headers: &HeaderMap) -> MediaType {
    if !headers.contains_key(CONTENT_TYPE) {
        return MediaType::Json;
    }
    let essence = essence(&content_type(headers));
    match essence.as_str() {
        "application/json" => MediaType::Json,
        "text/plain" => MediaType::Text,
        _ if essence.starts_with("application/") && essence.ends_with("+json") => MediaType::Json,
        _ => MediaType::Other,
    }
}

fn convert_whole(kind: Kind, media_type: MediaType, bytes: Bytes) -> Result<Value, String> {
    if let MediaType::Text = media_type {
        return match String::from_utf8(bytes.into()) {
            Ok(text) => Ok(Value::Body(Body::Text(text))),
            Err(_) => Err("is not UTF-8".to_owned()),
        };
    }
    let json = Json::parse(bytes).map_err(|error| {
        format!(
            "expected {}, got text that is no JSON: {error}",
            kind.expected()
        )
    })?;
    match kind {
        Kind::Object => json
            .try_into()
            .map(Value::Object)
            .map_err(|error: NotJson| error.to_string()),
        Kind::JsonOrText => Ok(Value::Body(Body::Json(json))),
        Kind::Json => Ok(Value::Json(json)),
        _ => match serde_json::from_str(json.as_str()) {
            Ok(raw) => from_json(kind, raw),
            Err(_) => Err(format!("expected {}", kind.expected())),
        },
    }
}

fn collect_fields(collector: &mut Collector, table: &'static [Input], bytes: Bytes) {
    let fields = JsonObject::parse(bytes).and_then(|object| object.members());
    let fields = match fields {
        Ok(fields) => fields,
        Err(error) => {
            let detail = format!("expected a JSON object with fields: {error}");
            return collector.refuse(ParameterProblem::body(StatusCode::BAD_REQUEST, detail));
        }
    };
    let mut unknown = RefusedNames::new("body", "unknown");
    for (name, value) in &fields {
        let declared = table
            .iter()
            .enumerate()
            .find(|(_, input)| input.place == Place::BodyField && input.name == name);
        match declared {
            Some((index, input)) => collector.set(index, from_json(input.kind, value)),
            None => unknown.refuse(collector, name, || {
                "is not a field of this request body".to_owned()
            }),
        }
    }
    unknown.finish(collector);
}
