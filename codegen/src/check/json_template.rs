//! JSON that a file spells out, with `{{…}}` in it (LANGUAGE.md §3, `body`).

use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::template::split;
use crate::model::{JsonTemplate, TextPiece};
use crate::source::{Resolved, Scalar, Span};
use crate::syntax::Constant;

/// JSON whose holes are named by what stands in the braces.
pub(super) type NamedTemplate = JsonTemplate<String>;

/// Why there is no template, and where, if that is known more precisely than the whole.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) span: Option<Span>,
    pub(super) reason: String,
}

/// How a hole is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoleUse {
    /// It is a JSON value of its own.
    Whole,
    /// It is a part of a string.
    Part,
}

/// Reads JSON text. A hole may also stand where a value does, without quotes.
pub(super) fn of_text(text: &str) -> Result<NamedTemplate, Unreadable> {
    let tree: Tree = serde_json::from_str(&quote_bare_holes(text)).map_err(|error| Unreadable {
        span: None,
        reason: format!("this is no JSON: {error}"),
    })?;
    of_tree(tree)
}

/// Reads a value that is written as YAML.
pub(super) fn of_constant(constant: &Constant) -> Result<NamedTemplate, Unreadable> {
    match constant {
        Constant::Scalar(scalar) => of_scalar(scalar),
        Constant::List(items, _) => {
            let items: Result<Vec<_>, _> = items.iter().map(of_constant).collect();
            Ok(array(items?))
        }
        Constant::Mapping(entries, _) => {
            let mut members = Vec::new();
            for (name, value) in entries {
                check_name(&name.value, Some(name.span))?;
                members.push((name.value.clone(), of_constant(value)?));
            }
            Ok(object(members))
        }
    }
}

fn of_scalar(scalar: &Scalar) -> Result<NamedTemplate, Unreadable> {
    let unreadable = |reason: &str| Unreadable {
        span: Some(scalar.span),
        reason: reason.to_owned(),
    };
    Ok(JsonTemplate::Constant(match scalar.resolve() {
        Resolved::Null => "null".to_owned(),
        Resolved::Boolean(value) => value.to_string(),
        Resolved::Integer(number) => number.to_string(),
        // As it is written, where JSON writes numbers so: with every digit.
        Resolved::Float(number) if number.is_finite() => {
            match serde_json::from_str::<f64>(&scalar.text) {
                Ok(_) => scalar.text.clone(),
                Err(_) => number.to_string(),
            }
        }
        Resolved::Float(_) => return Err(unreadable("JSON has no such number")),
        Resolved::Text => {
            return of_string(&scalar.text).map_err(|error| Unreadable {
                span: Some(scalar.span),
                ..error
            });
        }
    }))
}

fn of_string(text: &str) -> Result<NamedTemplate, Unreadable> {
    let pieces = split(text).ok_or_else(|| Unreadable {
        span: None,
        reason: "`{{` does not enclose a name".to_owned(),
    })?;
    Ok(match pieces.as_slice() {
        [TextPiece::Hole(name)] => JsonTemplate::Hole(name.clone()),
        [] => JsonTemplate::Constant(quoted("")),
        [TextPiece::Literal(text)] => JsonTemplate::Constant(quoted(text)),
        _ => JsonTemplate::Text(pieces),
    })
}

fn of_tree(tree: Tree) -> Result<NamedTemplate, Unreadable> {
    match tree {
        Tree::Other(json) => Ok(JsonTemplate::Constant(json)),
        Tree::Text(text) => of_string(&text),
        Tree::Array(items) => {
            let items: Result<Vec<_>, _> = items.into_iter().map(of_tree).collect();
            Ok(array(items?))
        }
        Tree::Object(members) => {
            let mut read = Vec::new();
            for (name, value) in members {
                check_name(&name, None)?;
                read.push((name, of_tree(value)?));
            }
            Ok(object(read))
        }
    }
}

fn check_name(name: &str, span: Option<Span>) -> Result<(), Unreadable> {
    if name.contains("{{") {
        return Err(Unreadable {
            span,
            reason: format!("the name `{name}` of a member cannot be a template"),
        });
    }
    Ok(())
}

/// An array; one without a hole is a constant.
fn array(items: Vec<NamedTemplate>) -> NamedTemplate {
    let constants: Option<Vec<&str>> = items.iter().map(as_constant).collect();
    match constants {
        Some(constants) => JsonTemplate::Constant(format!("[{}]", constants.join(","))),
        None => JsonTemplate::Array(items),
    }
}

/// An object; one without a hole is a constant.
fn object(members: Vec<(String, NamedTemplate)>) -> NamedTemplate {
    let constants: Option<Vec<String>> = members
        .iter()
        .map(|(name, value)| Some(format!("{}:{}", quoted(name), as_constant(value)?)))
        .collect();
    match constants {
        Some(constants) => JsonTemplate::Constant(format!("{{{}}}", constants.join(","))),
        None => JsonTemplate::Object(members),
    }
}

fn as_constant(template: &NamedTemplate) -> Option<&str> {
    match template {
        JsonTemplate::Constant(json) => Some(json),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Replaces the names of holes by what fills them. Every name is asked for, even after one that nothing fills.
pub(super) fn fill<H>(
    template: NamedTemplate,
    filling: &mut dyn FnMut(&str, HoleUse) -> Option<H>,
) -> Option<JsonTemplate<H>> {
    match template {
        JsonTemplate::Constant(json) => Some(JsonTemplate::Constant(json)),
        JsonTemplate::Hole(name) => filling(&name, HoleUse::Whole).map(JsonTemplate::Hole),
        JsonTemplate::Text(pieces) => {
            super::template::fill(pieces, &mut |name| filling(name, HoleUse::Part))
                .map(JsonTemplate::Text)
        }
        JsonTemplate::Array(items) => {
            let items: Vec<Option<_>> = items.into_iter().map(|item| fill(item, filling)).collect();
            let items: Option<Vec<_>> = items.into_iter().collect();
            items.map(JsonTemplate::Array)
        }
        JsonTemplate::Object(members) => {
            let members: Vec<Option<_>> = members
                .into_iter()
                .map(|(name, member)| Some((name, fill(member, filling)?)))
                .collect();
            let members: Option<Vec<_>> = members.into_iter().collect();
            members.map(JsonTemplate::Object)
        }
    }
}

/// Puts quotes around holes that stand outside of strings, so that the text is JSON.
fn quote_bare_holes(text: &str) -> String {
    let mut quoted_text = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    // Behind the last `}}` no hole ends: there none is looked for, and the text is read in one go.
    let last_end = text.rfind("}}").unwrap_or_default();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if !in_string
            && text.len() - rest.len() < last_end
            && let Some((name, after)) = rest
                .strip_prefix("{{")
                .and_then(|inner| inner.split_once("}}"))
        {
            quoted_text.push_str(&quoted(&format!("{{{{{name}}}}}")));
            rest = after;
            continue;
        }
        match character {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        quoted_text.push(character);
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    quoted_text
}

/// JSON in its order. A name that comes twice is refused, as in YAML.
enum Tree {
    /// A number, a boolean or null, as JSON text.
    Other(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Other("null".to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Other(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Other(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Other(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Other(serde_json::Value::from(value).to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element()? {
            read.push(item);
        }
        Ok(Tree::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut read: Vec<(String, Tree)> = Vec::new();
        let mut known = BTreeSet::new();
        while let Some((name, value)) = members.next_entry::<String, Tree>()? {
            if !known.insert(name.clone()) {
                return Err(A::Error::custom(format!("`{name}` is given twice")));
            }
            read.push((name, value));
        }
        Ok(Tree::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> NamedTemplate {
        of_text(text).unwrap()
    }

    #[test]
    fn what_has_no_hole_is_a_constant() {
        let json = r#"{"b":[1,-2.5,true,null],"a":"x\"{}"}"#;
        assert_eq!(read(json), JsonTemplate::Constant(json.to_owned()));
    }

    #[test]
    fn holes_are_typed_where_they_are_whole() {
        let hole = JsonTemplate::Hole("n".to_owned());
        for text in [r#"{"a": "{{n}}"}"#, r#"{"a": {{ n }} }"#, r#"{"a":{{n}}}"#] {
            let expected = JsonTemplate::Object(vec![("a".to_owned(), hole.clone())]);
            assert_eq!(read(text), expected, "{text}");
        }
        let text = JsonTemplate::Text(vec![
            TextPiece::Literal("no. ".to_owned()),
            TextPiece::Hole("n".to_owned()),
        ]);
        assert_eq!(
            read(r#"["no. {{n}}", 1]"#),
            JsonTemplate::Array(vec![text, JsonTemplate::Constant("1".to_owned())])
        );
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, reason) in [
            ("{", "EOF"),
            (r#"{"a":1,"a":2}"#, "twice"),
            (r#"{"{{a}}":1}"#, "name"),
            (r#"{"a":"{{"}"#, "enclose"),
            ("1e999", "out of range"),
        ] {
            let error = of_text(text).unwrap_err();
            assert!(error.reason.contains(reason), "{text}: {}", error.reason);
        }
    }
}
