//! Lists and mappings under construction.

use std::collections::BTreeMap;

use super::{Entry, Node, Scalar, Span, Value};
use crate::diagnostic::{Finding, Report, catalogue};

/// A list or mapping that is not complete yet.
pub(super) struct Frame {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) anchor: usize,
    pub(super) height: usize,
    pub(super) nodes_before: usize,
    pub(super) collection: Collection,
}

pub(super) enum Collection {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        keys: BTreeMap<String, Span>,
        pending: Pending,
    },
}

/// What the next value in a mapping is.
pub(super) enum Pending {
    Key,
    Value(Scalar),
    /// The value of a key that was refused.
    Ignored,
}

/// A value that is complete.
pub(super) struct Complete {
    pub(super) node: Node,
    /// Where it ends in the text at this place; not the node's own end if it came by an alias.
    pub(super) end: usize,
    pub(super) height: usize,
}

impl Frame {
    /// Whether the next value is a key.
    pub(super) fn at_key(&self) -> bool {
        matches!(
            self.collection,
            Collection::Mapping {
                pending: Pending::Key,
                ..
            }
        )
    }

    /// Puts a value where it belongs.
    pub(super) fn push(&mut self, complete: Complete, report: &mut Report) {
        self.end = self.end.max(complete.end);
        self.height = self.height.max(complete.height);
        match &mut self.collection {
            Collection::Sequence(items) => items.push(complete.node),
            Collection::Mapping {
                entries,
                keys,
                pending,
            } => {
                *pending = match std::mem::replace(pending, Pending::Key) {
                    Pending::Key => key(complete.node, keys, report),
                    Pending::Ignored => Pending::Key,
                    Pending::Value(key) => {
                        entries.push(Entry {
                            key,
                            value: complete.node,
                        });
                        Pending::Key
                    }
                };
            }
        }
    }
}

/// Takes a key in, if it can be one.
fn key(node: Node, keys: &mut BTreeMap<String, Span>, report: &mut Report) -> Pending {
    let Value::Scalar(key) = node.value else {
        report.push(
            Finding::new(&catalogue::COMPLEX_KEY, "a key must be text")
                .at(node.span, "a list or mapping used as a key")
                .help("put text that begins with `{` or `[` in quotes"),
        );
        return Pending::Ignored;
    };
    if key.plain && key.text == "<<" {
        report.push(
            Finding::new(&catalogue::MERGE_KEY, "merge keys (`<<`) are not supported")
                .at(key.span, "not a key of YAML 1.2")
                .help("write the merged keys out"),
        );
        return Pending::Ignored;
    }
    if let Some(first) = keys.get(&key.text) {
        report.push(
            Finding::new(
                &catalogue::DUPLICATE_KEY,
                format!("the key `{}` is given twice", key.text),
            )
            .at(key.span, "given again here")
            .related(*first, "first given here")
            .help("remove one of the two"),
        );
        return Pending::Ignored;
    }
    keys.insert(key.text.clone(), key.span);
    Pending::Value(key)
}
