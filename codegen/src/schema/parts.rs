//! What the parts of the schema are made of.

use serde_json::{Map, Value, json};

/// A part with a name, for `$defs`.
pub(super) type Definition = (&'static str, Value);

/// Text. Numbers and booleans read as the text that is written (LANGUAGE.md §1).
pub(super) fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

/// A value of any type, or a template of it; nothing is no value.
pub(super) fn constant() -> Value {
    json!({"type": ["string", "number", "boolean", "array", "object"]})
}

/// One of these words.
pub(super) fn one_of(words: &[&str]) -> Value {
    json!({"enum": words})
}

/// Text that is best one of these words, such as a release this compiler knows.
pub(super) fn usually(words: &[&str]) -> Value {
    json!({"anyOf": [{"enum": words}, text()]})
}

/// `true` or `false`.
pub(super) fn boolean() -> Value {
    json!({"type": "boolean"})
}

/// A part that is defined elsewhere.
pub(super) fn defined(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// A list.
pub(super) fn list(item: Value) -> Value {
    json!({"type": "array", "items": item})
}

/// A mapping whose keys are the author's.
pub(super) fn mapping(value: Value) -> Value {
    json!({"type": "object", "additionalProperties": value})
}

/// Named things in both surface forms: a list of objects with `name`, or a mapping whose keys are the names.
pub(super) fn named(item: &str) -> Value {
    json!({"anyOf": [
        list(json!({"$ref": format!("#/$defs/{item}"), "required": ["name"]})),
        mapping(defined(item)),
    ]})
}

/// As [`named`], for things that need no name in a list.
pub(super) fn perhaps_named(item: &str) -> Value {
    json!({"anyOf": [list(defined(item)), mapping(defined(item))]})
}

/// A mapping with these keys and no other.
pub(super) struct Object {
    schema: Map<String, Value>,
    keys: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Object {
    pub(super) fn new(description: &str) -> Self {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("description".to_owned(), json!(description));
        Self {
            schema,
            keys: Map::new(),
            required: Vec::new(),
        }
    }

    /// A key, with what an editor shows for it.
    pub(super) fn key(mut self, name: &str, value: Value, description: &str) -> Self {
        let mut schema = Map::new();
        schema.insert("description".to_owned(), json!(description));
        match value {
            Value::Object(value) => schema.extend(value),
            value => drop(schema.insert("const".to_owned(), value)),
        }
        self.keys.insert(name.to_owned(), schema.into());
        self
    }

    /// A key that has to be there.
    pub(super) fn required(mut self, name: &'static str, value: Value, description: &str) -> Self {
        self.required.push(name);
        self.key(name, value, description)
    }

    /// A key by several names that mean the same; the first is the one to write.
    pub(super) fn synonyms(self, names: &[&str], value: &Value, description: &str) -> Self {
        let Some((first, others)) = names.split_first() else {
            return self;
        };
        let object = self.key(first, value.clone(), description);
        others.iter().fold(object, |object, other| {
            object.key(other, value.clone(), &format!("The same as `{first}`."))
        })
    }

    /// The keys that name a thing imported from another file.
    pub(super) fn importable(self) -> Self {
        self.key(
            "import",
            text(),
            "The namespace to import from the other file. Not built yet.",
        )
        .synonyms(
            &["from", "location"],
            &text(),
            "The other file, relative to this one. Not built yet.",
        )
        .key("as", text(), "The namespace it has here. Not built yet.")
    }

    /// No other key is known.
    pub(super) fn closed(mut self) -> Value {
        self.schema
            .insert("additionalProperties".to_owned(), json!(false));
        self.open()
    }

    /// Other keys may follow: the construct is not built yet, and nothing is said about them.
    pub(super) fn open(mut self) -> Value {
        if !self.required.is_empty() {
            self.schema
                .insert("required".to_owned(), json!(self.required));
        }
        self.schema
            .insert("properties".to_owned(), self.keys.into());
        self.schema.into()
    }
}
