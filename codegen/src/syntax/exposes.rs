//! `exposes`: the surface (LANGUAGE.md §4).

use super::authentication::{Owner, lower_authentication};
use super::fields::{
    Fields, Named, boolean, constant, integer, missing, named, not_supported, text, wrong_type,
};
use super::outputs::{first_constant, lower_outputs};
use super::parameter::lower_parameters;
use super::tree::Constant;
use super::tree::{
    Exposed, ExposedOperation, ExposedResource, Exposes, Hints, Listener, McpAdapter, RestAdapter,
    Text, Tool,
};
use crate::diagnostic::{Finding, Report, catalogue, nearest};
use crate::source::{Node, Value};

const TYPES: [&str; 4] = ["rest", "mcp", "skill", "control"];

pub(super) fn lower_exposes(node: &Node, report: &mut Report) -> Option<Exposes> {
    let mut fields = Fields::of(node, "an entry of `exposes`", report)?;
    if fields.import(report) {
        return None;
    }
    let kind = text(fields.take(&["type"], report), "`type`", report);
    match kind.as_ref().map(Text::as_str) {
        Some("rest") => return Some(Exposes::Rest(lower_rest(fields, report))),
        Some("mcp") => return Some(Exposes::Mcp(lower_mcp(fields, report))),
        _ => {}
    }
    let Some(kind) = kind else {
        missing("type", "an entry of `exposes`", node.span, report);
        return lower_by_content(fields, report);
    };
    if matches!(kind.as_str(), "skill" | "control") {
        let what = format!("an adapter of type `{}`", kind.value);
        report.push(not_supported(&what, kind.span));
        return None;
    }
    let finding = Finding::new(
        &catalogue::UNKNOWN_ADAPTER,
        format!("`{}` is not a type of adapter", kind.value),
    )
    .at(kind.span, "unknown type");
    report.push(match nearest(kind.as_str(), TYPES) {
        Some(known) => finding.help(format!("did you mean `{known}`?")),
        None => finding.help("the types are `rest` and `mcp`"),
    });
    lower_by_content(fields, report)
}

/// An adapter without a type that is known is checked as what its keys belong to.
fn lower_by_content(fields: Fields<'_>, report: &mut Report) -> Option<Exposes> {
    if fields.key_span("tools").is_some() {
        return Some(Exposes::Mcp(lower_mcp(fields, report)));
    }
    if fields.key_span("resources").is_none() {
        fields.finish_without("type", report);
        return None;
    }
    Some(Exposes::Rest(lower_rest(fields, report)))
}

fn lower_listener(fields: &mut Fields<'_>, report: &mut Report) -> Listener {
    let namespace = fields.namespace(report);
    let port = integer(fields.take(&["port"], report), "`port`", report);
    let address = text(fields.take(&["address"], report), "`address`", report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let authentication = fields
        .take(&["authentication"], report)
        .and_then(|node| lower_authentication(node, Owner::Adapter, report));
    Listener {
        namespace,
        port,
        address,
        description,
        authentication,
        span: fields.span(),
    }
}

fn lower_rest(mut fields: Fields<'_>, report: &mut Report) -> RestAdapter {
    let listener = lower_listener(&mut fields, report);
    let resources = named(fields.take(&["resources"], report), "`resources`", report)
        .iter()
        .filter_map(|item| lower_resource(item, report))
        .collect();
    fields.finish(report);
    RestAdapter {
        listener,
        resources,
    }
}

fn lower_resource(item: &Named<'_>, report: &mut Report) -> Option<ExposedResource> {
    let mut fields = Fields::of(item.node, "a resource", report)?;
    item.name(&mut fields, report);
    let path = text(fields.take(&["path"], report), "`path`", report);
    let input_parameters = lower_parameters(fields.take(&["inputParameters"], report), report);
    let operations = named(fields.take(&["operations"], report), "`operations`", report)
        .iter()
        .filter_map(|item| {
            let mut fields = Fields::of(item.node, "an operation", report)?;
            let method = text(fields.take(&["method"], report), "`method`", report);
            let exposed = lower_exposed(item, &mut fields, report);
            fields.documentation(&["label", "display", "title"], report);
            fields.finish(report);
            Some(ExposedOperation { method, exposed })
        })
        .collect();
    fields.documentation(&["description", "label", "display", "title"], report);
    fields.unsupported(&["forward"], report);
    let span = fields.span();
    fields.finish(report);
    Some(ExposedResource {
        path,
        input_parameters,
        operations,
        span,
    })
}

fn lower_exposed(item: &Named<'_>, fields: &mut Fields<'_>, report: &mut Report) -> Exposed {
    let name = item.name(fields, report);
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let parameters = fields.take(&["inputParameters"], report);
    let input_parameters = lower_parameters(parameters, report);
    let declares_parameters = parameters.is_some_and(|node| node.scalar().is_none());
    let call_node = fields.take(&["call"], report);
    let call = text(call_node, "`call`", report);
    let with_node = fields.take(&["with"], report);
    let with = lower_with(with_node, report);
    let unread = entries(parameters) > input_parameters.len() || entries(with_node) > with.len();
    let output_parameters = lower_outputs(fields.take(&["outputParameters"], report), report);
    let mut unsupported = fields.unsupported(&["steps", "ref", "mappings"], report);
    if call_node.is_none()
        && !unsupported
        && let Some(constant) = first_constant(&output_parameters)
    {
        let mock = format!("{} without a `call`, a mock,", fields.what());
        report.push(not_supported(&mock, constant));
        unsupported = true;
    }
    let is_unread = call_node.is_some() && call.is_none();
    Exposed {
        name,
        description,
        input_parameters,
        declares_parameters,
        call,
        with,
        output_parameters,
        unread,
        unsupported: unsupported || is_unread,
        span: fields.span(),
    }
}

/// How many entries a list or a mapping has; anything else that is written stands for one.
fn entries(node: Option<&Node>) -> usize {
    node.map_or(0, |node| match &node.value {
        Value::Sequence(items) => items.len(),
        Value::Mapping(entries) => entries.len(),
        Value::Scalar(_) => 1,
    })
}

fn lower_with(node: Option<&Node>, report: &mut Report) -> Vec<(Text, Constant)> {
    match node {
        None => Vec::new(),
        Some(Node {
            value: Value::Mapping(entries),
            ..
        }) => entries
            .iter()
            .map(|entry| {
                let name = Text {
                    value: entry.key.text.clone(),
                    span: entry.key.span,
                };
                (name, constant(&entry.value))
            })
            .collect(),
        Some(node) => {
            wrong_type(
                node,
                "a mapping of upstream parameters to values",
                "`with`",
                report,
            );
            Vec::new()
        }
    }
}

fn lower_mcp(mut fields: Fields<'_>, report: &mut Report) -> McpAdapter {
    let listener = lower_listener(&mut fields, report);
    let transport = text(fields.take(&["transport"], report), "`transport`", report);
    let tools = named(fields.take(&["tools"], report), "`tools`", report)
        .iter()
        .filter_map(|item| lower_tool(item, report))
        .collect();
    fields.unsupported(&["resources", "prompts"], report);
    fields.finish(report);
    McpAdapter {
        listener,
        transport,
        tools,
    }
}

fn lower_tool(item: &Named<'_>, report: &mut Report) -> Option<Tool> {
    let mut fields = Fields::of(item.node, "a tool", report)?;
    let exposed = lower_exposed(item, &mut fields, report);
    let title = text(
        fields.take(&["title", "label", "display"], report),
        "`title`",
        report,
    );
    let hints = fields
        .take(&["hints"], report)
        .map(|node| lower_hints(node, report))
        .unwrap_or_default();
    fields.finish(report);
    Some(Tool {
        exposed,
        title,
        hints,
    })
}

fn lower_hints(node: &Node, report: &mut Report) -> Hints {
    let Some(mut fields) = Fields::of(node, "`hints`", report) else {
        return Hints::default();
    };
    let hints = Hints {
        read_only: boolean(fields.take(&["readOnly"], report), "`readOnly`", report),
        destructive: boolean(
            fields.take(&["destructive"], report),
            "`destructive`",
            report,
        ),
        idempotent: boolean(fields.take(&["idempotent"], report), "`idempotent`", report),
        open_world: boolean(fields.take(&["openWorld"], report), "`openWorld`", report),
    };
    fields.finish(report);
    hints
}
