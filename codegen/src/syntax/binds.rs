//! `binds`: where secrets and settings come from (LANGUAGE.md §2).

use super::fields::{Fields, list, text, wrong_type};
use super::tree::{Bind, Text};
use crate::diagnostic::Report;
use crate::source::{Node, Value};

pub(super) fn lower_binds(node: Option<&Node>, report: &mut Report) -> Vec<Bind> {
    list(node, "`binds`", report)
        .iter()
        .filter_map(|node| lower_bind(node, report))
        .collect()
}

fn lower_bind(node: &Node, report: &mut Report) -> Option<Bind> {
    let mut fields = Fields::of(node, "a bind", report)?;
    let namespace = text(fields.take(&["namespace"], report), "`namespace`", report);
    let location = text(fields.take(&["location"], report), "`location`", report);
    let keys = match fields.take(&["keys"], report) {
        None => Vec::new(),
        Some(Node {
            value: Value::Mapping(entries),
            ..
        }) => entries
            .iter()
            .filter_map(|entry| {
                let variable = Text {
                    value: entry.key.text.clone(),
                    span: entry.key.span,
                };
                Some((variable, text(Some(&entry.value), "a source key", report)?))
            })
            .collect(),
        Some(node) => {
            wrong_type(
                node,
                "a mapping of variables to source keys",
                "`keys`",
                report,
            );
            Vec::new()
        }
    };
    fields.documentation(&["description"], report);
    fields.unsupported(&["import", "from", "as"], report);
    fields.finish(report);
    Some(Bind {
        namespace,
        location,
        keys,
    })
}
