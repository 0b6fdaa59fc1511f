//! What can be the body of an upstream request, or a field of it.

use std::borrow::Cow;

use bytes::Bytes;

use super::Parameter;
use crate::inbound::{Body, File, Json, JsonObject};
use crate::settings::Secret;

pub(super) const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
/// The media type of a file that does not say its own.
pub(super) const BYTES: &str = "application/octet-stream";

/// A value that can be the body of an upstream request.
pub trait IntoBody {
    /// The media type and the bytes, `None` where there is no body.
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)>;

    /// Why the value cannot be sent, as a phrase.
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}

impl IntoBody for &JsonObject {
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        Some((JSON.into(), self.clone().into_bytes()))
    }
}

impl IntoBody for &Json {
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        Some((JSON.into(), self.clone().into_bytes()))
    }
}

impl IntoBody for &Body {
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        match self {
            Body::Json(json) => json.into_body(),
            Body::Text(text) => Some((TEXT.into(), Bytes::copy_from_slice(text.as_bytes()))),
        }
    }
}

impl IntoBody for &File {
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        let media_type = match &self.media_type {
            Some(media_type) => media_type.clone().into(),
            None => BYTES.into(),
        };
        Some((media_type, self.bytes.clone()))
    }
}

impl<'a, B> IntoBody for &'a Option<B>
where
    &'a B: IntoBody,
{
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        self.as_ref().and_then(IntoBody::into_body)
    }
}

/// A value that can be a field of a JSON body.
pub trait Field {
    /// Its JSON, `None` where it is absent.
    fn json(&self) -> Option<Json>;

    /// Why JSON has no such value, as a phrase.
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}

macro_rules! value_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn json(&self) -> Option<Json> {
                Some(serde_json::Value::from(self.clone()).into())
            }
        }
    )*};
}

value_field!(String, i64, bool, Vec<String>);

impl Field for f64 {
    /// A whole number is written as one: a caller's `5` goes on as `5`.
    fn json(&self) -> Option<Json> {
        let json = Json::from_serialize(self).ok()?;
        Some(match json.as_str().strip_suffix(".0") {
            Some(whole) => Json::written(whole.into()),
            None => json,
        })
    }

    fn refusal(&self) -> Option<&'static str> {
        Parameter::refusal(self)
    }
}

impl Field for Secret {
    fn json(&self) -> Option<Json> {
        Some(serde_json::Value::from(self.expose()).into())
    }
}

impl Field for Json {
    fn json(&self) -> Option<Json> {
        Some(self.clone())
    }
}

impl Field for JsonObject {
    fn json(&self) -> Option<Json> {
        Some(self.clone().into())
    }
}

impl<T: Field> Field for Option<T> {
    fn json(&self) -> Option<Json> {
        self.as_ref().and_then(Field::json)
    }

    fn refusal(&self) -> Option<&'static str> {
        self.as_ref().and_then(Field::refusal)
    }
}
