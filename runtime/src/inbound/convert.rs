//! Conversions of inbound values: text from a REST request, JSON from a tool call.

use serde_json::value::RawValue;

use super::number::{Unfit, parse_number};
use super::{Body, File, Json, JsonObject, Kind, Value};

/// How much of a refused value a message repeats, in characters.
const SHOWN: usize = 64;

/// Converts the text of a path variable, query parameter, header, cookie or form field. Repeated values make a list.
///
/// # Errors
/// A phrase that says what was expected and what came.
pub fn from_text(kind: Kind, values: &[String]) -> Result<Value, String> {
    if kind == Kind::List {
        return Ok(Value::List(values.to_vec()));
    }
    let [text] = values else {
        return Err(format!(
            "was given {} times; expected {} once",
            values.len(),
            kind.expected()
        ));
    };
    let unexpected = || format!("expected {}, got {}", kind.expected(), shown(text));
    match kind {
        Kind::Text | Kind::List => Ok(Value::Text(text.clone())),
        Kind::Integer => parse_integer(text)
            .map(Value::Integer)
            .ok_or_else(unexpected),
        Kind::Number => number(text, &shown(text)),
        Kind::Boolean => parse_boolean(text)
            .map(Value::Boolean)
            .ok_or_else(unexpected),
        Kind::Object => JsonObject::parse(text.clone())
            .map(Value::Object)
            .map_err(|_| unexpected()),
        Kind::Array => Json::parse(text.clone())
            .ok()
            .and_then(array)
            .map(Value::Json)
            .ok_or_else(unexpected),
        Kind::Json => Json::parse(text.clone())
            .map(Value::Json)
            .map_err(|_| unexpected()),
        Kind::JsonOrText => Ok(Value::Body(match Json::parse(text.clone()) {
            Ok(json) => Body::Json(json),
            Err(_) => Body::Text(text.clone()),
        })),
        Kind::File => Err(format!(
            "expected {}; send the form as multipart/form-data",
            kind.expected()
        )),
    }
}

/// Converts a tool argument. Models often send JSON as text (`"5"`, `"[1]"`, `"{…}"`): such text is
/// converted by the declared type.
///
/// # Errors
/// A phrase that says what was expected and what came.
pub fn from_json(kind: Kind, raw: &RawValue) -> Result<Value, String> {
    let text = raw.get();
    let unexpected = || format!("expected {}, got {}", kind.expected(), clipped(text));
    let string = || serde_json::from_str::<String>(text).ok();
    match kind {
        Kind::Text => match string() {
            Some(string) => Ok(Value::Text(string)),
            None if is_scalar(text) => Ok(Value::Text(text.to_owned())),
            None => Err(unexpected()),
        },
        Kind::Integer => {
            let text = string().unwrap_or_else(|| text.to_owned());
            parse_integer(&text)
                .map(Value::Integer)
                .ok_or_else(unexpected)
        }
        Kind::Number => match string() {
            Some(string) => number(&string, &clipped(text)),
            None => number(text, &clipped(text)),
        },
        Kind::Boolean => {
            let text = string().unwrap_or_else(|| text.to_owned());
            parse_boolean(&text)
                .map(Value::Boolean)
                .ok_or_else(unexpected)
        }
        Kind::List => list(text)
            .or_else(|| list(&string()?))
            .map(Value::List)
            .ok_or_else(unexpected),
        Kind::Object => match JsonObject::try_from(Json::from(raw)) {
            Ok(object) => Ok(Value::Object(object)),
            Err(_) => string()
                .and_then(|string| JsonObject::parse(string).ok())
                .map(Value::Object)
                .ok_or_else(unexpected),
        },
        Kind::Array => array(Json::from(raw))
            .or_else(|| array(Json::parse(string()?).ok()?))
            .map(Value::Json)
            .ok_or_else(unexpected),
        Kind::Json => Ok(Value::Json(Json::from(raw))),
        Kind::JsonOrText => Ok(Value::Body(Body::Json(Json::from(raw)))),
        Kind::File => string()
            .and_then(|string| File::from_argument(&string))
            .map(Value::File)
            .ok_or_else(|| {
                format!(
                    "expected {} as base64 text, or as a data: URL in base64; got {}",
                    kind.expected(),
                    clipped(text)
                )
            }),
    }
}

fn array(json: Json) -> Option<Json> {
    json.as_str().trim_start().starts_with('[').then_some(json)
}

fn is_scalar(json: &str) -> bool {
    matches!(
        json.as_bytes().first(),
        Some(b'-' | b'0'..=b'9' | b't' | b'f')
    )
}

fn list(json: &str) -> Option<Vec<String>> {
    let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    let text_of = |item: &RawValue| {
        serde_json::from_str::<String>(item.get()).unwrap_or_else(|_| item.get().to_owned())
    };
    Some(items.into_iter().map(text_of).collect())
}

/// `5`, and `5.0` as JSON writers without an integer type send it.
fn parse_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let end = text.len() - (digits.len() - whole.len());
    text.get(..end)?.parse().ok()
}

/// A number; of one that would not go on as it is, what came in the form `got`.
fn number(text: &str, got: &str) -> Result<Value, String> {
    parse_number(text).map(Value::Number).map_err(|unfit| match unfit {
        Unfit::NoNumber => format!("expected {}, got {got}", Kind::Number.expected()),
        Unfit::TooLarge => format!("expected a number up to {:e}, got {got}", f64::MAX),
        Unfit::Inexact(nearest) => format!(
            "expected a number of no more digits than a 64-bit float keeps, got {got}; the nearest is {nearest:?}"
        ),
    })
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A value as a message shows it: quoted, escaped, and cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!(
            "{:?}… ({} bytes)",
            text.get(..end).unwrap_or_default(),
            text.len()
        ),
        None => format!("{text:?}"),
    }
}

/// A text as a message shows it, cut where it is long.
pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!(
            "{}… ({} bytes)",
            text.get(..end).unwrap_or_default(),
            text.len()
        ),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: Kind, value: &str) -> Result<Value, String> {
        from_text(kind, &[value.to_owned()])
    }

    fn json(kind: Kind, value: &str) -> Result<Value, String> {
        from_json(kind, serde_json::from_str(value).unwrap())
    }

    #[test]
    fn converts_text_by_its_declared_type() {
        assert_eq!(text(Kind::Integer, "-42"), Ok(Value::Integer(-42)));
        assert_eq!(text(Kind::Number, "1.5"), Ok(Value::Number(1.5)));
        assert_eq!(text(Kind::Boolean, "true"), Ok(Value::Boolean(true)));
        assert_eq!(
            from_text(Kind::List, &["a,b".into(), "c".into()]),
            Ok(Value::List(vec!["a,b".into(), "c".into()]))
        );
    }

    #[test]
    fn refuses_text_of_another_type() {
        for (kind, value) in [
            (Kind::Integer, ""),
            (Kind::Integer, "1.5"),
            (Kind::Integer, "+1"),
            (Kind::Integer, "9223372036854775808"),
            (Kind::Integer, "٣"),
            (Kind::Number, "NaN"),
            (Kind::Number, "inf"),
            (Kind::Number, "1e999"),
            (Kind::Boolean, "yes"),
            (Kind::Object, "[1]"),
        ] {
            let message = text(kind, value).unwrap_err();
            assert!(message.contains(&format!("{value:?}")), "{message}");
        }
    }

    #[test]
    fn converts_arguments_that_models_send_as_text() {
        assert_eq!(json(Kind::Integer, "\"5\""), Ok(Value::Integer(5)));
        assert_eq!(json(Kind::Integer, "5.0"), Ok(Value::Integer(5)));
        assert_eq!(
            json(Kind::List, "\"[1]\""),
            Ok(Value::List(vec!["1".into()]))
        );
        assert_eq!(
            json(Kind::Object, "\"{\\\"a\\\": 1}\""),
            Ok(Value::Object(JsonObject::parse("{\"a\": 1}").unwrap()))
        );
        assert_eq!(json(Kind::Text, "5"), Ok(Value::Text("5".into())));
    }

    #[test]
    fn names_what_came_and_cuts_it() {
        assert_eq!(
            json(Kind::Integer, "[1]").unwrap_err(),
            "expected an integer, got [1]"
        );
        let message = text(Kind::Integer, &"x".repeat(10_000)).unwrap_err();
        assert!(
            message.len() < 200 && message.ends_with("(10000 bytes)"),
            "{message}"
        );
    }
}
