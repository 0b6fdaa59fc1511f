//! Texts and bodies that a capability spells out, with the values of a request in their holes (LANGUAGE.md §3,
//! `body`; §5, `with`). The compiler has read the templates; what is here only writes them.

use std::borrow::Cow;

use bytes::Bytes;

use super::Parameter;
use super::body::{Field, IntoBody};
use crate::inbound::{Body, Json, JsonObject, Value};
use crate::upstream::CallError;

/// A JSON body, its holes filled.
#[derive(Clone, Copy)]
pub enum JsonTemplate<'a> {
    /// JSON text without a hole.
    Constant(&'static str),
    /// A value of its own type. Where it is absent, the member or item is left out.
    Value(&'a dyn Field),
    /// A string. Where a part of it is absent, the member or item is left out.
    Text(&'a [&'a dyn Parameter]),
    /// An array.
    Array(&'a [JsonTemplate<'a>]),
    /// An object.
    Object(&'a [(&'static str, JsonTemplate<'a>)]),
}

impl JsonTemplate<'_> {
    /// The JSON text.
    ///
    /// # Errors
    /// [`CallError::Internal`] where the whole is absent: the compiler emits no such template for a value.
    pub fn json(&self) -> Result<Json, CallError> {
        self.written()
            .map(Json::written)
            .ok_or(CallError::Internal("a template came to nothing"))
    }

    /// The JSON text of an object.
    ///
    /// # Errors
    /// [`CallError::Internal`] where it is no object: the compiler emits no such template.
    pub fn object(&self) -> Result<JsonObject, CallError> {
        JsonObject::try_from(self.json()?)
            .map_err(|_| CallError::Internal("a template came to something else than an object"))
    }

    /// Why a value in it cannot be sent, as a phrase.
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Constant(_) => None,
            Self::Value(value) => value.refusal(),
            Self::Text(pieces) => pieces.iter().find_map(|piece| piece.refusal()),
            Self::Array(items) => items.iter().find_map(Self::refusal),
            Self::Object(members) => members.iter().find_map(|(_, member)| member.refusal()),
        }
    }

    fn written(&self) -> Option<Vec<u8>> {
        let mut json = Vec::new();
        self.write(&mut json).then_some(json)
    }

    /// Writes the value; returns whether there is one.
    fn write(&self, json: &mut Vec<u8>) -> bool {
        match self {
            Self::Constant(text) => json.extend_from_slice(text.as_bytes()),
            Self::Value(value) => match value.json() {
                Some(value) => json.extend_from_slice(&value.into_bytes()),
                None => return false,
            },
            Self::Text(pieces) => match text(pieces) {
                Some(text) => push_string(json, &text),
                None => return false,
            },
            Self::Array(items) => {
                json.push(b'[');
                for item in *items {
                    let length = json.len();
                    separate(json, b'[');
                    if !item.write(json) {
                        json.truncate(length);
                    }
                }
                json.push(b']');
            }
            Self::Object(members) => {
                json.push(b'{');
                for (name, member) in *members {
                    let length = json.len();
                    separate(json, b'{');
                    push_string(json, name);
                    json.push(b':');
                    if !member.write(json) {
                        json.truncate(length);
                    }
                }
                json.push(b'}');
            }
        }
        true
    }
}

fn separate(json: &mut Vec<u8>, open: u8) {
    if json.last() != Some(&open) {
        json.push(b',');
    }
}

fn push_string(json: &mut Vec<u8>, text: &str) {
    // Writing to a `Vec` does not fail, and every text is a JSON string.
    let _ = serde_json::to_writer(json, text);
}

impl IntoBody for JsonTemplate<'_> {
    fn into_body(self) -> Option<(Cow<'static, str>, Bytes)> {
        self.written()
            .map(|json| ("application/json".into(), json.into()))
    }

    fn refusal(&self) -> Option<&'static str> {
        JsonTemplate::refusal(self)
    }
}

/// A text that is put together, as a value of its own: absent where a piece of it is.
#[derive(Clone, Copy)]
pub struct Joined<'a>(pub &'a [&'a dyn Parameter]);

impl Parameter for Joined<'_> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        if let Some(text) = text(self.0) {
            visit(&text);
        }
    }

    fn refusal(&self) -> Option<&'static str> {
        self.0.iter().find_map(|piece| piece.refusal())
    }
}

/// Joins the pieces of a text; `None` where one of them is absent.
pub(crate) fn text(pieces: &[&dyn Parameter]) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        push_items(&mut text, *piece)?;
    }
    Some(text)
}

/// Appends a value, the items of a list joined by commas; `None` where it is absent.
fn push_items(text: &mut String, value: &dyn Parameter) -> Option<()> {
    let mut present = false;
    value.each(&mut |item| {
        if present {
            text.push(',');
        }
        present = true;
        text.push_str(item);
    });
    present.then_some(())
}

/// A piece of a text body. A value that is absent leaves nothing.
#[derive(Clone, Copy)]
pub enum TextPiece<'a> {
    /// Exactly this text.
    Literal(&'static str),
    /// A value as it is.
    Value(&'a dyn Parameter),
    /// A value as character data or an attribute's value of XML.
    Xml(&'a dyn Parameter),
    /// A value within a quoted string of SPARQL 1.1 (§19.8, `ECHAR`).
    SparqlString(&'a dyn Parameter),
    /// A value within `<…>` of SPARQL 1.1 (§19.8, `IRIREF`).
    SparqlIri(&'a dyn Parameter),
}

impl TextPiece<'_> {
    /// Appends the piece.
    ///
    /// # Errors
    /// What is wrong with a value that the language of the text cannot hold.
    pub(super) fn push(&self, body: &mut String) -> Result<(), &'static str> {
        let (value, write): (_, fn(char, &mut String)) = match self {
            Self::Literal(text) => {
                body.push_str(text);
                return Ok(());
            }
            Self::Value(value) => (value, |character, body| body.push(character)),
            Self::Xml(value) => (value, push_xml),
            Self::SparqlString(value) => (value, push_sparql_string),
            Self::SparqlIri(value) => (value, push_sparql_iri),
        };
        if let Some(refusal) = value.refusal() {
            return Err(refusal);
        }
        let mut items = String::new();
        let _ = push_items(&mut items, *value);
        if matches!(self, Self::Xml(_)) && items.chars().any(is_not_xml) {
            return Err("holds a character that XML cannot carry");
        }
        items.chars().for_each(|character| write(character, body));
        Ok(())
    }
}

/// Whether XML 1.0 (§2.2) has no way to write a character.
fn is_not_xml(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn push_xml(character: char, body: &mut String) {
    match character {
        '&' => body.push_str("&amp;"),
        '<' => body.push_str("&lt;"),
        '>' => body.push_str("&gt;"),
        '"' => body.push_str("&quot;"),
        '\'' => body.push_str("&apos;"),
        // As they are, a parser would read them as other white space.
        '\r' => body.push_str("&#13;"),
        '\n' => body.push_str("&#10;"),
        '\t' => body.push_str("&#9;"),
        _ => body.push(character),
    }
}

fn push_sparql_string(character: char, body: &mut String) {
    match character {
        '\\' => body.push_str("\\\\"),
        '"' => body.push_str("\\\""),
        '\'' => body.push_str("\\'"),
        '\n' => body.push_str("\\n"),
        '\r' => body.push_str("\\r"),
        _ => body.push(character),
    }
}

fn push_sparql_iri(character: char, body: &mut String) {
    match character {
        '\0'..=' ' | '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' => {
            body.push_str(&format!("%{:02X}", u32::from(character)));
        }
        _ => body.push(character),
    }
}

impl Parameter for Value {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Self::Text(text) => visit(text),
            Self::Integer(number) => number.each(visit),
            Self::Number(number) => number.each(visit),
            Self::Boolean(boolean) => boolean.each(visit),
            Self::List(items) => items.each(visit),
            Self::Object(object) => object.each(visit),
            Self::Json(json) => json.each(visit),
            Self::Body(body) => visit(body.as_str()),
            Self::File(file) => visit(&file.base64()),
        }
    }
}

impl Field for Value {
    fn json(&self) -> Option<Json> {
        match self {
            Self::Text(text) => text.json(),
            Self::Integer(number) => number.json(),
            Self::Number(number) => number.json(),
            Self::Boolean(boolean) => boolean.json(),
            Self::List(items) => items.json(),
            Self::Object(object) => object.json(),
            Self::Json(json) => json.json(),
            Self::Body(Body::Json(json)) => json.json(),
            Self::Body(Body::Text(text)) => text.json(),
            // JSON and text carry no bytes.
            Self::File(file) => file.base64().json(),
        }
    }
}

impl Field for &str {
    fn json(&self) -> Option<Json> {
        Some(serde_json::Value::from(*self).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(template: &JsonTemplate<'_>) -> String {
        template.json().unwrap().as_str().to_owned()
    }

    #[test]
    fn values_keep_their_type_and_absent_ones_leave_no_trace() {
        let (name, none) = ("a\"b".to_owned(), None::<i64>);
        let template = JsonTemplate::Object(&[
            ("none", JsonTemplate::Value(&none)),
            ("n\"", JsonTemplate::Value(&5)),
            ("text", JsonTemplate::Text(&[&"x ", &name])),
            ("gone", JsonTemplate::Text(&[&"x ", &none])),
            (
                "list",
                JsonTemplate::Array(&[
                    JsonTemplate::Value(&none),
                    JsonTemplate::Constant("{}"),
                    JsonTemplate::Value(&none),
                    JsonTemplate::Value(&true),
                ]),
            ),
        ]);
        assert_eq!(
            json(&template),
            r#"{"n\"":5,"text":"x a\"b","list":[{},true]}"#
        );
    }

    #[test]
    fn an_item_that_ends_like_an_array_is_followed_by_a_comma() {
        let items = [JsonTemplate::Constant("\"[\""), JsonTemplate::Constant("1")];
        assert_eq!(json(&JsonTemplate::Array(&items)), r#"["[",1]"#);
    }

    #[test]
    fn a_value_stays_within_its_place() {
        let write = |piece: TextPiece<'_>| {
            let mut body = String::new();
            piece.push(&mut body).map(|()| body)
        };
        let value = "a\"'><&\\\n b";
        assert_eq!(
            write(TextPiece::Xml(&value)).unwrap(),
            "a&quot;&apos;&gt;&lt;&amp;\\&#10; b"
        );
        assert_eq!(
            write(TextPiece::SparqlString(&value)).unwrap(),
            "a\\\"\\'><&\\\\\\n b"
        );
        assert_eq!(
            write(TextPiece::SparqlIri(&value)).unwrap(),
            "a%22'%3E%3C&%5C%0A%20b"
        );
        assert!(write(TextPiece::Xml(&"\u{1}")).is_err());
    }
}
