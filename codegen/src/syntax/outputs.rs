//! `outputParameters`: what an answer is to hold, to any depth (LANGUAGE.md §6).

use super::fields::{Fields, Named, constant, integer, is_null, named, text};
use super::tree::{Constant, OutputParameter, Text};
use crate::diagnostic::{Finding, Report, catalogue};
use crate::source::{Node, Span};

pub(super) fn lower_outputs(node: Option<&Node>, report: &mut Report) -> Vec<OutputParameter> {
    named(node, "`outputParameters`", report)
        .iter()
        .filter_map(|item| lower_output(item, report))
        .collect()
}

fn lower_output(item: &Named<'_>, report: &mut Report) -> Option<OutputParameter> {
    // Only its name is said.
    if is_null(item.node) {
        return Some(OutputParameter::empty(item.key.clone(), item.node.span));
    }
    let errors = report.errors();
    let mut fields = Fields::of(item.node, "an output parameter", report)?;
    let name = item.name(&mut fields, report);
    let kind = text(fields.take(&["type"], report), "`type`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let mapping = fields
        .take(&["mapping"], report)
        .and_then(|node| lower_mapping(node, report));
    let value = fields.take(&["value"], report).map(constant);
    let fixed = fields.take(&["const"], report).map(constant);
    let length_span = fields.key_span("maxLength");
    let max_length = integer(fields.take(&["maxLength"], report), "`maxLength`", report);
    fields.unsupported(&["values", "selector"], report);
    // What is wrong with a part of it is that part's own matter.
    let mut unread = report.errors() > errors;
    let properties_span = fields.key_span("properties");
    let properties = fields.take(&["properties"], report).map(|node| {
        unread |= node.scalar().is_some();
        named(Some(node), "`properties`", report)
            .iter()
            .filter_map(|item| lower_output(item, report))
            .collect()
    });
    let items_span = fields.key_span("items");
    let items = fields.take(&["items"], report).and_then(|node| {
        let item = lower_output(&Named { key: None, node }, report);
        unread |= item.is_none();
        item.map(Box::new)
    });
    let span = fields.span();
    fields.finish(report);
    Some(OutputParameter {
        name,
        kind,
        description,
        mapping,
        value,
        fixed,
        max_length: max_length.zip(length_span),
        properties: properties.zip(properties_span),
        items: items.zip(items_span),
        unread,
        span,
    })
}

/// A path. Releases before the known ones had the parts of an object or array here.
fn lower_mapping(node: &Node, report: &mut Report) -> Option<Text> {
    if node.scalar().is_some() {
        return text(Some(node), "`mapping`", report);
    }
    report.push(
        Finding::new(
            &catalogue::WRONG_TYPE,
            format!("`mapping` must be a path, not {}", node.describe()),
        )
        .at(node.span, "expected a JSONPath such as `$.name`")
        .help("write `properties` or `items` beside `mapping`, not in it"),
    );
    None
}

impl OutputParameter {
    fn empty(name: Option<Text>, span: Span) -> Self {
        Self {
            name,
            kind: None,
            description: None,
            mapping: None,
            value: None,
            fixed: None,
            max_length: None,
            properties: None,
            items: None,
            unread: false,
            span,
        }
    }
}

/// Where the first constant stands in outputs, at whatever depth: what is no path.
pub(super) fn first_constant(outputs: &[OutputParameter]) -> Option<Span> {
    outputs.iter().find_map(|output| {
        let own = output.fixed.as_ref().or(output.value.as_ref());
        let own = own.filter(|constant| !constant.is_path());
        let items = output.items.as_ref().map(|(item, _)| item.as_ref());
        own.map(Constant::span)
            .or_else(|| first_constant(output.properties.as_ref().map_or(&[], |it| &it.0)))
            .or_else(|| first_constant(items.map_or(&[], std::slice::from_ref)))
    })
}
