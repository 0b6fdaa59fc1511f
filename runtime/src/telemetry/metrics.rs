//! The metrics of a gateway. Their names are a promise to dashboards; docs/operations.md lists them.

use super::exposition::{Kind, Page};
use super::outcome::Outcome;
use super::traffic::{BOUNDS, Traffic};
use super::{Readiness, process, trace};
use crate::capability::Capability;
use crate::server::{FrontStatistics, STATISTICS};
use crate::upstream::{BreakerState, Upstream, UpstreamStatistics};

/// The page as it is now.
pub(super) fn page(
    capability: &Capability,
    adapters: &[&Traffic],
    upstreams: &[Upstream],
    readiness: &Readiness,
) -> String {
    let mut page = Page::default();
    page.family(
        "gateway_build_info",
        Kind::Gauge,
        "What is running; the value is always 1.",
    );
    page.sample(
        "gateway_build_info",
        &[
            ("capability", capability.label),
            ("version", capability.version),
            ("gatewright", env!("CARGO_PKG_VERSION")),
        ],
        1,
    );
    page.single(
        "gateway_ready",
        Kind::Gauge,
        "1 while requests are taken, 0 from the first signal to stop.",
        u8::from(readiness.get()),
    );
    page.family(
        "gateway_requests_in_flight",
        Kind::Gauge,
        "Requests from their head to the last byte of their answer.",
    );
    for adapter in adapters {
        let labels = [("adapter", adapter.name())];
        page.sample("gateway_requests_in_flight", &labels, adapter.in_flight());
    }
    traffic(
        &mut page,
        adapters,
        "adapter",
        (
            "gateway_requests_total",
            "Requests by the status of their answer; 499 where the caller left before it.",
        ),
        (
            "gateway_request_duration_seconds",
            "From the head of a request to the head of its answer.",
        ),
    );
    front(&mut page, &STATISTICS);
    let calls: Vec<&Traffic> = upstreams.iter().map(Upstream::traffic).collect();
    traffic(
        &mut page,
        &calls,
        "upstream",
        (
            "gateway_upstream_requests_total",
            "Calls of an upstream, repetitions included, by the status of the answer or what came instead of one.",
        ),
        (
            "gateway_upstream_request_duration_seconds",
            "From the start of a call to the head of its answer, repetitions included.",
        ),
    );
    back(&mut page, upstreams);
    trace::write(&mut page);
    process::write(&mut page);
    page.into_text()
}

/// Requests and their durations, by operation.
fn traffic(
    page: &mut Page,
    parties: &[&Traffic],
    party: &str,
    (total, total_help): (&str, &str),
    (duration, duration_help): (&str, &str),
) {
    let all: Vec<_> = parties
        .iter()
        .map(|traffic| (traffic.name(), traffic.operations()))
        .collect();
    page.family(total, Kind::Counter, total_help);
    for (name, operations) in &all {
        for (operation, series) in operations {
            for (index, count) in series.outcomes() {
                let status = Outcome::label(index);
                let labels = [
                    (party, *name),
                    ("operation", *operation),
                    ("status", &*status),
                ];
                page.sample(total, &labels, count);
            }
        }
    }
    page.family(duration, Kind::Histogram, duration_help);
    let (bucket, sum, count) = (
        format!("{duration}_bucket"),
        format!("{duration}_sum"),
        format!("{duration}_count"),
    );
    for (name, operations) in &all {
        for (operation, series) in operations {
            let cumulative = series.cumulative();
            let bounds = BOUNDS.iter().map(|bound| (*bound as f64 / 1e6).to_string());
            for (bound, below) in bounds.chain(["+Inf".to_owned()]).zip(&cumulative) {
                let labels = [(party, *name), ("operation", *operation), ("le", &bound)];
                page.sample(&bucket, &labels, below);
            }
            let labels = [(party, *name), ("operation", *operation)];
            page.sample(&sum, &labels, series.seconds());
            page.sample(&count, &labels, cumulative.last().unwrap_or(&0));
        }
    }
}

/// What the front door counts.
fn front(page: &mut Page, statistics: &FrontStatistics) {
    page.single(
        "gateway_connections",
        Kind::Gauge,
        "Open connections, those of the admin listener included.",
        statistics.connections.get(),
    );
    for (name, help, count) in [
        (
            "gateway_connections_refused_total",
            "Connections closed unserved at the limit on connections.",
            &statistics.connections_refused,
        ),
        (
            "gateway_requests_shed_total",
            "Requests answered 503 at the limit on requests in flight.",
            &statistics.requests_shed,
        ),
        (
            "gateway_requests_unauthorized_total",
            "Requests answered 401: they did not prove who was calling.",
            &statistics.unauthorized,
        ),
        (
            "gateway_requests_forbidden_total",
            "Requests answered 403: their access token has not the scopes that are asked for.",
            &statistics.forbidden,
        ),
        (
            "gateway_key_fetches_total",
            "Fetches of the keys that access tokens are verified with.",
            &statistics.key_fetches,
        ),
        (
            "gateway_key_fetch_failures_total",
            "Fetches of keys that brought none.",
            &statistics.key_fetch_failures,
        ),
        (
            "gateway_requests_malformed_total",
            "Requests refused because they are malformed or could be read in two ways.",
            &statistics.malformed,
        ),
        (
            "gateway_panics_total",
            "Requests whose handling panicked: defects of the gateway.",
            &statistics.panics,
        ),
    ] {
        page.single(name, Kind::Counter, help, count.get());
    }
    let name = "gateway_limits_hit_total";
    page.family(
        name,
        Kind::Counter,
        "Requests that ran into a limit, by the setting of the limit.",
    );
    for (limit, count) in [
        ("head-timeout", &statistics.head_timeouts),
        ("body-timeout", &statistics.body_timeouts),
        ("write-timeout", &statistics.write_timeouts),
        ("head-limit", &statistics.head_limits),
        ("uri-limit", &statistics.uri_limits),
        ("header-limit", &statistics.header_limits),
        ("body-limit", &statistics.body_limits),
    ] {
        page.sample(name, &[("limit", limit)], count.get());
    }
}

type Reading = fn(&UpstreamStatistics) -> u64;

const BACK: [(&str, &str, Reading); 8] = [
    (
        "gateway_upstream_attempts_total",
        "Requests that were sent to an upstream, or tried to be.",
        |statistics| statistics.attempts.get(),
    ),
    (
        "gateway_upstream_retries_total",
        "Attempts that repeated a failed one.",
        |statistics| statistics.retries.get(),
    ),
    (
        "gateway_upstream_retries_denied_total",
        "Failed attempts that were not repeated because the budget was spent.",
        |statistics| statistics.retries_denied.get(),
    ),
    (
        "gateway_upstream_renewals_total",
        "Attempts that repeated a request with a renewed credential.",
        |statistics| statistics.renewals.get(),
    ),
    (
        "gateway_upstream_no_token_total",
        "Calls that were not made because no access token could be had.",
        |statistics| statistics.no_token.get(),
    ),
    (
        "gateway_upstream_shed_total",
        "Calls that failed at once because too many were under way.",
        |statistics| statistics.shed.get(),
    ),
    (
        "gateway_upstream_breaker_rejected_total",
        "Calls that failed at once because the breaker was open.",
        |statistics| statistics.rejected.get(),
    ),
    (
        "gateway_upstream_breaker_opened_total",
        "How often the breaker opened.",
        |statistics| statistics.opened.get(),
    ),
];

/// What the upstreams count.
fn back(page: &mut Page, upstreams: &[Upstream]) {
    let name = "gateway_upstream_calls_in_flight";
    page.family(
        name,
        Kind::Gauge,
        "Calls under way, the bodies of their answers included.",
    );
    for upstream in upstreams {
        let labels = [("upstream", upstream.name())];
        page.sample(name, &labels, upstream.calls_under_way());
    }
    let name = "gateway_upstream_breaker_state";
    page.family(
        name,
        Kind::Gauge,
        "1 for the state that the breaker is in, 0 for the others.",
    );
    for upstream in upstreams {
        let current = upstream.breaker_state();
        for (state, word) in [
            (BreakerState::Closed, "closed"),
            (BreakerState::HalfOpen, "half_open"),
            (BreakerState::Open, "open"),
        ] {
            let labels = [("upstream", upstream.name()), ("state", word)];
            page.sample(name, &labels, u8::from(state == current));
        }
    }
    for (name, help, reading) in BACK {
        page.family(name, Kind::Counter, help);
        for upstream in upstreams {
            let labels = [("upstream", upstream.name())];
            page.sample(name, &labels, reading(upstream.statistics()));
        }
    }
}
