//! `consumes`: the upstream API (LANGUAGE.md §3).

use super::authentication::{Owner, lower_authentication};
use super::fields::{Fields, Named, constant, missing, named, text};
use super::outputs::lower_outputs;
use super::parameter::lower_parameters;
use super::tree::{Body, ConsumedOperation, ConsumedResource, Consumes, Text};
use crate::diagnostic::{Finding, Report, catalogue};
use crate::source::Node;

pub(super) fn lower_consumes(node: &Node, report: &mut Report) -> Option<Consumes> {
    let mut fields = Fields::of(node, "an entry of `consumes`", report)?;
    if fields.import(report) {
        return None;
    }
    if let Some(kind) =
        text(fields.take(&["type"], report), "`type`", report).filter(|kind| kind.value != "http")
    {
        report.push(
            Finding::new(
                &catalogue::NOT_SUPPORTED,
                format!("a consumed API of type `{}` is not supported", kind.value),
            )
            .at(kind.span, "the gateway calls HTTP APIs")
            .help("write `type: http`, which is for `https` too"),
        );
    }
    let namespace = fields.namespace(report);
    let base_uri = text(fields.take(&["baseUri"], report), "`baseUri`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let input_parameters = lower_parameters(fields.take(&["inputParameters"], report), report);
    let authentication = fields
        .take(&["authentication"], report)
        .and_then(|node| lower_authentication(node, Owner::ConsumedApi, report));
    let resources = named(fields.take(&["resources"], report), "`resources`", report)
        .iter()
        .filter_map(|item| lower_resource(item, report))
        .collect();
    let span = fields.span();
    fields.finish(report);
    Some(Consumes {
        namespace,
        base_uri,
        description,
        input_parameters,
        authentication,
        resources,
        span,
    })
}

fn lower_resource(item: &Named<'_>, report: &mut Report) -> Option<ConsumedResource> {
    let mut fields = Fields::of(item.node, "a resource", report)?;
    item.name(&mut fields, report);
    let path = text(fields.take(&["path"], report), "`path`", report);
    let input_parameters = lower_parameters(fields.take(&["inputParameters"], report), report);
    let operations = named(fields.take(&["operations"], report), "`operations`", report)
        .iter()
        .filter_map(|item| lower_operation(item, report))
        .collect();
    fields.documentation(&["description", "label", "display", "title"], report);
    fields.finish(report);
    Some(ConsumedResource {
        path,
        input_parameters,
        operations,
    })
}

fn lower_operation(item: &Named<'_>, report: &mut Report) -> Option<ConsumedOperation> {
    let mut fields = Fields::of(item.node, "an operation", report)?;
    let name = item
        .required_name(&mut fields, report)
        .unwrap_or_else(|| Text {
            value: String::new(),
            span: fields.span(),
        });
    let method_node = fields.take(&["method"], report);
    let method = text(method_node, "`method`", report);
    let path = text(fields.take(&["path"], report), "`path`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let input_parameters = lower_parameters(fields.take(&["inputParameters"], report), report);
    let output_parameters = lower_outputs(fields.take(&["outputParameters"], report), report);
    let output_raw_format = text(
        fields.take(&["outputRawFormat"], report),
        "`outputRawFormat`",
        report,
    );
    fields.documentation(&["label", "display", "title"], report);
    let body = fields
        .take(&["body"], report)
        .and_then(|node| lower_body(node, report));
    fields.unsupported(&["outputSchema"], report);
    let span = fields.span();
    fields.finish(report);
    if method_node.is_none() {
        let what = match name.as_str() {
            "" => "an operation".to_owned(),
            name => format!("operation `{name}`"),
        };
        missing("method", &what, span, report);
    }
    Some(ConsumedOperation {
        name,
        method,
        path,
        description,
        input_parameters,
        body,
        output_raw_format,
        output_parameters,
    })
}

/// `{type, data}`, or a bare text.
fn lower_body(node: &Node, report: &mut Report) -> Option<Body> {
    if node.scalar().is_some() {
        return Some(Body {
            kind: None,
            data: constant(node),
        });
    }
    let mut fields = Fields::of(node, "`body`", report)?;
    let kind = text(fields.take(&["type"], report), "`type`", report);
    let data = fields.take(&["data"], report).map(constant);
    fields.documentation(&["description"], report);
    let span = fields.span();
    fields.finish(report);
    if kind.is_none() {
        missing("type", "`body`", span, report);
    }
    let Some(data) = data else {
        missing("data", "`body`", span, report);
        return None;
    };
    Some(Body {
        kind: Some(kind?),
        data,
    })
}
