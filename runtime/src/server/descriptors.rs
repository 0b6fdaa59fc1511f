//! The file descriptors that the limits need.
//!
//! Where there are fewer, callers could take the descriptors that upstream calls need: every call would fail while
//! every limit is kept.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::limits::Limits;

/// For listeners, the log, name servers and what else a process opens.
const OTHERS: usize = 128;

/// Raises this process's limit on descriptors, as far as it may, to what `limits` need; returns how many connections
/// they are enough for.
pub(super) fn provide(limits: &Limits) -> usize {
    // Each request in flight may hold a connection to an upstream.
    let others = limits.requests.saturating_add(OTHERS);
    let needed = limits.connections.saturating_add(others) as u64;
    let is_enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= needed);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if is_enough(current) {
        return limits.connections;
    }
    let raised = Some(maximum.map_or(needed, |maximum| maximum.min(needed)));
    let available = match setrlimit(
        Resource::Nofile,
        Rlimit {
            current: raised,
            maximum,
        },
    ) {
        Ok(()) => raised,
        Err(_) => current,
    };
    if is_enough(available) {
        return limits.connections;
    }
    let descriptors = available.map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    });
    // Also where the others leave nothing: half of what there is.
    let connections = descriptors
        .saturating_sub(others)
        .max(descriptors / 2)
        .clamp(1, limits.connections);
    tracing::warn!(
        descriptors,
        connections,
        "the limit on open files is too low for --connection-limit and --request-limit: \
         fewer connections are served; raise it (ulimit -n) or lower them"
    );
    connections
}
