//! `call: namespace.operation` (LANGUAGE.md §5).

use super::Context;
use super::names::fold;
use super::upstream::ResolvedUpstream;
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::syntax::{Exposed, Text};

/// For this many calls to nothing the operation that is meant is looked for, which takes a look at all of them. Of a
/// file with more mistakes than that, nothing is said of operations that are never called.
const MOST_SUGGESTED: usize = 250;

/// How many operations of one name are shown.
const MOST_CANDIDATES: usize = 16;

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
    let Some((upstream_index, name)) = find_upstream(call, upstreams) else {
        report_unknown(call, None, upstreams, context);
        return None;
    };
    let upstream = upstreams.get_mut(upstream_index)?;
    let matching = upstream.names.exact(&name).to_vec();
    let index = match matching.as_slice() {
        [only] => *only,
        [] => match upstream.names.folded(&name) {
            [only] => *only,
            _ => {
                report_unknown(call, Some(upstream_index), upstreams, context);
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

fn find_upstream(call: &Text, upstreams: &[ResolvedUpstream]) -> Option<(usize, String)> {
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
    found.map(|(index, name)| (index, name.to_owned()))
}

/// A call to nothing. The operation that was most likely meant, of the upstream where one is named, is suggested;
/// and the one of all upstreams is not to be called unused as well.
fn report_unknown(
    call: &Text,
    upstream: Option<usize>,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) {
    context.unknown_calls += 1;
    let suggested = if context.unknown_calls > MOST_SUGGESTED {
        let operations = upstreams
            .iter_mut()
            .flat_map(|upstream| &mut upstream.operations);
        operations.for_each(|operation| operation.used = true);
        None
    } else {
        suggest(call, upstream, upstreams)
    };
    let finding = Finding::new(
        &catalogue::UNKNOWN_CALL,
        format!("there is no operation `{}`", call.value),
    )
    .at(call.span, "calls nothing");
    context.push(match suggested {
        Some(known) => finding.help(format!("did you mean `{known}`?")),
        None => finding.help("a call is written `namespace.operation`, both as under `consumes`"),
    });
}

/// The operation that was most likely meant. The one of all upstreams counts as used.
fn suggest(
    call: &Text,
    upstream: Option<usize>,
    upstreams: &mut [ResolvedUpstream],
) -> Option<String> {
    let every: Vec<(usize, String)> = upstreams
        .iter()
        .enumerate()
        .flat_map(|(index, upstream)| {
            let namespace = &upstream.model.namespace;
            let operations = upstream.operations.iter();
            operations
                .map(move |operation| (index, format!("{namespace}.{}", operation.name.value)))
        })
        .collect();
    let meant = nearest(&call.value, every.iter().map(|(_, name)| name.as_str()));
    let suggested = match upstream {
        Some(index) if upstreams.len() > 1 => {
            let of_upstream = every.iter().filter(|(of, _)| *of == index);
            nearest(&call.value, of_upstream.map(|(_, name)| name.as_str()))
        }
        _ => meant,
    };
    let operations = upstreams
        .iter_mut()
        .flat_map(|upstream| &mut upstream.operations);
    for (operation, (_, name)) in operations.zip(&every) {
        operation.used |= Some(name.as_str()) == meant;
    }
    suggested.map(str::to_owned)
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
    let wanted = route.map(|(method, path)| (method, shape(path)));
    let fits: Vec<usize> = candidates()
        .filter(|(_, operation)| {
            wanted.as_ref().is_some_and(|(method, path)| {
                operation.model.method == *method && shape(&operation.model.template) == *path
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
    for (_, operation) in candidates().take(MOST_CANDIDATES) {
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
