//! `call: namespace.operation` (LANGUAGE.md §5).

use super::Context;
use super::names::{Match, find, fold};
use super::upstream::ResolvedUpstream;
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::syntax::{Exposed, Text};

/// Finds the called operation: the index of the upstream and of the operation. `route` is the method and
/// path of a REST operation, which tells apart operations of one name.
pub(super) fn resolve(
    exposed: &Exposed,
    route: Option<(&str, &str)>,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<(usize, usize)> {
    let Some(call) = &exposed.call else {
        if exposed.unsupported {
            return None;
        }
        context.push(
            Finding::new(&catalogue::MISSING_KEY, "this operation has no `call`")
                .at(
                    exposed.name.as_ref().map_or(exposed.span, |name| name.span),
                    "nothing says what is called",
                )
                .help("add `call: namespace.operation`"),
        );
        return None;
    };
    let Some((upstream_index, name)) = find_upstream(call, upstreams, context) else {
        forgive_nearest(call, upstreams);
        return None;
    };
    let upstream = upstreams.get_mut(upstream_index)?;
    let matching: Vec<usize> = upstream
        .operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.name.value == name)
        .map(|(index, _)| index)
        .collect();
    let index = match matching.as_slice() {
        [only] => *only,
        [] => match find_folded(call, &name, upstream, context) {
            Some(index) => index,
            None => {
                forgive_nearest(call, upstreams);
                return None;
            }
        },
        several => {
            let found = find_by_route(call, several, route, upstream, context);
            if found.is_none() {
                // One of them is meant, so none is to be called unused.
                several.iter().for_each(|index| mark_used(upstream, *index));
            }
            found?
        }
    };
    mark_used(upstream, index);
    Some((upstream_index, index))
}

fn mark_used(upstream: &mut ResolvedUpstream, index: usize) {
    if let Some(operation) = upstream.operations.get_mut(index) {
        operation.used = true;
    }
}

/// The operation that was most likely meant is not to be called unused as well.
fn forgive_nearest(call: &Text, upstreams: &mut [ResolvedUpstream]) {
    let full_name = |namespace: &str, name: &str| format!("{namespace}.{name}");
    let every: Vec<String> = upstreams
        .iter()
        .flat_map(|upstream| {
            upstream
                .operations
                .iter()
                .map(|it| full_name(&upstream.model.namespace, it.name.as_str()))
        })
        .collect();
    let Some(meant) = nearest(&call.value, every.iter().map(String::as_str)) else {
        return;
    };
    for upstream in upstreams {
        let namespace = &upstream.model.namespace;
        for operation in &mut upstream.operations {
            operation.used |= full_name(namespace, operation.name.as_str()) == meant;
        }
    }
}

fn find_upstream(
    call: &Text,
    upstreams: &[ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<(usize, String)> {
    // A namespace may hold dots, so the longest one that fits is meant.
    let mut found: Option<(usize, &str)> = None;
    for (index, upstream) in upstreams.iter().enumerate() {
        let namespace = &upstream.model.namespace;
        let name = call
            .value
            .strip_prefix(namespace.as_str())
            .and_then(|rest| rest.strip_prefix('.'));
        if let Some(name) =
            name.filter(|name| found.is_none_or(|(_, known)| name.len() < known.len()))
        {
            found = Some((index, name));
        }
    }
    if let Some((index, name)) = found {
        return Some((index, name.to_owned()));
    }
    let every = upstreams.iter().flat_map(|upstream| {
        upstream
            .operations
            .iter()
            .map(|operation| format!("{}.{}", upstream.model.namespace, operation.name.value))
    });
    report_unknown(call, &every.collect::<Vec<_>>(), context);
    None
}

fn find_folded(
    call: &Text,
    name: &str,
    upstream: &ResolvedUpstream,
    context: &mut Context<'_>,
) -> Option<usize> {
    match find(
        name,
        upstream
            .operations
            .iter()
            .map(|operation| operation.name.as_str()),
    ) {
        Match::One(index) => Some(index),
        Match::None | Match::Several(_) => {
            let namespace = &upstream.model.namespace;
            let every = upstream
                .operations
                .iter()
                .map(|operation| format!("{namespace}.{}", operation.name.value));
            report_unknown(call, &every.collect::<Vec<_>>(), context);
            None
        }
    }
}

fn report_unknown(call: &Text, candidates: &[String], context: &mut Context<'_>) {
    let finding = Finding::new(
        &catalogue::UNKNOWN_CALL,
        format!("there is no operation `{}`", call.value),
    )
    .at(call.span, "calls nothing");
    context.push(
        match nearest(&call.value, candidates.iter().map(String::as_str)) {
            Some(known) => finding.help(format!("did you mean `{known}`?")),
            None => {
                finding.help("a call is written `namespace.operation`, both as under `consumes`")
            }
        },
    );
}

/// Several operations have the name: the one whose method and path equal the route's is meant.
fn find_by_route(
    call: &Text,
    several: &[usize],
    route: Option<(&str, &str)>,
    upstream: &ResolvedUpstream,
    context: &mut Context<'_>,
) -> Option<usize> {
    let candidates = || {
        several
            .iter()
            .filter_map(|index| Some((*index, upstream.operations.get(*index)?)))
    };
    let fits: Vec<usize> = candidates()
        .filter(|(_, operation)| {
            route.is_some_and(|(method, path)| {
                operation.model.method == method && shape(&operation.model.template) == shape(path)
            })
        })
        .map(|(index, _)| index)
        .collect();
    let (code, message) = match fits.as_slice() {
        [_] => (
            &catalogue::RESOLVED_CALL,
            format!("`{}` names {} operations", call.value, several.len()),
        ),
        _ => (
            &catalogue::AMBIGUOUS_CALL,
            format!("`{}` could be {} operations", call.value, several.len()),
        ),
    };
    let mut finding = Finding::new(code, message).at(
        call.span,
        if fits.len() == 1 {
            "the one with this route's method and path is taken"
        } else {
            "which one is meant?"
        },
    );
    for (_, operation) in candidates() {
        let label = format!("{} {}", operation.model.method, operation.model.template);
        finding = finding.related(operation.name.span, label);
    }
    context.push(finding.help("give the operations different names"));
    match fits.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// A path for comparison: without a leading `/v1`, its segments folded, its variables alike.
fn shape(path: &str) -> Vec<String> {
    let mut segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let is_version = |segment: &&str| {
        segment.strip_prefix('v').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if segments.first().is_some_and(is_version) {
        segments.remove(0);
    }
    segments
        .iter()
        .map(|segment| {
            if segment.contains('{') {
                "{}".to_owned()
            } else {
                fold(segment)
            }
        })
        .collect()
}
