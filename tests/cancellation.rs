//! A caller that leaves ends the upstream call, and soon.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use std::time::{Duration, Instant};

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use support::{Connection, Gateway};

/// How soon, as the middle of [`ATTEMPTS`]: on a busy machine a single one may be late.
const LIMIT: Duration = Duration::from_millis(50);
const ATTEMPTS: usize = 9;

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call",
    "params":{"name":"lago-list-all-customers","arguments":{},"_meta":{"progressToken":1}}}"#;

/// Makes a call that is never answered, and leaves; returns how long the upstream call went on after that.
async fn left(
    gateway: &Gateway,
    recorder: &Recorder,
    attempt: usize,
    flavour: Flavour,
) -> Duration {
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let mut connection = match flavour {
        Flavour::Rest => {
            let mut connection = Connection::open(gateway.rest).await;
            connection.write("GET", "/v1/customers", &[], b"").await;
            connection
        }
        Flavour::Tool | Flavour::Events => {
            let mut connection = Connection::open(gateway.mcp).await;
            connection
                .write("POST", "/mcp", &headers, CALL.as_bytes())
                .await;
            connection
        }
    };
    recorder.wait_for_requests(attempt).await;
    if flavour == Flavour::Events {
        connection.wait_for("notifications/progress").await;
    }
    drop(connection);
    let begun = Instant::now();
    recorder.wait_for_closed(attempt).await;
    begun.elapsed()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Rest,
    /// Before anything of the answer is sent.
    Tool,
    /// While the answer is a stream of events.
    Events,
}

async fn assert_soon(flavour: Flavour, interval: &str) {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
    let flags = ["--progress-interval", interval];
    let gateway = Gateway::with(&recorder.base_uri(), &flags).await;
    let mut times = Vec::new();
    for attempt in 1..=ATTEMPTS {
        times.push(left(&gateway, &recorder, attempt, flavour).await);
    }
    times.sort();
    let middle = times.get(ATTEMPTS / 2).unwrap();
    assert!(*middle < LIMIT, "{times:?}");
}

#[tokio::test]
async fn of_a_route() {
    assert_soon(Flavour::Rest, "20").await;
}

#[tokio::test]
async fn of_a_tool() {
    assert_soon(Flavour::Tool, "20").await;
}

/// The interval is longer than the limit, so that it is not the next event that finds the caller gone.
#[tokio::test]
async fn of_a_tool_that_tells_its_progress() {
    assert_soon(Flavour::Events, "0.2").await;
}
