//! `binds`: where secrets and settings come from (LANGUAGE.md §2).

use super::fields::{Fields, text, wrong_type};
use super::tree::{Bind, Text};
use crate::diagnostic::Report;
use crate::source::{Node, Value};

pub(super) fn lower_bind(node: &Node, report: &mut Report) -> Option<Bind> {
    let mut fields = Fields::of(node, "a bind", report)?;
    if fields.import(report) {
        return None;
    }
    let namespace = text(fields.take(&["namespace"], report), "`namespace`", report);
    let location = text(fields.take(&["location"], report), "`location`", report);
    let errors = report.errors();
    let keys = lower_keys(fields.take(&["keys"], report), report);
    let unread = report.errors() > errors;
    fields.documentation(&["description"], report);
    fields.finish(report);
    Some(Bind {
        namespace,
        location,
        keys,
        unread,
    })
}

fn lower_keys(node: Option<&Node>, report: &mut Report) -> Vec<(Text, Text)> {
    match node {
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
    }
}
