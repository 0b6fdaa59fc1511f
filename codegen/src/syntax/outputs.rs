//! `outputParameters`: what an answer is to hold, to any depth (LANGUAGE.md §6).

use super::fields::{Fields, Named, constant, integer, is_null, named, text};
use super::tree::{Constant, OutputParameter, Text};
use crate::diagnostic::Report;
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
    let mut fields = Fields::of(item.node, "an output parameter", report)?;
    let name = item.name(&mut fields, report);
    let kind = text(fields.take(&["type"], report), "`type`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let mapping = text(fields.take(&["mapping"], report), "`mapping`", report);
    let value = fields.take(&["value"], report).map(constant);
    let fixed = fields.take(&["const"], report).map(constant);
    let length_span = fields.key_span("maxLength");
    let max_length = integer(fields.take(&["maxLength"], report), "`maxLength`", report);
    let properties_span = fields.key_span("properties");
    let properties = fields.take(&["properties"], report).map(|node| {
        named(Some(node), "`properties`", report)
            .iter()
            .filter_map(|item| lower_output(item, report))
            .collect()
    });
    let items_span = fields.key_span("items");
    let items = fields.take(&["items"], report).and_then(|node| {
        let item = Named { key: None, node };
        lower_output(&item, report).map(Box::new)
    });
    fields.unsupported(&["values", "selector"], report);
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
        span,
    })
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
