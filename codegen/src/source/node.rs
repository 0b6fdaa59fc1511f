//! The tree a file holds.

use super::{Resolved, Scalar, Span};

/// A value and where it is written. A value reached by an alias points at the anchored original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From the first character to the end of the last element.
    pub span: Span,
    /// The value itself.
    pub value: Value,
}

/// The three kinds of YAML value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, a number, a boolean or null: see [`Scalar::resolve`].
    Scalar(Scalar),
    /// Items in the file's order.
    Sequence(Vec<Node>),
    /// Entries in the file's order, no two with the same key.
    Mapping(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key as written.
    pub key: Scalar,
    /// What it maps to.
    pub value: Node,
}

impl Node {
    /// What the value is, in words that fit a message: "expected a list, found `…`".
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar(scalar) => match scalar.resolve() {
                Resolved::Null => "nothing (null)",
                Resolved::Boolean(_) => "a boolean",
                Resolved::Integer(_) | Resolved::Float(_) => "a number",
                Resolved::Text => "text",
            },
        }
    }

    /// The entry with this key, if the value is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key.text == key)
    }

    /// The scalar, if the value is one. Null is a scalar.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The items, if the value is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            Value::Scalar(_) | Value::Mapping(_) => None,
        }
    }

    /// The entries, if the value is a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// Whether the value is there in form only: `key:`, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.scalar()
            .is_some_and(|scalar| scalar.resolve() == Resolved::Null)
    }
}
