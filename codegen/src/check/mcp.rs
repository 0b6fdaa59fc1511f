//! MCP adapters: tools, their names, titles and annotations.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::binding::{self, Surface};
use super::inbound_authentication::Endpoint;
use super::names::{title, tool_name};
use super::upstream::ResolvedUpstream;
use super::{Context, calls, inbound_authentication, listener, outputs};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{self, Annotations, InboundAuthentication, McpTransport};
use crate::source::Span;
use crate::syntax::{Hints, Info, McpAdapter, Spanned, Text, Tool};

pub(super) fn resolve(
    adapter: &McpAdapter,
    info: &Info,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> model::McpAdapter {
    let transport = transport(adapter, context);
    let authentication = match &transport {
        McpTransport::Http { address, port } => {
            let endpoint = Endpoint {
                namespace: &adapter.listener.namespace.value,
                address,
                port,
                path: "/mcp",
            };
            inbound_authentication::resolve(&adapter.listener, &endpoint, context)
        }
        McpTransport::Stdio => {
            inbound_authentication::check_unused(&adapter.listener, context);
            InboundAuthentication::None
        }
    };
    let mut tools: Vec<model::Tool> = Vec::new();
    let mut places: HashMap<String, Span> = HashMap::new();
    for tool in &adapter.tools {
        let name = tool_text(tool, context);
        let served = served_name(&name, context);
        if !name.value.is_empty() {
            match places.entry(served.clone()) {
                Entry::Occupied(first) => {
                    report_duplicate(&served, name.span, *first.get(), context);
                }
                Entry::Vacant(place) => {
                    place.insert(name.span);
                }
            }
        }
        tools.extend(resolve_tool(
            adapter, tool, &name, served, upstreams, context,
        ));
    }
    let instructions = [
        info.description.as_ref(),
        adapter.listener.description.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(|text| text.value.trim());
    let instructions = instructions.collect::<Vec<_>>().join("\n\n");
    model::McpAdapter {
        namespace: adapter.listener.namespace.value.clone(),
        transport,
        authentication,
        title: info.label.as_ref().map_or_else(
            || title(&adapter.listener.namespace.value),
            |label| label.value.clone(),
        ),
        instructions,
        tools,
    }
}

fn transport(adapter: &McpAdapter, context: &mut Context<'_>) -> McpTransport {
    if adapter.is_stdio() {
        listener::check_unused(&adapter.listener, context);
        return McpTransport::Stdio;
    }
    if let Some(transport) = adapter
        .transport
        .as_ref()
        .filter(|transport| transport.value != "http")
    {
        context.push(
            Finding::new(
                &catalogue::INVALID_TRANSPORT,
                format!("`{}` is not a transport", transport.value),
            )
            .at(transport.span, "unknown transport")
            .help("write `transport: http` or `transport: stdio`"),
        );
    }
    let (address, port) = listener::resolve(&adapter.listener, "MCP", context);
    McpTransport::Http { address, port }
}

/// The name of a tool. Where it has none, that is a finding, and the text is empty: the rest can be checked without it.
fn tool_text(tool: &Tool, context: &mut Context<'_>) -> Text {
    let exposed = &tool.exposed;
    let written = exposed.name.as_ref().filter(|name| !name.value.is_empty());
    written.cloned().unwrap_or_else(|| {
        let finding = Finding::new(&catalogue::UNNAMED_ITEM, "a tool has no name")
            .at(exposed.span, "clients call a tool by its name")
            .help("add `name:`");
        context.push_missing(finding, exposed.span, "name");
        Text {
            value: String::new(),
            span: exposed.span,
        }
    })
}

fn resolve_tool(
    adapter: &McpAdapter,
    tool: &Tool,
    name: &Text,
    served: String,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<model::Tool> {
    let exposed = &tool.exposed;
    let (upstream, index) = calls::resolve(exposed, None, upstreams, context)?;
    let called = upstreams.get(upstream)?.operations.get(index)?;
    let namespace = &adapter.listener.namespace.value;
    let surface = Surface {
        route: None,
        exposed,
        declared: exposed.input_parameters.iter().collect(),
        prefixes: vec![
            "tools.".to_owned(),
            format!("{namespace}."),
            format!("$this.{namespace}."),
        ],
        path_parameters: Vec::new(),
        span: exposed.call.as_ref().map_or(name.span, |call| call.span),
    };
    let bound = binding::bind(&surface, called, context);
    let method = called.model.method.clone();
    let function = called.model.function.clone();
    let description = exposed.description.as_ref().map_or_else(
        || called.model.description.clone(),
        |text| text.value.clone(),
    );
    let annotations = annotations(&tool.hints, &method, context);
    let line = context.line(name.span);
    let shape = outputs::resolve(exposed, &name.value, &called.model, line, context);
    let call = context.intern(model::Call {
        function,
        upstream,
        operation: index,
        arguments: bound.arguments,
    });
    Some(model::Tool {
        title: tool
            .title
            .as_ref()
            .map_or_else(|| title(&name.value), |title| title.value.clone()),
        name: served,
        description,
        annotations,
        inputs: bound.inputs,
        call,
        shape,
        idempotent: idempotent(&tool.hints, &method),
        line,
    })
}

fn served_name(name: &Text, context: &mut Context<'_>) -> String {
    let served = tool_name(&name.value);
    if served != name.value {
        context.push(
            Finding::new(
                &catalogue::TOOL_NAME_CHANGED,
                format!("this tool is served as `{served}`"),
            )
            .at(
                name.span,
                "clients accept 1 to 64 letters, digits, `_` and `-`",
            )
            .help(format!("name it `{served}`, or choose a shorter name")),
        );
    }
    served
}

fn report_duplicate(served: &str, span: Span, first: Span, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::DUPLICATE_TOOL,
            format!("two tools are served as `{served}`"),
        )
        .at(span, "this one could never be called")
        .related(first, "the other is here")
        .help("rename one of them"),
    );
}

/// What the file says, and for the rest what the method implies (LANGUAGE.md §4).
fn annotations(hints: &Hints, method: &str, context: &mut Context<'_>) -> Annotations {
    let safe = is_safe(method);
    let value =
        |hint: Option<Spanned<bool>>, implied: bool| hint.map_or(implied, |hint| hint.value);
    let read_only = value(hints.read_only, safe);
    let mut contradict = |hint: Option<Spanned<bool>>, what: String| {
        if let Some(hint) = hint.filter(|hint| hint.value) {
            context.push(
                Finding::new(&catalogue::HINT_CONTRADICTION, what)
                    .at(hint.span, "clients rely on this when they ask for consent")
                    .help("correct the hint, or the operation that is called"),
            );
        }
    };
    if method == "DELETE" {
        contradict(hints.read_only, format!("a read-only {method}"));
    } else if safe {
        contradict(hints.destructive, format!("a destructive {method}"));
    } else if read_only {
        contradict(
            hints.destructive,
            "a tool that is read-only and destructive".to_owned(),
        );
    }
    Annotations {
        read_only,
        destructive: value(hints.destructive, !read_only),
        idempotent: value(hints.idempotent, is_idempotent(method)),
        open_world: value(hints.open_world, true),
    }
}

/// Whether a call may be made twice, where the hints say otherwise than the method: what is idempotent, and what
/// changes nothing.
fn idempotent(hints: &Hints, method: &str) -> Option<bool> {
    let said = hints
        .idempotent
        .or(hints.read_only.filter(|hint| hint.value));
    let said = said.map(|hint| hint.value);
    said.filter(|said| *said != is_idempotent(method))
}

/// RFC 9110 §9.2.1.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// RFC 9110 §9.2.2.
fn is_idempotent(method: &str) -> bool {
    is_safe(method) || matches!(method, "PUT" | "DELETE")
}
