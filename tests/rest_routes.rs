//! Every REST route: the request it sends upstream, and the answer that comes back.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::{Recorder, Reply};
use support::{Connection, Gateway, KEY};

/// Sends one request through a fresh gateway; asserts the upstream request's line, credential and body.
async fn assert_sent(method: &str, target: &str, body: &str, upstream: &str) {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(
        Reply::bytes(200, "{ \"ok\" : 1.10 }\n")
            .header("content-type", "application/json; charset=x"),
    );
    let gateway = Gateway::start(&format!("{}/api/v1", recorder.base_uri())).await;
    let response = match body {
        "" => gateway.rest(method, target).await,
        body => gateway.rest_json(method, target, body).await,
    };
    assert_eq!(
        (response.status, response.text().as_str()),
        (200, "{ \"ok\" : 1.10 }\n"),
        "{method} {target}"
    );
    assert_eq!(
        response.header("content-type"),
        Some("application/json; charset=x")
    );
    let sent = recorder.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(format!("{} {}", sent[0].method, sent[0].target), upstream);
    assert_eq!(
        sent[0].header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    assert_eq!(sent[0].body, body.as_bytes());
    // A request that could have a body says that it has none.
    if method == "POST" {
        assert_eq!(
            sent[0].header("content-length"),
            Some(body.len().to_string().as_str())
        );
    }
    assert_eq!(
        sent[0].header("content-type"),
        (!body.is_empty()).then_some("application/json")
    );
}

#[tokio::test]
async fn create_customer() {
    let body = "{ \"customer\": {\"external_id\": \"a\", \"n\": 1.10} }";
    assert_sent("POST", "/v1/customers", body, "POST /api/v1/customers").await;
}

#[tokio::test]
async fn list_customers() {
    assert_sent("GET", "/v1/customers", "", "GET /api/v1/customers").await;
}

#[tokio::test]
async fn delete_applied_coupon() {
    let upstream = "DELETE /api/v1/customers/a%20b/applied_coupons/c%2Fd";
    assert_sent(
        "DELETE",
        "/v1/customers/a%20b/applied-coupons/c%2fd",
        "",
        upstream,
    )
    .await;
}

#[tokio::test]
async fn generate_checkout_url() {
    assert_sent(
        "POST",
        "/v1/customers/a/checkout-url",
        "",
        "POST /api/v1/customers/a/checkout_url",
    )
    .await;
}

#[tokio::test]
async fn current_usage() {
    let target = "/v1/customers/a/current-usage?external_subscription_id=s+1%2B";
    let upstream = "GET /api/v1/customers/a/current_usage?external_subscription_id=s%201%2B";
    assert_sent("GET", target, "", upstream).await;
}

#[tokio::test]
async fn past_usage() {
    let target = "/v1/customers/a/past-usage?periods_count=2&billable_metric_code=m&external_subscription_id=s";
    let upstream = "GET /api/v1/customers/a/past_usage?external_subscription_id=s&billable_metric_code=m&periods_count=2";
    assert_sent("GET", target, "", upstream).await;
    let target = "/v1/customers/a/past-usage?external_subscription_id=s";
    assert_sent(
        "GET",
        target,
        "",
        "GET /api/v1/customers/a/past_usage?external_subscription_id=s",
    )
    .await;
}

#[tokio::test]
async fn portal_url() {
    assert_sent(
        "GET",
        "/v1/customers/a/portal-url",
        "",
        "GET /api/v1/customers/a/portal_url",
    )
    .await;
}

#[tokio::test]
async fn find_customer_whose_path_variable_no_parameter_declares() {
    assert_sent(
        "GET",
        "/v1/customers/caf%C3%A9",
        "",
        "GET /api/v1/customers/caf%C3%A9",
    )
    .await;
}

#[tokio::test]
async fn destroy_customer() {
    assert_sent(
        "DELETE",
        "/v1/customers/a",
        "",
        "DELETE /api/v1/customers/a",
    )
    .await;
}

#[tokio::test]
async fn no_undeclared_header_reaches_the_upstream() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let headers = [
        ("authorization", "Bearer callers-own"),
        ("cookie", "a=b"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-anything", "x"),
        ("accept", "text/html"),
    ];
    let mut connection = Connection::open(gateway.rest).await;
    assert_eq!(
        connection
            .send("GET", "/v1/customers", &headers, b"")
            .await
            .status,
        200
    );
    let sent = recorder.take();
    let mut names: Vec<&str> = sent[0]
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect::<Vec<_>>(),
        [
            "accept",
            "authorization",
            "host",
            "user-agent",
            "x-request-id"
        ]
    );
    assert_eq!(
        sent[0].header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    assert_eq!(sent[0].header("accept"), Some("*/*"));
}

#[tokio::test]
async fn named_answer_headers_are_passed_on_and_others_are_not() {
    let passed = [
        ("etag", "\"x\""),
        ("last-modified", "Tue, 24 Nov 2026 00:00:00 GMT"),
        ("cache-control", "no-store"),
        ("location", "/api/v1/customers/a"),
        ("link", "<x>; rel=next"),
        ("retry-after", "7"),
        ("x-ratelimit-remaining", "3"),
        ("ratelimit-reset", "9"),
        ("x-request-id", "upstream-1"),
    ];
    let withheld = [
        ("set-cookie", "s=1"),
        ("server", "lago"),
        ("x-powered-by", "x"),
        ("keep-alive", "timeout=5"),
    ];
    let recorder = Recorder::start().await.unwrap();
    let reply = passed
        .iter()
        .chain(&withheld)
        .fold(Reply::json(201, "{}"), |reply, (name, value)| {
            reply.header(name, value)
        });
    recorder.answer(reply);
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let response = gateway.rest("GET", "/v1/customers").await;
    assert_eq!(response.status, 201);
    for (name, value) in passed {
        assert_eq!(response.header(name), Some(value), "{name}");
    }
    for (name, _) in withheld {
        assert_eq!(response.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn empty_answers_stay_empty() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    recorder.answer_once(Reply::bytes(204, ""));
    let response = gateway.rest("DELETE", "/v1/customers/a").await;
    assert_eq!(
        (
            response.status,
            response.body.len(),
            response.header("content-length")
        ),
        (204, 0, None)
    );
    recorder.answer_once(Reply::bytes(200, ""));
    let response = gateway.rest("DELETE", "/v1/customers/a").await;
    assert_eq!((response.status, response.body.len()), (200, 0));
}

#[tokio::test]
async fn head_is_answered_where_get_is() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{\"a\":1}"));
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection.send("HEAD", "/v1/customers", &[], b"").await;
    assert_eq!(
        (response.status, response.header("content-length")),
        (200, Some("7"))
    );
    // The connection is still in step: no body followed the head.
    assert_eq!(
        connection
            .send("GET", "/v1/customers", &[], b"")
            .await
            .text(),
        "{\"a\":1}"
    );
}

#[tokio::test]
async fn other_methods_are_answered_with_those_that_are_served() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (method, target, allow) in [
        ("PUT", "/v1/customers", "POST, GET, HEAD, OPTIONS"),
        ("PATCH", "/v1/customers/a", "GET, HEAD, DELETE, OPTIONS"),
        ("GET", "/v1/customers/a/checkout-url", "POST, OPTIONS"),
        ("BREW", "/v1/customers/a/portal-url", "GET, HEAD, OPTIONS"),
    ] {
        let response = gateway.rest(method, target).await;
        response.problem(405);
        assert_eq!(response.header("allow"), Some(allow), "{method} {target}");
    }
    let response = gateway.rest("OPTIONS", "/v1/customers").await;
    assert_eq!(
        (response.status, response.header("allow")),
        (204, Some("POST, GET, HEAD, OPTIONS"))
    );
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for target in [
        "/",
        "/v1",
        "/v1/customers/",
        "/v1/customers/a/",
        "/V1/customers",
        "/v1//customers",
        "/v1/customers/a/b",
        "/api/v1/customers",
    ] {
        gateway.rest("GET", target).await.problem(404);
    }
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn upstream_connections_are_used_again() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    for _ in 0..20 {
        assert_eq!(
            connection
                .send("GET", "/v1/customers", &[], b"")
                .await
                .status,
            200
        );
    }
    assert_eq!((recorder.requests().len(), recorder.connections()), (20, 1));
}

#[tokio::test]
async fn a_request_id_is_kept_or_made() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection
        .send("GET", "/v1/customers", &[("x-request-id", "mine-1")], b"")
        .await;
    assert_eq!(response.header("x-request-id"), Some("mine-1"));
    let response = connection
        .send("GET", "/nowhere", &[("x-request-id", "not ours {}")], b"")
        .await;
    assert!(
        response
            .header("x-request-id")
            .is_some_and(|id| !id.is_empty() && id != "not ours {}")
    );
}
