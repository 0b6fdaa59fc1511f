//! REST adapters: routes, and that no two are the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::binding::{self, Surface};
use super::inbound_authentication::Endpoint;
use super::names::operation_id;
use super::operation::method;
use super::operation_parameters::merge;
use super::path::{self, Part};
use super::upstream::ResolvedUpstream;
use super::{Context, calls, document, inbound_authentication, listener, outputs};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{self, ParameterPlace, Route, RoutePiece, RouteSegment};
use crate::source::Span;
use crate::syntax::{ExposedOperation, ExposedResource, RestAdapter, Text};

pub(super) fn resolve(
    adapter: &RestAdapter,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> model::RestAdapter {
    let (address, port) = listener::resolve(&adapter.listener, "REST", context);
    let endpoint = Endpoint {
        namespace: &adapter.listener.namespace.value,
        address: &address,
        port: &port,
        path: "",
    };
    let authentication = inbound_authentication::resolve(&adapter.listener, &endpoint, context);
    let mut routes: Vec<Route> = Vec::new();
    let mut first: HashMap<(String, Vec<RouteSegment>), RoutePlace<'_>> = HashMap::new();
    for resource in &adapter.resources {
        let Some(path) = &resource.path else {
            let finding = Finding::new(&catalogue::MISSING_KEY, "this resource has no `path`")
                .at(resource.span, "its routes have no path")
                .help("add `path: /…`");
            context.push_missing(finding, resource.span, "path");
            check_calls(resource, upstreams, context);
            continue;
        };
        let Some(parts) = path::parse(path, context.report) else {
            check_calls(resource, upstreams, context);
            continue;
        };
        check_literals(path, &parts, context);
        let segments = segments(&parts);
        for operation in &resource.operations {
            let exposed_method = operation.method.as_ref();
            let span = exposed_method.map_or(operation.exposed.span, |method| method.span);
            let method = method(exposed_method, operation.exposed.span, context);
            if let Some(method) = &method {
                match first.entry((method.clone(), segments.clone())) {
                    Entry::Occupied(known) => {
                        report_duplicate(method, &RoutePlace { path, span }, known.get(), context);
                    }
                    Entry::Vacant(place) => {
                        place.insert(RoutePlace { path, span });
                    }
                }
            }
            let target = RouteTarget {
                path,
                parts: &parts,
                segments: &segments,
                method,
            };
            routes.extend(resolve_route(
                adapter, resource, target, operation, upstreams, context,
            ));
        }
    }
    inbound_authentication::check_routes(&adapter.listener, &authentication, &routes, context);
    model::RestAdapter {
        namespace: adapter.listener.namespace.value.clone(),
        address,
        port,
        authentication,
        description: adapter
            .listener
            .description
            .as_ref()
            .map_or_else(String::new, |text| text.value.clone()),
        serves_document: document::is_served(&routes),
        routes,
    }
}

/// A `?` or `#` is a literal character of a route, and hardly ever meant as one.
fn check_literals(path: &Text, parts: &[Part], context: &mut Context<'_>) {
    let found = parts.iter().find_map(|part| match part {
        Part::Literal(text) => text.chars().find(|character| "?#".contains(*character)),
        Part::Variable(_) => None,
    });
    if let Some(character) = found {
        let written = if character == '?' { "%3F" } else { "%23" };
        context.push(
            Finding::new(
                &catalogue::QUERY_IN_ROUTE,
                format!("`{character}` is a literal character of this route"),
            )
            .at(path.span, format!("callers have to write `{written}`"))
            .help(format!("leave out `{character}` and what follows it")),
        );
    }
}

/// What can be said of routes whose path could not be read.
fn check_calls(
    resource: &ExposedResource,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) {
    for operation in &resource.operations {
        let exposed = &operation.exposed;
        method(operation.method.as_ref(), exposed.span, context);
        calls::check(exposed, upstreams, context);
    }
}

/// Where a route is written.
struct RoutePlace<'a> {
    path: &'a Text,
    span: Span,
}

/// What a route answers to.
struct RouteTarget<'a> {
    path: &'a Text,
    parts: &'a [Part],
    segments: &'a [RouteSegment],
    method: Option<String>,
}

fn resolve_route(
    adapter: &RestAdapter,
    resource: &ExposedResource,
    target: RouteTarget<'_>,
    operation: &ExposedOperation,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<Route> {
    let RouteTarget {
        path,
        parts,
        segments,
        method,
    } = target;
    let exposed = &operation.exposed;
    let span = operation
        .method
        .as_ref()
        .map_or(exposed.span, |method| method.span);
    let route = method.as_deref().map(|method| (method, path.as_str()));
    let (upstream, index) = calls::resolve(exposed, route, upstreams, context)?;
    let called = upstreams.get(upstream)?.operations.get(index)?;
    let namespace = &adapter.listener.namespace.value;
    let variables: Vec<String> = path::variables(parts).map(str::to_owned).collect();
    let call_span = exposed.call.as_ref().map_or(span, |call| call.span);
    let surface = Surface {
        route: Some(&variables),
        exposed,
        declared: merge(&[&resource.input_parameters, &exposed.input_parameters]),
        prefixes: vec![
            "rest.".to_owned(),
            format!("{namespace}."),
            format!("$this.{namespace}."),
        ],
        path_parameters: path_parameters(called),
        span: call_span,
    };
    let bound = binding::bind(&surface, called, context);
    let function = called.model.function.clone();
    let name = exposed
        .name
        .as_ref()
        .map_or_else(|| called.model.name.clone(), |name| name.value.clone());
    let line = context.line(exposed.name.as_ref().map_or(span, |name| name.span));
    let shape = outputs::resolve(exposed, &name, &called.model, line, context);
    let call = context.intern(model::Call {
        function,
        upstream,
        operation: index,
        arguments: bound.arguments,
    });
    Some(Route {
        method: method?,
        path: path.value.clone(),
        operation_id: context.operation_ids.take(operation_id(&name)),
        operation: name,
        description: exposed.description.as_ref().map_or_else(
            || called.model.description.clone(),
            |text| text.value.clone(),
        ),
        segments: segments.to_vec(),
        variables,
        inputs: bound.inputs,
        call,
        shape,
        line,
    })
}

/// The names of an operation's path parameters: those that route variables are for.
fn path_parameters(operation: &super::operation::ResolvedOperation) -> Vec<String> {
    let parameters = operation.model.parameters.iter();
    parameters
        .filter(|parameter| parameter.place == ParameterPlace::Path)
        .map(|parameter| parameter.name.clone())
        .collect()
}

/// Splits a path at its slashes. A variable never holds one, so literal text is where they are.
fn segments(parts: &[Part]) -> Vec<RouteSegment> {
    let mut segments: Vec<Vec<RoutePiece>> = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Variable(_) => push_piece(&mut segments, RoutePiece::Variable),
            Part::Literal(text) => {
                for (position, text) in text.split('/').enumerate() {
                    if position > 0 {
                        segments.push(Vec::new());
                    }
                    if !text.is_empty() {
                        push_piece(&mut segments, RoutePiece::Literal(text.to_owned()));
                    }
                }
            }
        }
    }
    let leading_slash = matches!(parts.first(), Some(Part::Literal(text)) if text.starts_with('/'));
    let segments = segments.into_iter().skip(usize::from(leading_slash));
    segments
        .map(|mut pieces| match (pieces.len(), pieces.pop()) {
            (_, None) => RouteSegment::Literal(String::new()),
            (1, Some(RoutePiece::Literal(text))) => RouteSegment::Literal(text),
            (1, Some(RoutePiece::Variable)) => RouteSegment::Variable,
            (_, Some(last)) => {
                pieces.push(last);
                RouteSegment::Partial(pieces)
            }
        })
        .collect()
}

fn push_piece(segments: &mut [Vec<RoutePiece>], piece: RoutePiece) {
    if let Some(last) = segments.last_mut() {
        last.push(piece);
    }
}

/// Variables count as equal whatever they are called, and so do routes that differ only in them.
fn report_duplicate(
    method: &str,
    route: &RoutePlace<'_>,
    first: &RoutePlace<'_>,
    context: &mut Context<'_>,
) {
    context.push(
        Finding::new(
            &catalogue::DUPLICATE_ROUTE,
            format!("{method} {} is exposed twice", route.path.value),
        )
        .at(route.span, "this one could never be served")
        .related(first.span, format!("{method} {} is here", first.path.value))
        .help("change the method or the path of one, or remove it"),
    );
}
