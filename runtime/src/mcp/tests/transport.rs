//! HTTP and JSON-RPC: what is refused before a method is looked at.

use serde_json::{Value, json};

use super::*;
use crate::server::{LocalAddress, Surroundings};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
    let json: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(json["status"], answer.status.as_u16());
    (
        answer.status.as_u16(),
        json["detail"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn is_found_at_two_paths_by_post_alone() {
    let gateway = alone(&ADAPTER);
    let request = |method: &str, path: &str| {
        http::Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(PING))
            .unwrap()
    };
    for path in ["/mcp", "/", "/mcp?x=1"] {
        assert_eq!(send(&gateway, request("POST", path)).await.status, 200);
    }
    for method in ["GET", "DELETE", "PUT", "OPTIONS", "PROPFIND"] {
        let answer = send(&gateway, request(method, "/mcp")).await;
        assert_eq!(problem(&answer).0, 405);
        assert_eq!(answer.headers["allow"], "POST");
    }
    for path in ["/mcp/", "/sse", "/%00"] {
        let answer = send(&gateway, request("POST", path)).await;
        assert_eq!(problem(&answer).0, 404);
    }
}

#[tokio::test]
async fn takes_and_gives_json() {
    let gateway = alone(&ADAPTER);
    let with = |name: &'static str, value: &'static str| {
        let request = http::Request::post("/mcp").header(name, value);
        let request = match name {
            "content-type" => request,
            _ => request.header(CONTENT_TYPE, "Application/JSON; charset=utf-8"),
        };
        send(&gateway, request.body(Body::from(PING)).unwrap())
    };
    assert_eq!(with("accept", "application/json").await.status, 200);
    assert_eq!(
        with("accept", "text/event-stream, */*;q=0.1").await.status,
        200
    );
    assert_eq!(problem(&with("accept", "text/event-stream").await).0, 406);
    for media_type in [
        "text/plain",
        "application/json-rpc",
        "application/jsonp",
        "",
    ] {
        assert_eq!(
            problem(&with("content-type", media_type).await).0,
            415,
            "{media_type}"
        );
    }
    let untyped = http::Request::post("/mcp").body(Body::from(PING)).unwrap();
    assert_eq!(problem(&send(&gateway, untyped).await).0, 415);
}

#[tokio::test]
async fn bounds_the_body() {
    let gateway = alone(&ADAPTER);
    let padded = |length: usize| format!("{PING}{}", " ".repeat(length - PING.len()));
    assert_eq!(post(&gateway, &[], padded(BODY_LIMIT)).await.status, 200);
    assert_eq!(
        problem(&post(&gateway, &[], padded(BODY_LIMIT + 1)).await).0,
        413
    );
    let announced = post(&gateway, &[("content-length", "99999999999")], PING).await;
    assert_eq!(problem(&announced).0, 413);
}

#[tokio::test]
async fn answers_what_is_no_message() {
    let gateway = alone(&ADAPTER);
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    for body in ["", "{", "nonsense", "{\"a\":}", "1 2", "[1,", &deep] {
        let answer = post(&gateway, &[], body).await;
        assert_eq!(answer.code(), (400, -32700), "{body:.20}");
        assert_eq!(answer.json()["id"], Value::Null);
    }
    for (body, id) in [
        ("1", json!(null)),
        ("null", json!(null)),
        ("{}", json!(null)),
        (r#"{"jsonrpc":"2.0","id":1}"#, json!(1)),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            json!(null),
        ),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":"a","method":7}"#, json!("a")),
        (r#"{"id":-3,"method":"ping"}"#, json!(-3)),
        (
            r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","name":"b"}}"#,
            json!(3),
        ),
    ] {
        let answer = post(&gateway, &[], body).await;
        assert_eq!(answer.code(), (400, -32600), "{body}");
        assert_eq!(answer.json()["id"], id, "{body}");
    }
    let bytes = http::Request::post("/")
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(b"\"\xff\"".to_vec()))
        .unwrap();
    assert_eq!(send(&gateway, bytes).await.code(), (400, -32700));
}

#[tokio::test]
async fn echoes_ids_as_they_came() {
    let gateway = alone(&ADAPTER);
    for id in [
        "0",
        "-1",
        "1.0",
        "123456789012345678901234567890",
        "\"server-discover-probe-1\"",
        "\"\\u00e9\\\"\"",
    ] {
        let body = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}");
        assert_eq!(
            post(&gateway, &[], body).await.text,
            format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}")
        );
    }
}

#[tokio::test]
async fn web_pages_of_elsewhere_are_refused_first() {
    let gateway = alone(&ADAPTER);
    for method in ["GET", "POST"] {
        let request = http::Request::builder()
            .method(method)
            .uri("/mcp")
            .header("host", "localhost:1")
            .header("origin", "https://evil.example")
            .body(Body::from("nonsense"))
            .unwrap();
        let (status, detail) = problem(&send(&gateway, request).await);
        assert_eq!(status, 403);
        assert!(detail.contains("https://evil.example"), "{detail}");
    }
    let own = [("host", "gw.example"), ("origin", "https://gw.example")];
    assert_eq!(post(&gateway, &own, PING).await.status, 200);
}

#[tokio::test]
async fn over_loopback_the_host_must_be_this_machine() {
    let gateway = alone(&ADAPTER);
    for (local, host, status) in [
        ("127.0.0.1:1", "localhost:1", 200),
        ("127.0.0.1:1", "rebound.example:1", 403),
        ("[::1]:1", "rebound.example:1", 403),
        ("172.17.0.2:1", "gw.example", 200),
    ] {
        let mut request = http::Request::post("/mcp")
            .header(CONTENT_TYPE, "application/json")
            .header("host", host)
            .body(Body::from(PING))
            .unwrap();
        let local = LocalAddress(local.parse().unwrap());
        request.extensions_mut().insert(local);
        assert_eq!(send(&gateway, request).await.status, status, "{host}");
    }
}

#[tokio::test]
async fn hosts_and_origins_that_are_allowed_may_call() {
    let options = McpOptions {
        callers: AllowedCallers::parse("gw.example", "https://app.example").unwrap(),
        ..OPTIONS
    };
    let gateway = router(&ADAPTER, Backend::new([]), options);
    for (host, origin, status) in [
        ("GW.example:8080", "https://app.example", 200),
        ("other.example", "https://app.example", 403),
        ("gw.example", "https://other.example", 403),
    ] {
        let headers = [("host", host), ("origin", origin)];
        assert_eq!(
            post(&gateway, &headers, PING).await.status,
            status,
            "{host} {origin}"
        );
    }
}

#[tokio::test]
async fn tells_the_log_what_was_called() {
    let backend = Backend::new([upstream(&things().await), upstream(&vacant().await)]);
    let gateway = crate::mcp::application(&ADAPTER, backend, OPTIONS);
    for (body, operation) in [
        (PING, Some("ping")),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"café"}}"#,
            Some("café"),
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nope"}}"#,
            Some("tools/call"),
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            Some("notification"),
        ),
        (r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#, None),
    ] {
        let request = http::Request::post("/mcp")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let answered = gateway.clone().respond(request, Surroundings::default());
        assert_eq!(answered.await.operation, operation);
    }
}
