//! 2025-11-25, 2025-06-18 and 2025-03-26: `initialize`, version headers, batches.

use serde_json::{Value, json};

use super::*;

fn initialize(version: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params":
        {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}})
}

#[tokio::test]
async fn initializes_in_the_revision_that_is_asked_for() {
    let gateway = alone(&ADAPTER);
    for (asked, given) in [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("2024-11-05", "2025-11-25"),
        (MODERN, "2025-11-25"),
        ("nonsense", "2025-11-25"),
    ] {
        // The header is not looked at: the version is only now being agreed on.
        for headers in [vec![], vec![("MCP-Protocol-Version", "nonsense")]] {
            let answer = post(&gateway, &headers, initialize(json!(asked))).await;
            assert_eq!(
                answer.result(),
                json!({
                    "protocolVersion": given,
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "things-mcp", "title": "Things \"quoted\"", "version": "1.2.3"},
                    "instructions": "Finds things.",
                })
            );
            assert_eq!(answer.json()["id"], 0);
            assert_eq!(answer.headers.get("mcp-session-id"), None);
        }
    }
}

#[tokio::test]
async fn refuses_an_initialize_that_cannot_be_meant() {
    let gateway = alone(&ADAPTER);
    for version in [json!(null), json!(1)] {
        let answer = post(&gateway, &[], initialize(version)).await;
        assert_eq!(answer.code(), (200, -32602));
    }
    let answer = post(
        &gateway,
        &[("MCP-Protocol-Version", MODERN)],
        initialize(json!("2025-11-25")),
    )
    .await;
    assert_eq!(answer.code(), (400, -32020));
    // A claim that is no whole envelope does not make it stateless.
    let mut body = initialize(json!("2025-11-25"));
    body["params"]["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": MODERN});
    assert_eq!(post(&gateway, &[], body).await.status, 200);
}

#[tokio::test]
async fn serves_each_revision_without_a_session() {
    let gateway = alone(&ADAPTER);
    let list = json!({"jsonrpc": "2.0", "id": "x", "method": "tools/list"});
    for headers in [
        vec![],
        vec![("MCP-Protocol-Version", "2025-03-26")],
        vec![("MCP-Protocol-Version", "2025-06-18")],
        vec![("MCP-Protocol-Version", "2025-11-25")],
    ] {
        let answer = post(&gateway, &headers, &list).await;
        assert_eq!(
            answer.text,
            format!(
                r#"{{"jsonrpc":"2.0","id":"x","result":{{"tools":{}}}}}"#,
                ADAPTER.tools_list
            )
        );
    }
    for version in ["2024-11-05", "1999-01-01", "garbage", "\u{e9}"] {
        let answer = post(&gateway, &[("MCP-Protocol-Version", version)], &list).await;
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (400, -32600), "{version}");
        assert!(
            message.contains("2025-11-25, 2025-06-18, 2025-03-26"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn answers_ping_and_tells_errors_with_200() {
    let gateway = alone(&ADAPTER);
    assert_eq!(
        legacy(&gateway, "ping", json!({})).await.text,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#
    );
    for method in ["server/discover", "resources/list", "Ping", ""] {
        assert_eq!(
            legacy(&gateway, method, json!({})).await.code(),
            (200, -32601)
        );
    }
    assert_eq!(
        legacy(&gateway, "tools/list", json!({"cursor": "x"}))
            .await
            .code(),
        (200, -32602)
    );
    for params in [
        json!({}),
        json!({"name": "nope"}),
        json!({"name": "defect", "arguments": []}),
    ] {
        let answer = legacy(&gateway, "tools/call", params).await;
        assert_eq!(answer.code(), (200, -32602));
    }
    let (_, _, message) = legacy(&gateway, "tools/call", json!({"name": "nope"}))
        .await
        .error();
    assert!(message.contains("unknown tool `nope`"), "{message}");
    for params in [json!([]), json!(null), json!("x")] {
        assert_eq!(
            legacy(&gateway, "tools/list", params).await.code(),
            (400, -32600)
        );
    }
}

#[tokio::test]
async fn calls_a_tool_in_the_older_form() {
    let gateway = gateway().await;
    let answer = legacy(
        &gateway,
        "tools/call",
        json!({"name": "find-thing", "arguments": {"id": "none"}}),
    )
    .await;
    assert_eq!(
        answer.text,
        r#"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"204 No Content: the upstream answered without a body"}],"isError":false}}"#
    );
}

#[tokio::test]
async fn drops_notifications_and_responses() {
    let gateway = alone(&ADAPTER);
    for body in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}"#,
        r#"[{"jsonrpc":"2.0","method":"notifications/initialized"},{"jsonrpc":"2.0","id":7,"result":{}}]"#,
    ] {
        let answer = post(&gateway, &[], body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (202, ""),
            "{body}"
        );
        assert_eq!(answer.headers.get(CONTENT_TYPE), None);
    }
}

#[tokio::test]
async fn answers_a_batch_where_the_revision_has_them() {
    let gateway = alone(&ADAPTER);
    let batch = json!([
        {"jsonrpc": "2.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "method": "notifications/progress"},
        {"jsonrpc": "2.0", "id": "b", "method": "nope"},
        1,
        {"jsonrpc": "2.0", "id": null, "method": "ping"},
        initialize(json!("2025-03-26")),
    ]);
    for headers in [vec![], vec![("MCP-Protocol-Version", "2025-03-26")]] {
        let answer = post(&gateway, &headers, &batch).await;
        assert_eq!(answer.status, 200);
        let answers = answer.json();
        let told: Vec<(Value, Value)> = answers
            .as_array()
            .unwrap()
            .iter()
            .map(|answer| (answer["id"].clone(), answer["error"]["code"].clone()))
            .collect();
        assert_eq!(
            told,
            [
                (json!(1), json!(null)),
                (json!("b"), json!(-32601)),
                (json!(null), json!(-32600)),
                (json!(null), json!(-32600)),
                (json!(0), json!(-32600)),
            ]
        );
    }
    for version in ["2025-06-18", "2025-11-25", "nonsense"] {
        let answer = post(&gateway, &[("MCP-Protocol-Version", version)], &batch).await;
        assert_eq!(answer.code(), (400, -32600));
    }
    assert_eq!(post(&gateway, &[], "[]").await.code(), (400, -32600));
}
