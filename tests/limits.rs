//! The limits of the front door, each set by its flag.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use support::{Connection, Gateway};

/// The answer of a gateway with these flags to a GET with these headers.
async fn status(flags: &[&str], target: &str, headers: &[(&str, &str)]) -> u16 {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), flags).await;
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection.send("GET", target, headers, b"").await;
    if response.status != 200 {
        response.problem(response.status);
    }
    response.status
}

#[tokio::test]
async fn the_size_of_a_head_is_a_setting() {
    let large = "x".repeat(500);
    let (target, headers) = ("/v1/customers", [("x", &*large), ("y", "z")]);
    for (flags, expected) in [
        (&[][..], 200),
        (&["--head-limit", "600"], 200),
        (&["--head-limit", "500"], 431),
        (&["--header-limit", "3"], 200),
        (&["--header-limit", "2"], 431),
        (&["--uri-limit", "13"], 200),
        (&["--uri-limit", "12"], 414),
    ] {
        assert_eq!(status(flags, target, &headers).await, expected, "{flags:?}");
    }
    // Larger limits are as good as smaller ones.
    let flags = ["--head-limit", "200000", "--header-limit", "1000"];
    let many = vec![("x", &*large); 300];
    assert_eq!(status(&flags, target, &many).await, 200);
}

#[tokio::test]
async fn the_size_of_a_body_is_a_setting() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--body-limit", "7"]).await;
    for (body, status) in [("{\"a\":1}", 200), ("{\"a\":10}", 413)] {
        let response = gateway.rest_json("POST", "/v1/customers", body).await;
        assert_eq!(response.status, status, "{body}");
    }
}

#[tokio::test]
async fn connections_over_the_limit_are_told_so() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--connection-limit", "1"]).await;
    let mut first = Connection::open(gateway.rest).await;
    assert_eq!(
        first.send("GET", "/v1/customers", &[], b"").await.status,
        200
    );
    // The limit is one for both adapters.
    for address in [gateway.rest, gateway.mcp] {
        let mut second = Connection::open(address).await;
        let response = second.read("GET").await;
        response.problem(503);
        assert_eq!(response.header("retry-after"), Some("1"));
        assert_eq!(second.read_to_end().await, "");
    }
    assert_eq!(
        first.send("GET", "/v1/customers", &[], b"").await.status,
        200
    );
}

#[tokio::test]
async fn requests_over_the_limit_are_shed_and_the_others_are_answered() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::default().behaving(Behaviour::NeverAnswer));
    let gateway = Gateway::with(&recorder.base_uri(), &["--request-limit", "2"]).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut connection = Connection::open(gateway.rest).await;
        connection.write("GET", "/v1/customers", &[], b"").await;
        held.push(connection);
    }
    recorder.wait_for_requests(2).await;
    // The limit is one for both adapters.
    for (address, target) in [(gateway.rest, "/v1/customers"), (gateway.mcp, "/mcp")] {
        let mut connection = Connection::open(address).await;
        let response = connection.send("POST", target, &[], b"{}").await;
        response.problem(503);
        assert_eq!(response.header("retry-after"), Some("1"));
    }
    drop(held);
    recorder.wait_for_closed(2).await;
    recorder.answer(Reply::default());
    // A place is free when the gateway has seen its caller leave, which the upstream learns of first.
    while gateway.rest("GET", "/v1/customers").await.status == 503 {}
    assert_eq!(gateway.rest("GET", "/v1/customers").await.status, 200);
}
