//! Reading the keys of a mapping so that none is left over.

use super::tree::{Constant, Spanned, Text};
use crate::diagnostic::{Finding, Report, catalogue, nearest};
use crate::source::{Entry, Node, Resolved, Span, Value};

/// The keys of one mapping, taken one by one.
pub(super) struct Fields<'a> {
    /// What the mapping is, as a phrase: "an operation".
    what: &'static str,
    span: Span,
    remaining: Vec<&'a Entry>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The fields of `node`, which should be a mapping.
    pub(super) fn of(node: &'a Node, what: &'static str, report: &mut Report) -> Option<Self> {
        match &node.value {
            Value::Mapping(entries) => Some(Self {
                what,
                span: node.span,
                remaining: entries.iter().collect(),
                known: Vec::new(),
            }),
            _ => {
                wrong_type(node, "a mapping", what, report);
                None
            }
        }
    }

    /// What the mapping is, as a phrase.
    pub(super) fn what(&self) -> &'static str {
        self.what
    }

    /// Where the mapping stands.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Where a key stands that has not been taken yet.
    pub(super) fn key_span(&self, key: &str) -> Option<Span> {
        self.remaining
            .iter()
            .find(|entry| entry.key.text == key)
            .map(|entry| entry.key.span)
    }

    /// Takes a key by any of its synonyms. Two of them at once are one key written twice.
    pub(super) fn take(
        &mut self,
        synonyms: &[&'static str],
        report: &mut Report,
    ) -> Option<&'a Node> {
        self.known.extend(synonyms);
        let mut found: Option<&'a Entry> = None;
        self.remaining.retain(|entry| {
            if !synonyms.contains(&entry.key.text.as_str()) {
                return true;
            }
            match found {
                None => found = Some(entry),
                Some(first) => report.push(
                    Finding::new(
                        &catalogue::DUPLICATE_KEY,
                        format!(
                            "`{}` and `{}` are the same key",
                            first.key.text, entry.key.text
                        ),
                    )
                    .at(entry.key.span, "written a second time here")
                    .related(first.key.span, "first written here")
                    .help("keep one of them"),
                ),
            }
            false
        });
        let found = found?;
        if is_null(&found.value) {
            let key = &found.key;
            report.push(
                Finding::new(
                    &catalogue::EMPTY_VALUE,
                    format!("`{}` has no value", key.text),
                )
                .at(key.span, "read as if this key were not there")
                .help("write a value, or remove the key"),
            );
            return None;
        }
        Some(&found.value)
    }

    /// Takes texts that have no meaning for the compiled gateway and are documentation only.
    pub(super) fn documentation(&mut self, keys: &[&'static str], report: &mut Report) {
        for key in keys {
            let node = self.take(&[key], report);
            text(node, &format!("`{key}`"), report);
        }
    }

    /// Reports each of these keys, which the language has and the compiler does not build yet.
    /// Returns whether there was one.
    pub(super) fn unsupported(&mut self, keys: &[&'static str], report: &mut Report) -> bool {
        self.known.extend(keys);
        let (what, before) = (self.what, self.remaining.len());
        self.remaining.retain(|entry| {
            let unsupported = keys.contains(&entry.key.text.as_str());
            if unsupported {
                report.push(not_supported(
                    &format!("`{}` in {what}", entry.key.text),
                    entry.key.span,
                ));
            }
            !unsupported
        });
        self.remaining.len() < before
    }

    /// Whether the mapping stands for what another file holds (LANGUAGE.md §6), which is not built yet. The keys of an
    /// import are one construct, and one finding.
    pub(super) fn import(&mut self, report: &mut Report) -> bool {
        let Some(span) = self.key_span("import") else {
            self.known.extend(["import", "from", "as"]);
            return false;
        };
        report.push(not_supported(&format!("`import` in {}", self.what), span));
        true
    }

    /// `namespace`, which is required. Where it is missing, that is a finding, and the text is empty: the rest can be
    /// checked without it.
    pub(super) fn namespace(&mut self, report: &mut Report) -> Text {
        let written = text(self.take(&["namespace"], report), "`namespace`", report);
        written
            .filter(|namespace| !namespace.value.is_empty())
            .unwrap_or_else(|| {
                missing("namespace", self.what, self.span, report);
                Text {
                    value: String::new(),
                    span: self.span,
                }
            })
    }

    /// Reports what was not taken.
    pub(super) fn finish(self, report: &mut Report) {
        self.report_unknown(|_| true, report);
    }

    /// As [`Fields::finish`], where the other keys cannot be judged: `key` is missing, and says what they belong to.
    pub(super) fn finish_without(self, key: &str, report: &mut Report) {
        self.report_unknown(|meant| meant == Some(key), report);
    }

    /// Reports what was not taken, where `is_told` of the key that was most likely meant.
    fn report_unknown(self, is_told: impl Fn(Option<&str>) -> bool, report: &mut Report) {
        for entry in self.remaining {
            let name = &entry.key.text;
            let meant = nearest(name, self.known.iter().copied());
            if !is_told(meant) {
                continue;
            }
            let finding = Finding::new(
                &catalogue::UNKNOWN_KEY,
                format!("`{name}` is not a key of {}", self.what),
            )
            .at(
                entry.key.span,
                "this key means nothing here and is not compiled",
            );
            match meant {
                Some(known) => {
                    let finding = finding.help(format!("did you mean `{known}`?"));
                    report.push_misspelt(finding, self.span, known, name);
                }
                None => report.push(finding.help(format!(
                    "remove it; {} has {}",
                    self.what,
                    listed(&self.known)
                ))),
            }
        }
    }
}

/// A finding for a construct of the language that is not built yet.
pub(super) fn not_supported(what: &str, span: Span) -> Finding {
    Finding::new(
        &catalogue::NOT_SUPPORTED,
        format!("{what} is not supported yet"),
    )
    .at(span, "the gateway could not honour this")
    .help("remove it, or build the capability without it until it is supported")
}

/// A finding for a key that must be there, in the mapping at `span`.
pub(super) fn missing(key: &str, what: &str, span: Span, report: &mut Report) {
    let finding = Finding::new(&catalogue::MISSING_KEY, format!("{what} has no `{key}`"))
        .at(span, format!("`{key}` is missing here"))
        .help(format!("add `{key}:`"));
    report.push_missing(finding, span, key);
}

pub(super) fn wrong_type(node: &Node, expected: &str, what: &str, report: &mut Report) {
    report.push(
        Finding::new(
            &catalogue::WRONG_TYPE,
            format!("{what} must be {expected}, not {}", node.describe()),
        )
        .at(node.span, format!("expected {expected}"))
        .help(format!("write {expected} here")),
    );
}

pub(super) fn is_null(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.resolve() == Resolved::Null)
}

/// A scalar as text: numbers and booleans read as the text that was written (LANGUAGE.md §1).
pub(super) fn text(node: Option<&Node>, what: &str, report: &mut Report) -> Option<Text> {
    let node = node?;
    match &node.value {
        Value::Scalar(scalar) => Some(Text {
            value: scalar.text.clone(),
            span: scalar.span,
        }),
        _ => {
            wrong_type(node, "text", what, report);
            None
        }
    }
}

/// A value that the file writes out.
pub(super) fn constant(node: &Node) -> Constant {
    match &node.value {
        Value::Scalar(scalar) => Constant::Scalar(scalar.clone()),
        Value::Sequence(items) => Constant::List(items.iter().map(constant).collect(), node.span),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| {
                let key = Text {
                    value: entry.key.text.clone(),
                    span: entry.key.span,
                };
                (key, constant(&entry.value))
            });
            Constant::Mapping(entries.collect(), node.span)
        }
    }
}

/// A boolean.
pub(super) fn boolean(
    node: Option<&Node>,
    what: &str,
    report: &mut Report,
) -> Option<Spanned<bool>> {
    let node = node?;
    if let Value::Scalar(scalar) = &node.value
        && let Resolved::Boolean(value) = scalar.resolve()
    {
        return Some(Spanned {
            value,
            span: scalar.span,
        });
    }
    wrong_type(node, "`true` or `false`", what, report);
    None
}

/// An integer, which may be quoted.
pub(super) fn integer(
    node: Option<&Node>,
    what: &str,
    report: &mut Report,
) -> Option<Spanned<i64>> {
    let node = node?;
    if let Value::Scalar(scalar) = &node.value
        && let Ok(value) = scalar.text.parse()
    {
        return Some(Spanned {
            value,
            span: scalar.span,
        });
    }
    wrong_type(node, "a whole number", what, report);
    None
}

/// The items of a list.
pub(super) fn list<'a>(node: Option<&'a Node>, what: &str, report: &mut Report) -> &'a [Node] {
    match node {
        None => &[],
        Some(Node {
            value: Value::Sequence(items),
            ..
        }) => items,
        Some(node) => {
            wrong_type(node, "a list", what, report);
            &[]
        }
    }
}

/// A named thing, in either surface form.
pub(super) struct Named<'a> {
    /// The key, where the form is a map.
    pub(super) key: Option<Text>,
    /// The thing.
    pub(super) node: &'a Node,
}

/// Named things: a list of objects with `name:`, or a map whose keys are the names (LANGUAGE.md §1).
pub(super) fn named<'a>(node: Option<&'a Node>, what: &str, report: &mut Report) -> Vec<Named<'a>> {
    match node.map(|node| (&node.value, node)) {
        None => Vec::new(),
        Some((Value::Sequence(items), _)) => {
            items.iter().map(|node| Named { key: None, node }).collect()
        }
        Some((Value::Mapping(entries), _)) => entries
            .iter()
            .map(|entry| Named {
                key: Some(Text {
                    value: entry.key.text.clone(),
                    span: entry.key.span,
                }),
                node: &entry.value,
            })
            .collect(),
        Some((_, node)) => {
            wrong_type(node, "a list, or a mapping by name", what, report);
            Vec::new()
        }
    }
}

impl Named<'_> {
    /// The name: the map's key, or the `name` field. Without either it is a finding.
    pub(super) fn name(&self, fields: &mut Fields<'_>, report: &mut Report) -> Option<Text> {
        let written = text(fields.take(&["name"], report), "`name`", report);
        match (&self.key, written) {
            (Some(key), Some(name)) if key.value != name.value => {
                report.push(
                    Finding::new(
                        &catalogue::DUPLICATE_NAME,
                        "this item is named twice, differently",
                    )
                    .at(name.span, format!("named `{}` here", name.value))
                    .related(key.span, format!("and `{}` here", key.value))
                    .help("remove `name`; the key is the name"),
                );
                Some(key.clone())
            }
            (Some(key), _) => Some(key.clone()),
            (None, name) => name,
        }
    }

    /// As [`Named::name`], for things that must have one.
    pub(super) fn required_name(
        &self,
        fields: &mut Fields<'_>,
        report: &mut Report,
    ) -> Option<Text> {
        let name = self
            .name(fields, report)
            .filter(|name| !name.value.is_empty());
        if name.is_none() {
            let finding = Finding::new(
                &catalogue::UNNAMED_ITEM,
                format!("{} has no name", fields.what),
            )
            .at(fields.span, "this item needs a `name`")
            .help("add `name:`");
            report.push_missing(finding, fields.span, "name");
        }
        name
    }
}

fn listed(keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}
