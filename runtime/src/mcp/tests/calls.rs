//! `tools/call`: arguments, and what becomes of the upstream's answer.

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use super::*;

/// The text of a call's result, and whether it is an error.
async fn call(gateway: &Router, tool: &str, arguments: Value) -> (bool, String) {
    let answer = legacy(
        gateway,
        "tools/call",
        json!({"name": tool, "arguments": arguments}),
    )
    .await;
    let result = answer.result();
    assert_eq!(result["content"].as_array().map(Vec::len), Some(1));
    assert_eq!(result["content"][0]["type"], "text");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(!text.contains("127.0.0.1"), "{text}");
    (result["isError"].as_bool().unwrap(), text.to_owned())
}

async fn find(arguments: Value) -> (bool, String) {
    call(&gateway().await, "find-thing", arguments).await
}

#[tokio::test]
async fn converts_what_models_send() {
    let (is_error, text) = find(json!({"id": 5, "limit": "10", "tags": "[\"a\",\"b\"]"})).await;
    assert_eq!(
        (is_error, text.as_str()),
        (
            false,
            "{\"id\": \"5\", \"query\": Some(\"limit=10&tag=a&tag=b&api_key=canary\")}\n"
        )
    );
    let (is_error, text) = find(json!({"id": "é\n\"", "limit": null})).await;
    assert!(!is_error && text.contains("é\n\""), "{text}");
}

#[tokio::test]
async fn tells_all_problems_in_one_answer() {
    let arguments = json!({"colour": "red", "id": null, "limit": "many", "tags": 3});
    let (is_error, text) = find(arguments).await;
    assert!(is_error);
    assert_eq!(
        text,
        "the request has 4 problems\n\
         - argument `colour`: is unknown; this tool takes `id`, `limit`, `tags`\n\
         - argument `limit`: expected an integer, got \"many\"\n\
         - argument `tags`: expected a list, got 3\n\
         - argument `id`: is required; expected text"
    );
}

#[tokio::test]
async fn tells_one_problem_alone() {
    for (arguments, text) in [
        (json!({}), "argument `id`: is required; expected text"),
        (json!(null), "argument `id`: is required; expected text"),
        (
            json!({"id": "7", "x": null}),
            "argument `x`: is unknown; this tool takes `id`, `limit`, `tags`",
        ),
    ] {
        assert_eq!(find(arguments).await, (true, text.to_owned()));
    }
    let (is_error, text) = find(json!({"id": ".."})).await;
    assert!(is_error && text.starts_with("argument `id`: "), "{text}");
    let gateway = gateway().await;
    assert_eq!(
        call(&gateway, "café", json!({"x": 1})).await.1,
        "argument `x`: is unknown; this tool takes no arguments"
    );
}

#[tokio::test]
async fn refuses_an_argument_that_comes_twice_and_counts_the_unknown() {
    let gateway = gateway().await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"find-thing","arguments":{"id":"a","id":"b"}}}"#;
    assert_eq!(
        post(&gateway, &[], body).await.result()["content"][0]["text"],
        "argument `id`: was given twice"
    );
    let body = body.replace(r#""id":"b""#, &vec![r#""id":null"#; 1000].join(","));
    assert_eq!(
        post(&gateway, &[], &body).await.result()["content"][0]["text"],
        "argument `id`: was given twice"
    );
    let many: serde_json::Map<String, Value> = (0..1000)
        .map(|number| (format!("x{number}"), json!(0)))
        .collect();
    let (is_error, text) = call(&gateway, "find-thing", Value::Object(many)).await;
    assert!(is_error && text.len() < 2000, "{text}");
    assert!(text.contains("992 more are unknown"), "{text}");
}

#[tokio::test]
async fn tells_what_the_upstream_answered() {
    let gateway = gateway().await;
    for (id, is_error, text) in [
        (
            "gone",
            true,
            "HTTP 404 Not Found\n{\"error\":\"no such thing\"}",
        ),
        ("broken", true, "HTTP 500 Internal Server Error"),
        (
            "none",
            false,
            "204 No Content: the upstream answered without a body",
        ),
        (
            "empty",
            false,
            "201 Created: the upstream answered without a body",
        ),
        ("moved", true, "HTTP 302 Found\nLocation: /elsewhere"),
        ("image", false, "binary answer of 4 bytes, image/png"),
        ("latin", false, "caf\u{fffd}"),
    ] {
        let answer = call(&gateway, "find-thing", json!({"id": id})).await;
        assert_eq!(answer, (is_error, text.to_owned()));
    }
    let (is_error, text) = call(&gateway, "find-thing", json!({"id": "flood"})).await;
    assert!(is_error && text.starts_with("HTTP 400 Bad Request\nxxx"));
    assert!(text.ends_with("x\n… (cut: 100000 bytes in all)") && text.len() < 17_000);
}

#[tokio::test]
async fn a_long_answer_is_cut_and_says_how_to_get_less() {
    let (is_error, text) = find(json!({"id": "large"})).await;
    assert!(!is_error);
    let note = "y\n… (cut: 5000 bytes in all)\nTo get less, call again with a narrower choice of `limit`, `tags`.";
    assert!(
        text.ends_with(note) && text.len() == 1024 + note.len() - 1,
        "{text}"
    );
}

#[tokio::test]
async fn tells_that_the_upstream_gave_no_answer() {
    let gateway = gateway().await;
    assert_eq!(
        call(&gateway, "café", json!({})).await,
        (true, "the upstream `api` could not be reached".to_owned())
    );
    assert_eq!(
        call(&gateway, "defect", json!({})).await,
        (
            true,
            "the gateway could not build the upstream request".to_owned()
        )
    );
}

#[tokio::test]
async fn a_dropped_request_cancels_the_upstream_call() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_uri = format!("http://{}", listener.local_addr().unwrap());
    let gateway = router(&ADAPTER, Backend::new([upstream(&base_uri)]), OPTIONS);
    let calling = legacy(
        &gateway,
        "tools/call",
        json!({"name": "find-thing", "arguments": {"id": "slow"}}),
    );
    let received = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0_u8; 16];
        stream.read_exact(&mut head).await.unwrap();
        stream
    };
    let mut stream = tokio::select! {
        stream = received => stream,
        _ = calling => panic!("nobody has answered"),
    };
    // The rest of the request, and then the end: the gateway has closed the connection.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"\r\n\r\n"));
}
