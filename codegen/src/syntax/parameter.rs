//! `inputParameters`.

use super::fields::{Fields, Named, boolean, constant, named, text};
use super::tree::InputParameter;
use crate::diagnostic::Report;
use crate::source::Node;

pub(super) fn lower_parameters(node: Option<&Node>, report: &mut Report) -> Vec<InputParameter> {
    named(node, "`inputParameters`", report)
        .into_iter()
        .filter_map(|item| lower_parameter(&item, report))
        .collect()
}

fn lower_parameter(item: &Named<'_>, report: &mut Report) -> Option<InputParameter> {
    let mut fields = Fields::of(item.node, "an input parameter", report)?;
    let name = item.required_name(&mut fields, report);
    let place = text(fields.take(&["in"], report), "`in`", report);
    let kind = text(fields.take(&["type"], report), "`type`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let required = boolean(fields.take(&["required"], report), "`required`", report);
    let value = fields.take(&["value"], report).map(constant);
    fields.unsupported(
        &[
            "properties",
            "items",
            "enum",
            "default",
            "format",
            "pattern",
        ],
        report,
    );
    let span = fields.span();
    fields.finish(report);
    Some(InputParameter {
        name: name?,
        place,
        kind,
        description,
        required: required.map(|it| it.value),
        value,
        span,
    })
}
