//! REST adapters: routes, and that no two are the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::binding::{self, Surface};
use super::names::operation_id;
use super::operation::method;
use super::operation_parameters::merge;
use super::path::{self, Part};
use super::upstream::ResolvedUpstream;
use super::{Context, calls, document, inbound_authentication, listener};
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
    let authentication = inbound_authentication::resolve(&adapter.listener, context);
    let mut routes: Vec<Route> = Vec::new();
    // The first route of each method and path, by its index.
    let mut first: HashMap<(String, Vec<RouteSegment>), (usize, Span)> = HashMap::new();
    for resource in &adapter.resources {
        let Some(path) = &resource.path else {
            context.push(
                Finding::new(&catalogue::MISSING_KEY, "this resource has no `path`")
                    .at(resource.span, "its routes have no path")
                    .help("add `path: /…`"),
            );
            continue;
        };
        let Some(parts) = path::parse(path, context.report) else {
            continue;
        };
        for operation in &resource.operations {
            let route = resolve_route(
                adapter, resource, path, &parts, operation, upstreams, context,
            );
            let Some((route, span)) = route else { continue };
            match first.entry((route.method.clone(), route.segments.clone())) {
                Entry::Occupied(known) => {
                    let (index, first_span) = *known.get();
                    if let Some(first) = routes.get(index) {
                        report_duplicate(&route, span, (first, first_span), context);
                    }
                }
                Entry::Vacant(place) => {
                    place.insert((routes.len(), span));
                }
            }
            routes.push(route);
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

fn resolve_route(
    adapter: &RestAdapter,
    resource: &ExposedResource,
    path: &Text,
    parts: &[Part],
    operation: &ExposedOperation,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<(Route, Span)> {
    let exposed = &operation.exposed;
    let span = operation
        .method
        .as_ref()
        .map_or(exposed.span, |method| method.span);
    let method = method(operation.method.as_ref(), exposed.span, context);
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
    let call = context.intern(model::Call {
        function,
        upstream,
        operation: index,
        arguments: bound.arguments,
    });
    let method = method?;
    let route = Route {
        method,
        path: path.value.clone(),
        operation_id: context.operation_ids.take(operation_id(&name)),
        operation: name,
        description: exposed.description.as_ref().map_or_else(
            || called.model.description.clone(),
            |text| text.value.clone(),
        ),
        segments: segments(parts),
        variables,
        inputs: bound.inputs,
        call,
        line: context.line(exposed.name.as_ref().map_or(span, |name| name.span)),
    };
    Some((route, span))
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
    route: &Route,
    span: Span,
    (first, first_span): (&Route, Span),
    context: &mut Context<'_>,
) {
    context.push(
        Finding::new(
            &catalogue::DUPLICATE_ROUTE,
            format!("{} {} is exposed twice", route.method, route.path),
        )
        .at(span, "this one could never be served")
        .related(
            first_span,
            format!("{} {} is here", first.method, first.path),
        )
        .help("change the method or the path of one, or remove it"),
    );
}
