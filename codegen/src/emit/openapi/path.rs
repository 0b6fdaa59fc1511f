//! Path items: the routes of one shape, under one template.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{Route, RoutePiece, RouteSegment};

/// The path items, in the order of the first route of each.
///
/// OpenAPI takes paths that differ only in the names of their variables for one path, and wants it once: the
/// routes of one shape share an item, with the names that the first of them has.
#[derive(Default)]
pub(super) struct PathItems {
    items: Vec<PathItem>,
    /// The position of each shape.
    positions: BTreeMap<String, usize>,
}

struct PathItem {
    template: String,
    variables: Vec<String>,
    operations: Map<String, Value>,
}

impl PathItems {
    /// Adds a route. `describe` makes the operation, with these names for the route's variables.
    pub(super) fn add(&mut self, route: &Route, describe: impl FnOnce(&[String]) -> Value) {
        let shape = template(&route.segments, &[]);
        let position = *self.positions.entry(shape).or_insert(self.items.len());
        if position == self.items.len() {
            let variables = distinct(&route.variables);
            self.items.push(PathItem {
                template: template(&route.segments, &variables),
                variables,
                operations: Map::new(),
            });
        }
        if let Some(item) = self.items.get_mut(position) {
            item.operations
                .insert(route.method.to_ascii_lowercase(), describe(&item.variables));
        }
    }

    pub(super) fn into_value(self) -> Value {
        self.items
            .into_iter()
            .map(|item| (item.template, Value::Object(item.operations)))
            .collect()
    }
}

/// A route may name two variables alike; a template may not.
fn distinct(names: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        let mut unique = name.clone();
        let mut number = 2;
        while distinct.contains(&unique) || (unique != *name && names.contains(&unique)) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        distinct.push(unique);
    }
    distinct
}

/// The path template; where `variables` has no name, `{}`.
fn template(segments: &[RouteSegment], variables: &[String]) -> String {
    let mut names = variables.iter();
    let mut variable = || {
        let name = names.next().map_or("", String::as_str);
        format!("{{{name}}}")
    };
    let mut template = String::new();
    for segment in segments {
        template.push('/');
        match segment {
            RouteSegment::Literal(text) => template.push_str(&encode(text)),
            RouteSegment::Variable => template.push_str(&variable()),
            RouteSegment::Partial(pieces) => {
                for piece in pieces {
                    match piece {
                        RoutePiece::Literal(text) => template.push_str(&encode(text)),
                        RoutePiece::Variable => template.push_str(&variable()),
                    }
                }
            }
        }
    }
    template
}

/// Percent-encodes what may not stand in a segment (RFC 3986 §3.3), `%` too: the gateway compares a route's
/// text with the decoded segment.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_text_is_encoded_and_templates_stand_anywhere() {
        let literal = |text: &str| RouteSegment::Literal(text.to_owned());
        let segments = [
            literal("a b#?%20"),
            literal(""),
            RouteSegment::Partial(vec![
                RoutePiece::Variable,
                RoutePiece::Literal(":go".to_owned()),
            ]),
            RouteSegment::Variable,
        ];
        let names = ["x".to_owned(), "y".to_owned()];
        assert_eq!(template(&segments, &names), "/a%20b%23%3F%2520//{x}:go/{y}");
    }

    #[test]
    fn names_are_made_distinct() {
        let names = |names: &[&str]| {
            distinct(
                &names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(names(&["id", "id", "id_2"]), ["id", "id_3", "id_2"]);
        assert_eq!(names(&["a", "b"]), ["a", "b"]);
    }
}
