//! What an operation answers: the upstream's answer, or a problem of the gateway's own (LANGUAGE.md §6).

use serde_json::{Map, Value, json};

use super::body;
use crate::emit::schema;
use crate::model::{RawFormat, Route, Shape};

/// A status with which the gateway itself answers. The upstream may answer with the same.
struct Refusal {
    status: &'static str,
    component: &'static str,
    description: &'static str,
    /// Which operations answer so.
    of: Operations,
}

enum Operations {
    All,
    /// Those that read a body.
    WithBody,
    /// Those whose callers have to prove who they are.
    Guarded,
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        status: "400",
        component: "BadRequest",
        description: "The request is not what is described here; `errors` names all that is wrong.",
        of: Operations::All,
    },
    Refusal {
        status: "401",
        component: "Unauthorized",
        description: "The caller did not prove who it is; `WWW-Authenticate` says how to.",
        of: Operations::Guarded,
    },
    Refusal {
        status: "408",
        component: "RequestTimeout",
        description: "The request body did not come in time.",
        of: Operations::WithBody,
    },
    Refusal {
        status: "413",
        component: "ContentTooLarge",
        description: "The request body is too large.",
        of: Operations::WithBody,
    },
    Refusal {
        status: "415",
        component: "UnsupportedMediaType",
        description: "The request body is of another media type.",
        of: Operations::WithBody,
    },
    Refusal {
        status: "502",
        component: "BadGateway",
        description: "The upstream cannot be reached, broke off its answer, or answered with something else than is declared.",
        of: Operations::All,
    },
    Refusal {
        status: "504",
        component: "GatewayTimeout",
        description: "The upstream did not answer in time.",
        of: Operations::All,
    },
    Refusal {
        status: "default",
        component: "Other",
        description: "The upstream's own answer, passed on as it came, or another problem of the gateway's.",
        of: Operations::All,
    },
];

/// A success of a route whose upstream answers with `format`.
pub(super) fn passed_on(route: &Route, format: Option<RawFormat>) -> Value {
    let mut success = Map::new();
    let description = "The upstream's answer, passed on as it came.";
    success.insert("description".to_owned(), json!(description));
    if route.method != "HEAD" {
        let media_type = format.map_or(ANY, media_type);
        success.insert("content".to_owned(), json!({ media_type: {} }));
    }
    Value::Object(success)
}

/// A success that is made of the upstream's answer.
pub(super) fn shaped(shape: &Shape) -> Value {
    json!({
        "description": "What is made of the upstream's answer; nothing, where that has no body.",
        "content": {"application/json": {"schema": schema::answer(&shape.root)}},
    })
}

/// The responses of a route; `guarded` where callers have to prove who they are.
pub(super) fn describe(success: Value, route: &Route, guarded: bool) -> Value {
    let mut responses = Map::new();
    responses.insert("2XX".to_owned(), success);
    let reads_body = body::is_read(&route.inputs);
    for refusal in refusals(reads_body, guarded) {
        let reference = format!("#/components/responses/{}", refusal.component);
        responses.insert(refusal.status.to_owned(), json!({"$ref": reference}));
    }
    Value::Object(responses)
}

/// The shared responses; `with_body` where an operation reads a body.
pub(super) fn components(with_body: bool, guarded: bool) -> Value {
    refusals(with_body, guarded)
        .map(|refusal| {
            let response = json!({
                "description": refusal.description,
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                    // The upstream may answer with this status too.
                    ANY: {},
                },
            });
            (refusal.component.to_owned(), response)
        })
        .collect::<Map<_, _>>()
        .into()
}

fn refusals(with_body: bool, guarded: bool) -> impl Iterator<Item = &'static Refusal> {
    REFUSALS.iter().filter(move |refusal| match refusal.of {
        Operations::All => true,
        Operations::WithBody => with_body,
        Operations::Guarded => guarded,
    })
}

/// The shared schemas: the members of a problem that the gateway sends (RFC 9457 §3).
pub(super) fn schemas() -> Value {
    json!({
        "Problem": {
            "description": "A problem of the gateway's own (RFC 9457).",
            "type": "object",
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "errors": {
                    "description": "What is wrong with the request, one entry for each parameter.",
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "parameter": {"type": "string"},
                            "in": {"type": "string"},
                            "detail": {"type": "string"},
                        },
                        "required": ["parameter", "in", "detail"],
                    },
                },
            },
            "required": ["type", "title", "status", "detail"],
        },
    })
}

const ANY: &str = "*/*";

/// The media type of a format; any, where there is none that all agree on.
fn media_type(format: RawFormat) -> &'static str {
    match format {
        RawFormat::Json => "application/json",
        RawFormat::Xml => "application/xml",
        RawFormat::Yaml => "application/yaml",
        RawFormat::Csv => "text/csv",
        RawFormat::Tsv => "text/tab-separated-values",
        RawFormat::Html => "text/html",
        RawFormat::Markdown => "text/markdown",
        RawFormat::Protobuf => "application/protobuf",
        RawFormat::Text => "text/plain",
        RawFormat::Binary => "application/octet-stream",
        RawFormat::Psv | RawFormat::Avro => ANY,
    }
}
