//! Raw requests, well-formed and not: what the gateway answers to each, and what the upstream sees of it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]

mod case;
mod corpus;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use case::{Adapter, Case, End};
use lago_stand_in::recorder::{Recorded, Recorder};
use support::{Gateway, KEY};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a case may take before the test gives up on it.
const BOUND: Duration = Duration::from_secs(60);

/// Follows every case on its connection. Where the gateway has judged the case otherwise than it says, this is swallowed,
/// or served where the connection should have been closed.
const LAST: &[u8] = b"GET /v1/customers/last HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n";
const LAST_UPSTREAM: &str = "GET /customers/last ";

/// The headers the gateway may send upstream, whatever its caller sent.
const UPSTREAM_HEADERS: [&str; 7] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-request-id",
];

#[tokio::test]
async fn the_upstream_sees_what_the_gateway_judged() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--allowed-hosts", "g"]).await;
    let cases = corpus::cases();
    assert!(cases.len() >= 150, "{} cases", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let address = match case.adapter {
            Adapter::Rest => gateway.rest,
            Adapter::Mcp => gateway.mcp,
        };
        let answers = exchange(address, case).await;
        let seen = recorder.take();
        for request in &seen {
            check_headers(case, request, &recorder);
        }
        let outcome = (statuses(&answers), seen.iter().map(described).collect());
        let expected = expected(case);
        if outcome != expected {
            failures.push(format!("{}: {outcome:?}, expected {expected:?}", case.name));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names: Vec<_> = corpus::cases().iter().map(|case| case.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// The statuses of all answers, and what reaches the upstream.
fn expected(case: &Case) -> (Vec<u16>, Vec<String>) {
    let mut statuses = case.statuses.clone();
    let mut upstream: Vec<String> = case
        .upstream
        .iter()
        .map(|seen| (*seen).to_owned())
        .collect();
    if case.end == End::Open {
        let (status, seen) = match case.adapter {
            Adapter::Rest => (200, Some(LAST_UPSTREAM.to_owned())),
            Adapter::Mcp => (404, None),
        };
        statuses.push(status);
        upstream.extend(seen);
    }
    (statuses, upstream)
}

/// Sends a case and what follows it; returns all that comes until the gateway closes the connection.
async fn exchange(address: std::net::SocketAddr, case: &Case) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Refused cases are answered while they are still being sent.
    let _ = stream.write_all(&case.bytes).await;
    if case.end == End::Broken {
        stream.shutdown().await.unwrap();
    } else {
        let _ = stream.write_all(LAST).await;
    }
    let mut answers = Vec::new();
    let reading = timeout(BOUND, stream.read_to_end(&mut answers)).await;
    let read = reading.unwrap_or_else(|_| panic!("{}: the connection stays open", case.name));
    read.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    answers
}

/// The statuses of answers that each have a `Content-Length` or no body. Every refusal is a problem document.
fn statuses(mut answers: &[u8]) -> Vec<u16> {
    let mut statuses = Vec::new();
    while let Some(end) = answers.windows(4).position(|window| window == b"\r\n\r\n") {
        let head = std::str::from_utf8(&answers[..end]).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let value = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(header, _)| *header == name)
                .map(|(_, value)| value)
        };
        let length: usize = value("content-length").map_or(0, |length| length.parse().unwrap());
        if status >= 400 && length > 0 {
            assert_eq!(
                value("content-type"),
                Some("application/problem+json"),
                "{head}"
            );
        }
        answers = &answers[end + 4..];
        // An answer to HEAD promises its body, but does not have it.
        if !answers.starts_with(b"HTTP/1.1 ") {
            answers = &answers[length..];
        }
        if status != 100 {
            statuses.push(status);
        }
    }
    assert!(answers.is_empty(), "{}", String::from_utf8_lossy(answers));
    statuses
}

fn described(request: &Recorded) -> String {
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} {body}", request.method, request.target)
}

fn check_headers(case: &Case, request: &Recorded, recorder: &Recorder) {
    let name = case.name;
    for (header, _) in &request.headers {
        let header = header.to_ascii_lowercase();
        assert!(
            UPSTREAM_HEADERS.contains(&&*header),
            "{name}: {header} reached the upstream"
        );
    }
    let host = recorder.address().to_string();
    assert_eq!(request.header("host"), Some(&*host), "{name}");
    let key = format!("Bearer {KEY}");
    assert_eq!(request.header("authorization"), Some(&*key), "{name}");
}
