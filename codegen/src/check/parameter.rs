//! Parameters of consumed operations: place, type, and the headers that belong to the HTTP client.

use super::{Context, forms};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Credential, Kind, ParameterPlace};
use crate::syntax::{InputParameter, Text};

/// The places a parameter can have.
pub(crate) const PLACES: [&str; 7] = [
    "query",
    "path",
    "header",
    "cookie",
    "body",
    "formData",
    "environment",
];
/// The types a parameter can have.
pub(crate) const TYPES: [&str; 8] = [
    "string", "integer", "number", "boolean", "array", "object", "file", "json",
];

/// Headers that the HTTP client writes itself.
const MANAGED: [&str; 10] = [
    "host",
    "content-length",
    "content-type",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

/// The place of a parameter; `None` where it is a finding.
pub(super) fn place(place: &Text, context: &mut Context<'_>) -> Option<ParameterPlace> {
    match place.as_str() {
        "path" => Some(ParameterPlace::Path),
        "query" => Some(ParameterPlace::Query),
        "header" => Some(ParameterPlace::Header),
        "cookie" => Some(ParameterPlace::Cookie),
        "body" => Some(ParameterPlace::Body),
        "formData" => Some(ParameterPlace::FormField),
        "environment" => {
            context.push(
                Finding::new(
                    &catalogue::NOT_SUPPORTED,
                    format!("a parameter in `{}` is not supported yet", place.value),
                )
                .at(place.span, "the gateway could not send this")
                .help("supported places: query, path, header, cookie, body, formData"),
            );
            None
        }
        other => {
            let finding = Finding::new(
                &catalogue::UNKNOWN_PLACE,
                format!("`{other}` is not a place for a parameter"),
            )
            .at(place.span, "unknown place");
            context.push(match nearest(other, PLACES) {
                Some(known) => finding.help(format!("did you mean `{known}`?")),
                None => finding.help(format!("the places are {}", PLACES.join(", "))),
            });
            None
        }
    }
}

/// What a declared type says, before the place refines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
    Json,
    File,
}

/// The declared type; `string` where none is declared, `None` where it is a finding.
pub(super) fn declared(kind: Option<&Text>, context: &mut Context<'_>) -> Option<Declared> {
    let Some(kind) = kind else {
        return Some(Declared::String);
    };
    Some(match kind.as_str() {
        "string" => Declared::String,
        "integer" => Declared::Integer,
        "number" => Declared::Number,
        "boolean" => Declared::Boolean,
        "array" => Declared::Array,
        "object" => Declared::Object,
        "json" => Declared::Json,
        "file" => Declared::File,
        other => {
            let finding = Finding::new(
                &catalogue::UNKNOWN_TYPE,
                format!("`{other}` is not a type of parameter"),
            )
            .at(kind.span, "unknown type");
            context.push(match synonym(other).or_else(|| nearest(other, TYPES)) {
                Some(known) => finding.help(format!("did you mean `{known}`?")),
                None => finding.help(format!("the types are {}", TYPES.join(", "))),
            });
            return None;
        }
    })
}

/// The type that another language's word for it means.
fn synonym(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "int" | "int32" | "int64" | "long" => Some("integer"),
        "float" | "double" | "decimal" => Some("number"),
        "bool" => Some("boolean"),
        "str" | "text" | "date" | "uuid" => Some("string"),
        "list" => Some("array"),
        "map" | "dict" => Some("object"),
        _ => None,
    }
}

/// The type of a parameter in its place (LANGUAGE.md §3).
pub(super) fn kind(declared: Declared, place: ParameterPlace) -> Kind {
    match (place, declared) {
        (_, Declared::File) => Kind::File,
        (ParameterPlace::Body, Declared::Object) => Kind::Object,
        (ParameterPlace::Body, Declared::String) => Kind::JsonOrText,
        (ParameterPlace::Body, _) => Kind::Json,
        (ParameterPlace::BodyField | ParameterPlace::Template, Declared::Array) => Kind::Array,
        (_, Declared::String) => Kind::Text,
        (_, Declared::Integer) => Kind::Integer,
        (_, Declared::Number) => Kind::Number,
        (_, Declared::Boolean) => Kind::Boolean,
        (_, Declared::Array) => Kind::List,
        (_, Declared::Object) => Kind::Object,
        (_, Declared::Json) => Kind::Json,
    }
}

/// Checks that a value of the declared type can be written in a place.
pub(super) fn check_fits(
    parameter: &InputParameter,
    declared: Declared,
    place: ParameterPlace,
    context: &mut Context<'_>,
) {
    let Text { value: name, span } = &parameter.name;
    match (declared, place) {
        (Declared::File, _) if !forms::carries_file(place) => {
            forms::report_file(name, *span, place, context);
        }
        (Declared::Object | Declared::Json, ParameterPlace::Cookie) => context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!("`{name}` is JSON, which a cookie cannot carry"),
            )
            .at(
                *span,
                "no quotation mark and no comma can stand in a cookie",
            )
            .help("declare `type: string` if callers encode it as the API expects"),
        ),
        _ => {}
    }
}

/// Whether a declared parameter is dropped from the surface, with a word about it (LANGUAGE.md §3): it belongs
/// to the HTTP client or to the credential, or its name cannot be sent.
pub(super) fn is_dropped(
    parameter: &InputParameter,
    place: ParameterPlace,
    credential: &Credential,
    context: &mut Context<'_>,
) -> bool {
    let name = &parameter.name.value;
    let lower = name.to_ascii_lowercase();
    let is_header = place == ParameterPlace::Header;
    let is_credential = match credential {
        Credential::None => false,
        Credential::Bearer(_)
        | Credential::Basic(..)
        | Credential::Digest(..)
        | Credential::OAuth2(_) => is_header && lower == "authorization",
        // `Authorization` beside any authentication is dropped, whatever header that sets.
        Credential::HeaderKey(key, _) => {
            is_header && (lower == "authorization" || name.eq_ignore_ascii_case(key))
        }
        Credential::QueryKey(key, _) => {
            (is_header && lower == "authorization")
                || (place == ParameterPlace::Query && name == key)
        }
    };
    let finding = if is_header && (MANAGED.contains(&lower.as_str()) || lower.starts_with("proxy-"))
    {
        Finding::new(
            &catalogue::MANAGED_HEADER,
            format!("the header `{name}` belongs to the HTTP client"),
        )
        .at(parameter.name.span, "dropped: the gateway sets it itself")
        .help("remove the parameter")
    } else if is_credential {
        Finding::new(
            &catalogue::AUTHORIZATION_HEADER,
            format!("`{name}` is declared beside `authentication`"),
        )
        .at(parameter.name.span, "dropped: `authentication` sets it")
        .help("remove the parameter")
    } else if matches!(place, ParameterPlace::Header | ParameterPlace::Cookie) && !is_token(name) {
        let what = if is_header { "header" } else { "cookie" };
        Finding::new(
            &catalogue::WRONG_TYPE,
            format!("`{name}` is not the name of a {what}"),
        )
        .at(parameter.name.span, "expected letters, digits and `-`")
        .help("correct the name, or the place")
    } else {
        return false;
    };
    context.push(finding);
    true
}

/// Whether a name is a token of RFC 9110 §5.6.2, as the name of a header or a cookie must be.
pub(super) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
