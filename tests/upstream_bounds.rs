//! The back door's bounds: what is sent again, when an upstream is left alone, and how many calls it gets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use support::{Connection, Gateway, Response};
use tokio::task::JoinSet;

const CUSTOMER: &str = r#"{"customer":{"external_id":"a"}}"#;

async fn list(gateway: &Gateway) -> Response {
    gateway.rest("GET", "/v1/customers").await
}

async fn create(gateway: &Gateway) -> Response {
    gateway.rest_json("POST", "/v1/customers", CUSTOMER).await
}

fn closing() -> Reply {
    Reply::default().behaving(Behaviour::CloseBeforeAnswer)
}

#[tokio::test]
async fn an_idempotent_call_that_failed_is_made_once_more() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let failures = [502, 503, 504].map(|status| Reply::json(status, "{}"));
    let asked = Reply::json(503, "{}").header("retry-after", "0");
    for failure in failures.into_iter().chain([asked, closing()]) {
        recorder.answer_once(failure);
        assert_eq!(list(&gateway).await.status, 200);
        assert_eq!(recorder.take().len(), 2);
    }
    recorder.answer_once(Reply::json(503, "first"));
    recorder.answer_once(Reply::json(502, "second"));
    let twice = list(&gateway).await;
    assert_eq!((twice.status, twice.text()), (502, "second".to_owned()));
    assert_eq!(recorder.take().len(), 2);
}

#[tokio::test]
async fn what_may_not_be_sent_twice_is_not() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    recorder.answer_once(Reply::json(503, "{}"));
    assert_eq!(create(&gateway).await.status, 503);
    recorder.answer_once(closing());
    assert_eq!(create(&gateway).await.problem(502), [""; 0]);
    assert_eq!(recorder.take().len(), 2);
}

#[tokio::test]
async fn what_would_not_change_is_not_sent_again() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--call-timeout", "0.3"]).await;
    for (status, retry_after) in [(503, "9"), (429, "0"), (500, "0")] {
        recorder.answer_once(Reply::json(status, "{}").header("retry-after", retry_after));
        let response = list(&gateway).await;
        assert_eq!(response.status, status);
        assert_eq!(response.header("retry-after"), Some(retry_after));
        assert_eq!(recorder.take().len(), 1, "{status}");
    }
    recorder.answer_once(Reply::default().behaving(Behaviour::NeverAnswer));
    assert_eq!(list(&gateway).await.status, 504);
    recorder.answer_once(Reply::default().behaving(Behaviour::CutOff));
    assert_eq!(list(&gateway).await.status, 502);
    assert_eq!(recorder.take().len(), 2);
}

#[tokio::test]
async fn retries_can_be_turned_off() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--retry-percent", "0"]).await;
    recorder.answer_once(Reply::json(503, "{}"));
    assert_eq!(list(&gateway).await.status, 503);
    assert_eq!(recorder.take().len(), 1);
}

#[tokio::test]
async fn an_upstream_that_is_down_gets_at_most_a_fifth_more_than_it_was_asked() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(closing());
    // The breaker is off: what bounds the attempts is the budget alone.
    let flags = ["--breaker-failures", "0", "--retry-rate", "0"];
    let gateway = Arc::new(Gateway::with(&recorder.base_uri(), &flags).await);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let gateway = gateway.clone();
        calls.spawn(async move { list(&gateway).await.status });
    }
    assert_eq!(calls.join_all().await, [502; 100]);
    let attempts = recorder.take().len();
    assert!((101..=120).contains(&attempts), "{attempts}");
}

#[tokio::test]
async fn an_upstream_that_fails_again_and_again_is_left_alone() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(closing());
    let gateway = Gateway::with(&recorder.base_uri(), &["--breaker-pause", "600"]).await;
    let mut rejected = 0;
    for _ in 0..100 {
        let response = list(&gateway).await;
        if response.status == 503 {
            rejected += 1;
            assert_eq!(response.problem(503), [""; 0]);
            assert!(response.text().contains("failed again and again"));
            let seconds: u32 = response.header("retry-after").unwrap().parse().unwrap();
            assert!((590..=600).contains(&seconds));
        }
    }
    assert_eq!(recorder.take().len(), 10, "ten failures in a row");
    assert_eq!(rejected, 95, "five calls made these attempts");
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    assert!(
        is_error && text.contains("failed again and again"),
        "{text}"
    );
}

#[tokio::test]
async fn an_upstream_that_is_back_is_called_again() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer_once(closing());
    recorder.answer_once(closing());
    let flags = ["--breaker-failures", "1", "--breaker-pause", "0.05"];
    let gateway = Gateway::with(&recorder.base_uri(), &flags).await;
    assert_eq!(list(&gateway).await.status, 502);
    let is_back = async {
        while list(&gateway).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    let is_back = tokio::time::timeout(Duration::from_secs(10), is_back).await;
    assert!(is_back.is_ok());
    assert_eq!(
        recorder.take().len(),
        3,
        "a probe that failed, and one that did not"
    );
}

#[tokio::test]
async fn errors_that_are_the_callers_do_not_count_as_failures() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--breaker-failures", "1"]).await;
    for status in [400, 401, 404, 429, 500] {
        recorder.answer_once(Reply::json(status, "{}"));
        assert_eq!(list(&gateway).await.status, status);
    }
    assert_eq!(list(&gateway).await.status, 200);
}

#[tokio::test]
async fn calls_beyond_the_limit_are_refused_at_once() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--call-limit", "1"]).await;
    // Its body does not come: the call is under way until its caller leaves.
    recorder.answer_once(Reply::default().behaving(Behaviour::HangAfterHeaders));
    let mut connection = Connection::open(gateway.rest).await;
    connection.write("GET", "/v1/customers", &[], b"").await;
    recorder.wait_for_requests(1).await;
    let refused = list(&gateway).await;
    assert_eq!(refused.problem(503), [""; 0]);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(recorder.requests().len(), 1);
    drop(connection);
    recorder.wait_for_closed(1).await;
    assert_eq!(list(&gateway).await.status, 200);
    assert_eq!(list(&gateway).await.status, 200);
}

#[tokio::test]
async fn an_answer_of_100_megabytes_is_streamed_or_cut() {
    let recorder = Recorder::start().await.unwrap();
    recorder
        .answer(Reply::bytes(200, vec![b'x'; 100_000_000]).header("content-type", "text/plain"));
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    let shown = format!(
        "{}\n… (cut: 100000000 bytes in all)\n",
        "x".repeat(256 * 1024)
    );
    assert!(!is_error && text.starts_with(&shown), "{text:.100}");
    recorder.wait_for_closed(1).await;
    assert_eq!(list(&gateway).await.body.len(), 100_000_000);
}

#[tokio::test]
async fn a_caller_that_reads_slowly_keeps_no_call_longer_than_it_may_take() {
    const LENGTH: usize = 100_000_000;
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::bytes(200, vec![b'x'; LENGTH]).header("content-type", "text/plain"));
    let gateway = Gateway::with(&recorder.base_uri(), &["--call-timeout", "0.3"]).await;
    let mut stream = TcpStream::connect(gateway.rest).await.unwrap();
    let request = b"GET /v1/customers HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let (mut space, mut read) = (vec![0; 64 * 1024], 0);
    read += stream.read(&mut space).await.unwrap();
    // The time that the call may take goes by, while the upstream could send at any time.
    tokio::time::sleep(Duration::from_millis(400)).await;
    while let Ok(count @ 1..) = stream.read(&mut space).await {
        read += count;
    }
    assert!(read < LENGTH, "{read} bytes came");
}

#[tokio::test]
async fn the_trace_and_the_id_of_a_request_are_passed_on_and_nothing_else_of_its_caller() {
    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let carried = [
        ("traceparent", PARENT),
        ("tracestate", "a=1"),
        ("baggage", "k=v"),
        ("x-request-id", "id-1"),
    ];
    let own = [
        ("authorization", "Bearer of-the-caller"),
        ("cookie", "of=the-caller"),
        ("x-other", "of-the-caller"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let headers: Vec<_> = carried.iter().chain(&own).copied().collect();
    let mut rest = Connection::open(gateway.rest).await;
    let answer = rest.send("GET", "/v1/customers", &headers, b"").await;
    assert_eq!(answer.status, 200);
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "lago-list-all-customers", "arguments": {}}});
    let mut mcp = Connection::open(gateway.mcp).await;
    let answer = mcp
        .send("POST", "/mcp", &headers, call.to_string().as_bytes())
        .await;
    assert_eq!(answer.status, 200);
    let sent = recorder.take();
    assert_eq!(sent.len(), 2);
    for request in sent {
        for (name, value) in carried {
            assert_eq!(request.header(name), Some(value));
        }
        let values = request.headers.iter().map(|(_, value)| value);
        assert!(
            values.clone().all(|value| !value.contains("the-caller")),
            "{request:?}"
        );
    }
}
