//! Requests that are refused: every problem is named, all in one answer, and nothing is sent upstream.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Recorder;
use support::{Connection, Gateway, KEY};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn every_problem_is_named_at_once() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let response = gateway
        .rest(
            "GET",
            "/v1/customers/%2e%2e/past-usage?periods_count=many&colour=red&periods_count=2",
        )
        .await;
    let mut errors = response.problem(400);
    errors.sort();
    assert_eq!(
        errors,
        [
            "path external-customer-id",
            "query colour",
            "query external_subscription_id",
            "query periods_count"
        ]
    );
    assert_eq!(response.json()["detail"], "the request has 4 problems");
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn parameters_are_checked() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (target, error, detail) in [
        (
            "/v1/customers/a/current-usage",
            "query external_subscription_id",
            "is required",
        ),
        (
            "/v1/customers/a/past-usage?external_subscription_id=s&periods_count=1.5",
            "query periods_count",
            "\"1.5\"",
        ),
        (
            "/v1/customers/a/past-usage?external_subscription_id=s&periods_count=",
            "query periods_count",
            "\"\"",
        ),
        (
            "/v1/customers/a/current-usage?external_subscription_id=s&external_subscription_id=t",
            "query external_subscription_id",
            "2 times",
        ),
        ("/v1/customers?page=2", "query page", "is unknown"),
        ("/v1/customers?%zz=1", "query %zz", "hexadecimal"),
        (
            "/v1/customers/a/current-usage?external_subscription_id=%ff",
            "query external_subscription_id",
            "UTF-8",
        ),
    ] {
        let response = gateway.rest("GET", target).await;
        assert_eq!(response.problem(400), [error], "{target}");
        assert!(
            response.text().contains(&detail.replace('"', "\\\"")),
            "{detail} is not in {}",
            response.text()
        );
    }
    gateway.rest("GET", "/v1/customers/%ff").await.problem(400);
    gateway.rest("GET", "/v1/customers/%2").await.problem(400);
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn bodies_are_checked() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (body, detail) in [
        ("", "is required"),
        ("[1]", "got a JSON array"),
        ("null", "got null"),
        ("{\"a\":", "no JSON"),
        ("{'a': 1}", "no JSON"),
        ("{} {}", "no JSON"),
    ] {
        let response = gateway.rest_json("POST", "/v1/customers", body).await;
        assert_eq!(response.problem(400), ["body body"], "{body}");
        assert!(
            response.text().contains(detail),
            "{detail} is not in {}",
            response.text()
        );
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    gateway
        .rest_json("POST", "/v1/customers", &deep)
        .await
        .problem(400);
    gateway
        .rest_json("POST", "/v1/customers/a/checkout-url", "{\"a\":1}")
        .await
        .problem(400);
    assert!(recorder.requests().is_empty());
    // `{}` says nothing, and many clients send it where there is nothing to say.
    assert_eq!(
        gateway
            .rest_json("POST", "/v1/customers/a/checkout-url", "{}")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
        "multipart/form-data; boundary=x",
    ] {
        let mut connection = Connection::open(gateway.rest).await;
        let response = connection
            .send(
                "POST",
                "/v1/customers",
                &[("content-type", media_type)],
                b"{}",
            )
            .await;
        assert_eq!(response.problem(415), ["body body"], "{media_type}");
    }
    for media_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.lago+json",
    ] {
        let mut connection = Connection::open(gateway.rest).await;
        let response = connection
            .send(
                "POST",
                "/v1/customers",
                &[("content-type", media_type)],
                b"{}",
            )
            .await;
        assert_eq!(response.status, 200, "{media_type}");
    }
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection
        .send(
            "POST",
            "/v1/customers?x=1",
            &[("content-type", "text/plain")],
            b"{}",
        )
        .await;
    assert_eq!(response.problem(400), ["query x", "body body"]);
    assert_eq!(recorder.requests().len(), 3);
}

#[tokio::test]
async fn a_body_may_be_one_mebibyte_and_no_more() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let body = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    assert_eq!(
        gateway
            .rest_json("POST", "/v1/customers", &body(1 << 20))
            .await
            .status,
        200
    );
    assert_eq!(recorder.take()[0].body.len(), 1 << 20);
    let response = gateway
        .rest_json("POST", "/v1/customers", &body((1 << 20) + 1))
        .await;
    assert_eq!(response.problem(413), ["body body"]);
    let large = body((1 << 20) + 1);
    let mut chunked = format!("{:x}\r\n{large}\r\n", large.len()).into_bytes();
    chunked.extend_from_slice(b"0\r\n\r\n");
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection
        .send(
            "POST",
            "/v1/customers",
            &[JSON, ("transfer-encoding", "chunked")],
            &chunked,
        )
        .await;
    response.problem(413);
    let mut connection = Connection::open(gateway.mcp).await;
    let response = connection
        .send("POST", "/mcp", &[JSON], large.as_bytes())
        .await;
    response.problem(413);
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn a_body_that_is_cut_off_reaches_nobody() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    let head = format!(
        "POST /v1/customers HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"a\":",
        gateway.rest
    );
    connection.write_bytes(head.as_bytes()).await;
    connection.shut_down().await;
    let answer = connection.read_to_end().await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn no_answer_of_the_gateways_own_tells_what_it_should_not() {
    let gateway = Gateway::start("http://127.0.0.1:9/hidden").await;
    for (method, target) in [
        ("GET", "/v1/customers"),
        ("GET", "/nowhere"),
        ("PUT", "/v1/customers"),
        ("GET", "/v1/customers/%zz"),
        ("GET", "/v1/customers?a=b"),
        ("POST", "/v1/customers"),
    ] {
        let response = gateway.rest(method, target).await;
        let everything = format!("{:?} {}", response.headers, response.text());
        for secret in [
            KEY,
            "127.0.0.1:9",
            "hidden",
            ".rs",
            "Error(",
            "hyper",
            "reqwest",
            "serde",
        ] {
            assert!(!everything.contains(secret), "{secret} is in {everything}");
        }
    }
}

#[tokio::test]
async fn pages_of_other_hosts_are_refused() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (origin, status) in [
        ("http://evil.example", 403),
        ("null", 403),
        ("http://localhost:3000", 200),
        ("http://127.0.0.1", 200),
    ] {
        let mut connection = Connection::open(gateway.rest).await;
        let response = connection
            .send("DELETE", "/v1/customers/a", &[("origin", origin)], b"")
            .await;
        assert_eq!(response.status, status, "{origin}");
    }
    assert_eq!(recorder.requests().len(), 2);
}

#[tokio::test]
async fn over_loopback_only_hosts_of_this_machine_and_allowed_ones_are_served() {
    let recorder = Recorder::start().await.unwrap();
    let flags = ["--allowed-hosts", "gw.example, other.example:8080"];
    let gateway = Gateway::with(&recorder.base_uri(), &flags).await;
    for (host, status) in [
        ("rebound.example", 403),
        ("other.example", 403),
        ("other.example:8080", 200),
        ("GW.example:1", 200),
        ("localhost:1", 200),
    ] {
        let mut connection = Connection::open(gateway.rest).await;
        let request = format!("GET /v1/customers HTTP/1.1\r\nhost: {host}\r\n\r\n");
        connection.write_bytes(request.as_bytes()).await;
        let response = connection.read("GET").await;
        assert_eq!(response.status, status, "{host}: {}", response.text());
    }
    assert_eq!(recorder.requests().len(), 3);
}
