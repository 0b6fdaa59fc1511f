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
    let (call, upstream_index, found) = find(exposed, upstreams, context)?;
    let upstream = upstreams.get(upstream_index)?;
    let index = match found.as_slice() {
        [only] => Some(*only),
        several => find_by_route(call, several, route, upstream, context),
    };
    // One of several is meant, so none is to be called unused where it is not clear which.
    let used = index.map_or(found, |index| vec![index]);
    mark_used(upstreams, upstream_index, &used);
    Some((upstream_index, index?))
}

/// Checks the call of a route that could not be read: that there is an operation of this name.
pub(super) fn check(
    exposed: &Exposed,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) {
    if let Some((_, upstream, found)) = find(exposed, upstreams, context) {
        mark_used(upstreams, upstream, &found);
    }
}

/// The call, the index of the upstream it names, and those of the operations it may mean: at least one.
fn find<'a>(
    exposed: &'a Exposed,
    upstreams: &mut [ResolvedUpstream],
    context: &mut Context<'_>,
) -> Option<(&'a Text, usize, Vec<usize>)> {
    let Some(call) = &exposed.call else {
        // It may have been meant to call anything.
        context.unread.exposes = true;
        if exposed.unsupported {
            return None;
        }
        let finding = Finding::new(&catalogue::MISSING_KEY, "this operation has no `call`")
            .at(
                exposed.name.as_ref().map_or(exposed.span, |name| name.span),
                "nothing says what is called",
            )
            .help("add `call: namespace.operation`");
        context.push_missing(finding, exposed.span, "call");
        return None;
    };
    let Some((upstream_index, name)) = find_upstream(call, upstreams) else {
        report_unknown(call, None, upstreams, context);
        return None;
    };
    let upstream = upstreams.get(upstream_index)?;
    let found = match (upstream.names.exact(name), upstream.names.folded(name)) {
        ([], [only]) => vec![*only],
        ([], _) => {
            report_unknown(call, Some(upstream_index), upstreams, context);
            return None;
        }
        (exact, _) => exact.to_vec(),
    };
    Some((call, upstream_index, found))
}

fn mark_used(upstreams: &mut [ResolvedUpstream], upstream: usize, operations: &[usize]) {
    let Some(upstream) = upstreams.get_mut(upstream) else {
        return;
    };
    for index in operations {
        if let Some(operation) = upstream.operations.get_mut(*index) {
            operation.used = true;
        }
    }
}

/// The upstream that a call names, and the name of the operation. A namespace may hold dots, so the longest one that fits is
/// meant. Where several have it, or one has none, which are findings of their own, the one that has the operation is.
fn find_upstream<'a>(call: &'a Text, upstreams: &[ResolvedUpstream]) -> Option<(usize, &'a str)> {
    let fitting = upstreams
        .iter()
        .enumerate()
        .filter_map(|(index, upstream)| {
            let namespace = upstream.model.namespace.as_str();
            let name = match namespace {
                "" => call.value.split_once('.')?.1,
                _ => call.value.strip_prefix(namespace)?.strip_prefix('.')?,
            };
            let known = !upstream.names.exact(name).is_empty();
            (known || !namespace.is_empty()).then_some((index, name, (namespace.len(), known)))
        });
    // Of equals, the first.
    fitting
        .reduce(|best, other| if other.2 > best.2 { other } else { best })
        .map(|(index, name, _)| (index, name))
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
    // It may be what could not be read.
    if suggested.is_none() && may_be_unread(upstream, upstreams, context) {
        return;
    }
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

/// Whether an operation that is not there may be one that has no name, or one of an API that could not be read.
fn may_be_unread(
    upstream: Option<usize>,
    upstreams: &[ResolvedUpstream],
    context: &Context<'_>,
) -> bool {
    match upstream {
        None => {
            context.unread.consumes
                || upstreams
                    .iter()
                    .any(|upstream| upstream.model.namespace.is_empty())
        }
        Some(index) => upstreams
            .get(index)
            .is_some_and(|upstream| !upstream.names.exact("").is_empty()),
    }
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
            operations.map(move |operation| {
                let name = &operation.name.value;
                let called = if namespace.is_empty() || name.is_empty() {
                    String::new()
                } else {
                    format!("{namespace}.{name}")
                };
                (index, called)
            })
        })
        .collect();
    let meant = nearest(&call.value, every.iter().map(|(_, name)| name.as_str()));
    // The operation without its namespace.
    let unqualified = || {
        let mut named = every.iter().filter(|(_, name)| {
            name.strip_suffix(call.as_str())
                .is_some_and(|it| it.ends_with('.'))
        });
        named.next().map(|(_, name)| name.as_str())
    };
    let meant = meant.or_else(unqualified);
    let suggested = match upstream {
        Some(index) if upstreams.len() > 1 => {
            // A namespace may be used twice, which is a finding of its own.
            let namespace = |index: usize| upstreams.get(index).map(|it| &it.model.namespace);
            let of_upstream = every
                .iter()
                .filter(|(of, _)| namespace(*of) == namespace(index));
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
