//! What tools answer that declare what they answer with, over real sockets and in every revision.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Reply;
use serde_json::{Value, json};

use support::{Gateway, SHIP, no_ship, ship};

const REVISIONS: [&str; 4] = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"];

fn text(result: &Value) -> &str {
    assert_eq!(result["content"].as_array().unwrap().len(), 1, "{result}");
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn a_tool_that_answers_with_an_object_says_what_is_in_it() {
    let gateway = Gateway::start(&[]).await;
    for revision in REVISIONS {
        let list = gateway.message(revision, "tools/list", json!({})).await;
        let tools = list["tools"].as_array().unwrap();
        let schemas: Vec<(&str, &Value)> = tools
            .iter()
            .map(|tool| {
                (
                    tool["name"].as_str().unwrap(),
                    &tool["outputSchema"]["type"],
                )
            })
            .collect();
        assert_eq!(
            schemas,
            [
                ("list-ships", &json!("object")),
                ("get-ship", &json!("object")),
                ("get-crew", &Value::Null),
                ("scrap-ship", &json!("object")),
                ("raw-ship", &Value::Null)
            ]
        );
        let ship = tools
            .iter()
            .find(|tool| tool["name"] == "get-ship")
            .unwrap();
        let owner = &ship["outputSchema"]["properties"]["owner"];
        assert_eq!(
            *owner,
            json!({
                "type": ["object", "null"],
                "properties": {
                    "name": {"type": ["string", "null"]},
                    "contact": {"type": ["object", "null"]}
                },
                "required": ["name", "contact"],
                "additionalProperties": false
            })
        );
    }
}

#[tokio::test]
async fn its_result_is_the_same_as_text_and_as_json() {
    let gateway = Gateway::start(&[]).await;
    for revision in REVISIONS {
        let result = gateway
            .tool(revision, "get-ship", Reply::json(200, SHIP))
            .await;
        assert_eq!(result["structuredContent"], ship(), "{revision}");
        assert_eq!(
            serde_json::from_str::<Value>(text(&result)).unwrap(),
            ship()
        );
        assert_eq!(result["isError"], false);
        assert!(!result.to_string().contains("canary-payload"));
        assert_eq!(result["resultType"].is_string(), revision == "2026-07-28");
    }
}

#[tokio::test]
async fn a_message_is_one_line_whatever_the_upstreams_lines_are() {
    let gateway = Gateway::start(&[]).await;
    gateway.fleet.answer(Reply::json(200, SHIP));
    let message = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get-ship", "arguments": {"id": "7"}}
    });
    let answer = gateway
        .client
        .post(&gateway.mcp)
        .json(&message)
        .send()
        .await
        .unwrap();
    let answer = answer.text().await.unwrap();
    assert!(SHIP.contains('\n') && !answer.contains('\n'), "{answer}");
}

#[tokio::test]
async fn what_is_no_object_is_text() {
    let gateway = Gateway::start(&[]).await;
    let result = gateway
        .tool("2025-11-25", "get-crew", Reply::json(200, SHIP))
        .await;
    assert_eq!(text(&result), r#"["Ana",null]"#);
    assert_eq!(result.get("structuredContent"), None);
    let result = gateway
        .tool("2025-11-25", "raw-ship", Reply::json(200, SHIP))
        .await;
    assert_eq!(
        (text(&result), result.get("structuredContent")),
        (SHIP, None)
    );
}

#[tokio::test]
async fn an_answer_without_a_body_still_is_what_is_declared() {
    let gateway = Gateway::start(&[]).await;
    let result = gateway
        .tool("2025-11-25", "get-ship", Reply::bytes(204, ""))
        .await;
    assert_eq!(
        text(&result),
        "204 No Content: the upstream answered without a body"
    );
    assert_eq!(
        (&result["structuredContent"], &result["isError"]),
        (&no_ship(), &json!(false))
    );
    let result = gateway
        .tool("2025-11-25", "scrap-ship", Reply::bytes(200, ""))
        .await;
    assert_eq!(
        result["structuredContent"],
        json!({"id": null, "gone": true})
    );
    let result = gateway
        .tool("2025-11-25", "get-crew", Reply::bytes(204, ""))
        .await;
    assert_eq!(result.get("structuredContent"), None);
}

#[tokio::test]
async fn what_fails_has_no_structure() {
    let gateway = Gateway::start(&[]).await;
    for (reply, told) in [
        (
            Reply::json(404, r#"{"error": "gone"}"#),
            "HTTP 404 Not Found\n{\"error\": \"gone\"}",
        ),
        (
            Reply::json(200, r#"{"decks": "many"}"#),
            "the upstream `fleet` answered 200 OK, but with something else than is declared: `$.decks` must be a whole number, and is text",
        ),
    ] {
        let result = gateway.tool("2026-07-28", "get-ship", reply).await;
        assert_eq!((text(&result), &result["isError"]), (told, &json!(true)));
        assert_eq!(result.get("structuredContent"), None);
    }
}

#[tokio::test]
async fn an_answer_too_long_to_be_shown_is_an_error_with_a_note() {
    let gateway = Gateway::start(&["--result-limit", "200"]).await;
    let ships = format!(
        r#"{{"data": [{}{{}}]}}"#,
        r#"{"imo_number": 1},"#.repeat(20)
    );
    let result = gateway
        .tool("2025-11-25", "list-ships", Reply::json(200, &ships))
        .await;
    assert_eq!(
        (&result["isError"], result.get("structuredContent")),
        (&json!(true), None)
    );
    let told = text(&result);
    assert!(
        told.starts_with(r#"{"ships":[{"imo":"1","name":null},"#),
        "{told}"
    );
    assert!(
        told.ends_with(
            "To get less, call again with a narrower choice of `page`.\nThe call itself succeeded: 200 OK."
        ),
        "{told}"
    );
    // Without a schema there is nothing to fall short of.
    let crew = format!(r#"{{"crew": [{}{{}}]}}"#, r#"{"name": "Ana"},"#.repeat(50));
    let result = gateway
        .tool("2025-11-25", "get-crew", Reply::json(200, &crew))
        .await;
    assert_eq!(result["isError"], false);
    assert!(
        text(&result).contains("cut: 301 bytes in all"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn an_answer_too_large_to_be_shaped_is_an_error_and_one_that_is_only_shown_is_cut() {
    let gateway = Gateway::start(&["--answer-limit", "1000"]).await;
    let long = format!(r#"{{"filling": "{}"}}"#, "x".repeat(1000));
    for (status, tool) in [(200, "get-ship"), (200, "get-crew"), (404, "get-ship")] {
        let result = gateway
            .tool("2025-11-25", tool, Reply::json(status, &long))
            .await;
        let told = text(&result);
        assert_eq!(result["isError"], true);
        match status {
            200 => assert!(told.contains("larger than 1000 bytes"), "{told}"),
            _ => assert!(told.ends_with("x\n… (cut: 1015 bytes in all)"), "{told}"),
        }
    }
}
