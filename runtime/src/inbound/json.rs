//! JSON that is passed on: checked once, kept as the bytes that came.

use bytes::Bytes;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep JSON may nest. `RawValue` is read without recursion and so without serde_json's own bound; this
/// one protects whoever reads the JSON after us.
pub(crate) const DEPTH_LIMIT: usize = 128;

/// One valid JSON text of any type, passed on byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(Bytes);

/// One valid JSON object, passed on byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonObject(Json);

/// A request body: a JSON value, or plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Sent as `application/json`.
    Json(Json),
    /// Sent as `text/plain; charset=utf-8`.
    Text(String),
}

/// The text is not the JSON that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson(String);

impl std::fmt::Display for NotJson {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NotJson {}

impl Json {
    /// Checks that `text` is one JSON value. Nesting is limited to 128 levels.
    ///
    /// # Errors
    /// Where it is none, or nests deeper.
    pub fn parse(text: impl Into<Bytes>) -> Result<Self, NotJson> {
        let text = text.into();
        match serde_json::from_slice::<&RawValue>(&text) {
            Ok(value) if nests_too_deep(value.get()) => Err(NotJson(format!(
                "it nests deeper than {DEPTH_LIMIT} levels"
            ))),
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(NotJson(error.to_string())),
        }
    }

    /// The JSON text of a value.
    ///
    /// # Errors
    /// Where JSON cannot hold it, such as a map whose keys are no texts.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, NotJson> {
        serde_json::to_vec(value)
            .map(|text| Self(text.into()))
            .map_err(|error| NotJson(error.to_string()))
    }

    /// Takes over a JSON text that this crate has written.
    pub(crate) fn written(text: Vec<u8>) -> Self {
        Self(text.into())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        // Every constructor has checked the text, and JSON is UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The JSON text, as it goes on the wire.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// What kind of value it is, as a phrase for a message.
    pub(crate) fn describe(&self) -> &'static str {
        match self.0.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => "a JSON object",
            Some(b'[') => "a JSON array",
            Some(b'"') => "a JSON string",
            Some(b't' | b'f') => "a JSON boolean",
            Some(b'n') => "null",
            _ => "a JSON number",
        }
    }
}

impl From<&RawValue> for Json {
    fn from(value: &RawValue) -> Self {
        Self(Bytes::copy_from_slice(value.get().as_bytes()))
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into())
    }
}

impl Default for Json {
    fn default() -> Self {
        Self(Bytes::from_static(b"null"))
    }
}

impl JsonObject {
    /// Checks that `text` is one JSON object.
    ///
    /// # Errors
    /// As [`Json::parse`], and where it is another value.
    pub fn parse(text: impl Into<Bytes>) -> Result<Self, NotJson> {
        Json::parse(text)?.try_into()
    }

    /// The JSON text of a value that is an object: a map or a struct with named fields.
    ///
    /// # Errors
    /// As [`Json::from_serialize`], and where it is another value.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, NotJson> {
        Json::from_serialize(value)?.try_into()
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The JSON text, as it goes on the wire.
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }

    /// The members, in their order. A name that comes twice is refused: readers disagree on which one counts.
    pub(crate) fn members(&self) -> Result<Vec<(String, Box<RawValue>)>, NotJson> {
        let not_json = |error: serde_json::Error| NotJson(error.to_string());
        let Members(members) = serde_json::from_str(self.as_str()).map_err(not_json)?;
        let mut seen = std::collections::HashSet::new();
        match members.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            Some((name, _)) => Err(NotJson(format!(
                "`{}` is given twice",
                super::clipped(name)
            ))),
            None => Ok(members),
        }
    }
}

/// The members of an object in their order, those that come twice included.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Object)
    }
}

impl TryFrom<Json> for JsonObject {
    type Error = NotJson;

    fn try_from(json: Json) -> Result<Self, NotJson> {
        match json.describe() {
            "a JSON object" => Ok(Self(json)),
            other => Err(NotJson(format!("expected a JSON object, got {other}"))),
        }
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for JsonObject {
    fn from(map: serde_json::Map<String, serde_json::Value>) -> Self {
        Self(serde_json::Value::Object(map).into())
    }
}

impl Default for JsonObject {
    fn default() -> Self {
        Self(Json(Bytes::from_static(b"{}")))
    }
}

impl From<JsonObject> for Json {
    fn from(object: JsonObject) -> Self {
        object.0
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Json(Json::default())
    }
}

impl Body {
    /// The text, of JSON as it is on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Json(json) => json.as_str(),
            Self::Text(text) => text,
        }
    }
}

impl From<Json> for Body {
    fn from(json: Json) -> Self {
        Self::Json(json)
    }
}

/// Whether JSON nests deeper than [`DEPTH_LIMIT`]. The text need not be valid.
pub(crate) fn nests_too_deep(text: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' if depth == DEPTH_LIMIT => return true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_bytes_as_they_came() {
        let text = "{ \"b\" : 1.10, \"a\": [1e2] }";
        assert_eq!(JsonObject::parse(text).unwrap().as_str(), text);
    }

    #[test]
    fn refuses_what_is_not_one_json_value() {
        for text in ["", "{", "{}{}", "{'a': 1}", "nul", "\u{feff}{}"] {
            assert!(Json::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn refuses_invalid_utf8_and_bottomless_nesting() {
        assert!(Json::parse(&b"\"\xff\""[..]).is_err());
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(nested(128)).is_ok());
        assert!(Json::parse(nested(129)).is_err());
    }

    #[test]
    fn says_what_came_instead_of_an_object() {
        let error = JsonObject::parse(" [1]").unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a JSON object, got a JSON array"
        );
    }
}
