//! Nothing a caller sends changes which upstream resource is addressed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Recorder;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use support::{Connection, Gateway, call_tool, decode, encode};

/// How many random values are tried.
const VALUES: usize = 10_000;

/// Any text, with what matters in a URL more often than chance has it.
fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => any::<char>().prop_map(String::from),
        2 => "[a-z]{1,3}",
        3 => proptest::sample::select(&[
            "/", "?", "#", "%", "%2f", "%2F", "%2e", "..", ".", "\"", "'", "\\", "&", "=", "+", ";", ":", "@", " ",
            "\r\n", "\0", "\t", "%00", "%25", "\u{202e}", "é", "日", "🦀", "//", "/../", "{x}",
        ][..]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn values(count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| value().new_tree(&mut runner).unwrap().current())
        .collect()
}

/// The value as the upstream saw it: the one segment after `/v1/customers/`.
fn seen(target: &str) -> Vec<u8> {
    let segments: Vec<&str> = target.split('/').collect();
    assert_eq!(segments.len(), 5, "{target}");
    assert_eq!(segments[..4], ["", "api", "v1", "customers"], "{target}");
    assert!(!target.contains(['?', '#']), "{target}");
    decode(segments[4])
}

#[tokio::test]
async fn a_route_variable_stays_one_segment() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&format!("{}/api/v1", recorder.base_uri())).await;
    let mut connection = Connection::open(gateway.rest).await;
    let mut served = 0;
    for value in values(VALUES) {
        let target = format!("/v1/customers/{}", encode(&value));
        let response = connection.send("GET", &target, &[], b"").await;
        let sent = recorder.take();
        match response.status {
            200 => {
                served += 1;
                assert_eq!(sent.len(), 1, "{value:?}");
                assert_eq!(seen(&sent[0].target), value.as_bytes(), "{value:?}");
            }
            // An empty value is a trailing slash, which is another path.
            404 => assert!(value.is_empty() && sent.is_empty(), "{value:?}"),
            status => assert!(status == 400 && sent.is_empty(), "{status} for {value:?}"),
        }
    }
    assert!(served > VALUES * 8 / 10, "only {served} were served");
}

#[tokio::test]
async fn a_tool_argument_stays_one_segment() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&format!("{}/api/v1", recorder.base_uri())).await;
    let mut connection = Connection::open(gateway.mcp).await;
    for value in values(VALUES) {
        let (text, is_error) = call_tool(
            &mut connection,
            "lago-retrieve-customer",
            json!({"external_id": value}),
        )
        .await;
        let sent = recorder.take();
        if is_error {
            assert!(
                sent.is_empty() && text.contains("external_id"),
                "{value:?}: {text}"
            );
        } else {
            assert_eq!(seen(&sent[0].target), value.as_bytes(), "{value:?}");
        }
    }
}

#[tokio::test]
async fn dot_segments_are_refused_in_every_spelling() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for value in [
        ".",
        "..",
        "%2e",
        "%2E",
        "%2e%2e",
        "%2E%2e",
        ".%2e",
        "%2e.",
        "%252e",
        "%252e%252e",
        "%252E.",
    ] {
        for target in [
            format!("/v1/customers/{value}"),
            format!("/v1/customers/{value}/portal-url"),
        ] {
            let errors = gateway.rest("GET", &target).await.problem(400);
            assert_eq!(errors.len(), 1, "{target}");
        }
    }
    for value in [".", "..", "%2e", "%2E%2e", ".%2e", ""] {
        let (text, is_error) = gateway
            .tool("lago-retrieve-customer", json!({"external_id": value}))
            .await;
        assert!(
            is_error && text.contains("external_id"),
            "{value:?}: {text}"
        );
    }
    gateway
        .rest("GET", "/v1/customers//portal-url")
        .await
        .problem(400);
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn a_query_value_stays_one_value() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    for value in values(1_000) {
        let target = format!(
            "/v1/customers/a/current-usage?external_subscription_id={}",
            encode(&value)
        );
        assert_eq!(
            connection.send("GET", &target, &[], b"").await.status,
            200,
            "{value:?}"
        );
        let sent = recorder.take();
        let (_, query) = sent[0].target.split_once('?').unwrap();
        let (name, seen) = query.split_once('=').unwrap();
        assert_eq!(
            (name, decode(seen)),
            ("external_subscription_id", value.into_bytes())
        );
        assert!(!seen.contains(['&', '#', '=', '+', '?']), "{seen}");
    }
}
