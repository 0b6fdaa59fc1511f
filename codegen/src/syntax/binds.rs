//! `binds`: where secrets and settings come from (LANGUAGE.md §2).

use super::fields::{Fields, is_null, text, wrong_type};
use super::tree::{Bind, Text};
use crate::diagnostic::{Finding, Report, catalogue};
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
                let source = text(Some(&entry.value), "a source key", report)?;
                if is_null(&entry.value) || source.value.is_empty() {
                    report_no_source(&variable, report);
                    return None;
                }
                Some((variable, source))
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

fn report_no_source(variable: &Text, report: &mut Report) {
    let name = &variable.value;
    report.push(
        Finding::new(
            &catalogue::MISSING_KEY,
            format!("the variable `{name}` has no source key"),
        )
        .at(variable.span, "nothing says where its value comes from")
        .help(format!("write `{name}: {name}`, or the key it has there")),
    );
}
