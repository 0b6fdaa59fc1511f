//! 2026-07-28: the ladder of checks, in its order, and the form of the results.

use serde_json::{Value, json};

use super::*;

const VERSION: (&str, &str) = ("MCP-Protocol-Version", MODERN);
const LIST: (&str, &str) = ("Mcp-Method", "tools/list");
const CALL: (&str, &str) = ("Mcp-Method", "tools/call");

fn server_info() -> Value {
    json!({"io.modelcontextprotocol/serverInfo":
        {"name": "things-mcp", "title": "Things \"quoted\"", "version": "1.2.3"}})
}

#[tokio::test]
async fn discovers() {
    let answer = modern(&alone(&ADAPTER), "server/discover", json!({})).await;
    assert_eq!(
        answer.result(),
        json!({
            "resultType": "complete",
            "supportedVersions": [MODERN],
            "capabilities": {"tools": {}},
            "instructions": "Finds things.",
            "ttlMs": 300_000,
            "cacheScope": "public",
            "_meta": server_info(),
        })
    );
    let plain = modern(&alone(&PLAIN), "server/discover", json!({})).await;
    let plain = plain.result();
    assert_eq!(plain.get("instructions"), None);
    assert_eq!(
        plain["_meta"]["io.modelcontextprotocol/serverInfo"],
        json!({"name": "plain", "version": "0"})
    );
}

#[tokio::test]
async fn lists_the_tools_byte_for_byte_the_same() {
    let gateway = alone(&ADAPTER);
    let first = modern(&gateway, "tools/list", json!({})).await;
    let again = modern(&gateway, "tools/list", json!({"cursor": null})).await;
    assert_eq!(first.text, again.text);
    assert!(first.text.contains(ADAPTER.tools_list));
    let result = first.result();
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["tools"][0]["name"], "find-thing");
    assert_eq!(
        (&result["ttlMs"], &result["cacheScope"]),
        (&json!(300_000), &json!("public"))
    );
    assert_eq!(result["_meta"], server_info());
    assert_eq!(result.get("nextCursor"), None);
}

#[tokio::test]
async fn refuses_a_cursor_it_did_not_give() {
    let answer = modern(&alone(&ADAPTER), "tools/list", json!({"cursor": "x"})).await;
    assert_eq!(answer.code(), (200, -32602));
}

#[tokio::test]
async fn calls_a_tool() {
    let gateway = gateway().await;
    let answer = modern(
        &gateway,
        "tools/call",
        json!({"name": "find-thing", "arguments": {"id": "7"}}),
    )
    .await;
    assert_eq!(
        answer.result(),
        json!({
            "resultType": "complete",
            "content": [{"type": "text", "text": "{\"id\": \"7\", \"query\": Some(\"api_key=canary\")}\n"}],
            "isError": false,
            "_meta": server_info(),
        })
    );
}

#[tokio::test]
async fn does_not_serve_other_methods() {
    let gateway = alone(&ADAPTER);
    for method in [
        "ping",
        "initialize",
        "resources/list",
        "subscriptions/listen",
        "",
    ] {
        let answer = modern(&gateway, method, json!({})).await;
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (404, -32601), "{method}");
        assert!(message.ends_with(method));
        assert_eq!(answer.json()["id"], 1);
    }
}

#[tokio::test]
async fn requires_the_envelope() {
    let gateway = alone(&ADAPTER);
    let body = |params: Value| json!({"jsonrpc": "2.0", "id": "a", "method": "tools/list", "params": params});
    let version = "io.modelcontextprotocol/protocolVersion";
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    for (params, named) in [
        (json!({}), vec![version, capabilities]),
        (json!([]), vec![version, capabilities]),
        (json!({"_meta": 1}), vec![version, capabilities]),
        (json!({"_meta": {version: MODERN}}), vec![capabilities]),
        (json!({"_meta": {capabilities: {}}}), vec![version]),
        (
            json!({"_meta": {version: MODERN, capabilities: []}}),
            vec![capabilities],
        ),
        (
            json!({"_meta": {version: 1, capabilities: {}}}),
            vec![version],
        ),
        (
            json!({"_meta": {version: null, capabilities: {}}}),
            vec![version],
        ),
    ] {
        let answer = post(&gateway, &[VERSION, LIST], body(params.clone())).await;
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (400, -32602), "{params}");
        for name in named {
            assert!(message.contains(name), "{message}");
        }
        assert_eq!(answer.json()["id"], "a");
    }
}

#[tokio::test]
async fn headers_must_agree_with_the_body() {
    let gateway = alone(&ADAPTER);
    let list = modern_body("tools/list", json!({}));
    for (headers, named) in [
        (vec![], "MCP-Protocol-Version"),
        (vec![LIST], "MCP-Protocol-Version"),
        (vec![VERSION], "Mcp-Method"),
        (
            vec![("MCP-Protocol-Version", "2025-11-25"), LIST],
            "2025-11-25",
        ),
        (vec![VERSION, ("Mcp-Method", "tools/call")], "Mcp-Method"),
        (vec![VERSION, ("Mcp-Method", "Tools/list")], "Mcp-Method"),
        (vec![VERSION, ("Mcp-Method", "tools/\u{e9}")], "Mcp-Method"),
        (vec![VERSION, VERSION, LIST], "MCP-Protocol-Version"),
        (vec![VERSION, LIST, LIST], "Mcp-Method"),
    ] {
        let answer = post(&gateway, &headers, &list).await;
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (400, -32020), "{headers:?}");
        assert!(message.contains(named), "{message}");
        assert_eq!(answer.json()["id"], 1);
    }
    // White space around a value and headers of other purposes do not matter.
    for headers in [
        vec![("mcp-protocol-version", " 2026-07-28\t"), LIST],
        vec![
            VERSION,
            LIST,
            ("Mcp-Name", "x"),
            ("Mcp-Session-Id", "x"),
            ("Mcp-Param-A", "x"),
        ],
    ] {
        assert_eq!(post(&gateway, &headers, &list).await.status, 200);
    }
}

#[tokio::test]
async fn the_name_header_must_agree_with_the_tool() {
    let gateway = gateway().await;
    let body = modern_body("tools/call", json!({"name": "café"}));
    for name in [
        None,
        Some("find-thing"),
        Some("café"),
        Some("=?base64?Y2Fmw6n=?="),
        Some("=?base64?Y2Fm6Q==?="),
        Some("=?base64?Y2Fm?="),
    ] {
        let mut headers = vec![VERSION, CALL];
        headers.extend(name.map(|name| ("Mcp-Name", name)));
        let answer = post(&gateway, &headers, &body).await;
        assert_eq!(answer.code(), (400, -32020), "{name:?}");
    }
    let headers = [VERSION, CALL, ("Mcp-Name", "=?base64?Y2Fmw6k=?=")];
    assert_eq!(
        post(&gateway, &headers, &body).await.result()["isError"],
        true
    );
    // A name that cannot be compared is a matter of the params.
    for params in [json!({}), json!({"name": 1})] {
        let answer = post(
            &gateway,
            &[VERSION, CALL],
            modern_body("tools/call", params),
        )
        .await;
        assert_eq!(answer.code(), (200, -32602));
    }
}

#[tokio::test]
async fn names_the_revision_it_serves_in_this_form() {
    let gateway = alone(&ADAPTER);
    for version in ["1900-01-01", "2027-01-01", "2025-11-25"] {
        let mut body = modern_body("tools/list", json!({}));
        body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(version);
        // The version is judged before missing headers are, and after contradicting ones.
        for headers in [vec![], vec![("MCP-Protocol-Version", version), LIST]] {
            let answer = post(&gateway, &headers, &body).await;
            assert_eq!(answer.code(), (400, -32022));
            assert_eq!(
                answer.json()["error"]["data"],
                json!({"supported": [MODERN], "requested": version})
            );
        }
        let answer = post(&gateway, &[VERSION, LIST], &body).await;
        assert_eq!(answer.code(), (400, -32020));
    }
}

#[tokio::test]
async fn drops_notifications_and_refuses_responses_and_batches() {
    let gateway = alone(&ADAPTER);
    let notification =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    let mut claimed = notification.clone();
    claimed["params"]["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": MODERN});
    for body in [&notification, &claimed] {
        let answer = post(&gateway, &[VERSION], body).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
    }
    let answer = post(
        &gateway,
        &[("MCP-Protocol-Version", "2027-01-01")],
        &notification,
    )
    .await;
    assert_eq!(answer.code(), (400, -32022));
    claimed["params"]["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": "1900-01-01"});
    assert_eq!(
        post(&gateway, &[VERSION], &claimed).await.code(),
        (400, -32022)
    );

    let response = json!({"jsonrpc": "2.0", "id": 1, "result": {}});
    assert_eq!(
        post(&gateway, &[VERSION], response).await.code(),
        (400, -32600)
    );
    let batch = json!([modern_body("tools/list", json!({}))]);
    for headers in [vec![VERSION, LIST], vec![]] {
        let answer = post(&gateway, &headers, &batch).await;
        assert_eq!(answer.code(), (400, -32600));
        assert_eq!(answer.json()["id"], Value::Null);
    }
}
