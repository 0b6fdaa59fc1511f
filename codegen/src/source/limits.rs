//! What a file may cost. Aliases make a few lines stand for any amount, so what they stand for is counted before it is
//! copied.

use super::{MAXIMUM_BYTES, MAXIMUM_NODES, Node, Span, Value};
use crate::diagnostic::{Finding, catalogue};

/// What has been spent so far.
#[derive(Default)]
pub(super) struct Budget {
    nodes: usize,
    copied_bytes: usize,
}

impl Budget {
    /// The number of values so far.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// Spends values.
    pub(super) fn values(&mut self, nodes: usize, span: Span) -> Result<(), Finding> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAXIMUM_NODES {
            return Ok(());
        }
        Err(too_many(
            format!("the file holds more than {MAXIMUM_NODES} values"),
            span,
        ))
    }

    /// Spends a copy of values that were counted once already.
    pub(super) fn copy(&mut self, nodes: usize, bytes: usize, span: Span) -> Result<(), Finding> {
        self.values(nodes, span)?;
        self.copied_bytes = self.copied_bytes.saturating_add(bytes);
        if self.copied_bytes <= MAXIMUM_BYTES {
            return Ok(());
        }
        Err(too_many(
            format!("aliases add more than {MAXIMUM_BYTES} bytes of text"),
            span,
        ))
    }
}

fn too_many(message: String, span: Span) -> Finding {
    Finding::new(&catalogue::TOO_MANY_VALUES, message)
        .at(span, "the limit is reached here")
        .help("use fewer aliases, or divide the file")
}

/// The bytes of text in a tree, which aliases multiply as they do nodes.
pub(super) fn text_bytes(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.len(),
        Value::Sequence(items) => items.iter().map(text_bytes).sum(),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| entry.key.text.len() + text_bytes(&entry.value))
            .sum(),
    }
}
