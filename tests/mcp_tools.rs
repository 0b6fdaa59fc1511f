//! Every MCP tool: the request it sends upstream, and the result that comes back.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::{Recorder, Reply};
use serde_json::{Value, json};
use support::{Connection, Gateway, KEY};

async fn assert_sent(tool: &str, arguments: Value, upstream: &str, body: &str) {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{ \"ok\" : 1.10 }\n"));
    let gateway = Gateway::start(&format!("{}/api/v1", recorder.base_uri())).await;
    let (text, is_error) = gateway.tool(tool, arguments).await;
    assert_eq!(
        (text.as_str(), is_error),
        ("{ \"ok\" : 1.10 }\n", false),
        "{tool}"
    );
    let sent = recorder.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(format!("{} {}", sent[0].method, sent[0].target), upstream);
    assert_eq!(
        sent[0].header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    assert_eq!(String::from_utf8_lossy(&sent[0].body), body);
}

#[tokio::test]
async fn lago_create_customer() {
    let arguments = json!({"body": {"customer": {"external_id": "a"}}});
    let body = "{\"customer\":{\"external_id\":\"a\"}}";
    assert_sent(
        "lago-create-customer",
        arguments,
        "POST /api/v1/customers",
        body,
    )
    .await;
    // Models send objects as text.
    let arguments = json!({"body": "{ \"customer\": 1.10 }"});
    assert_sent(
        "lago-create-customer",
        arguments,
        "POST /api/v1/customers",
        "{ \"customer\": 1.10 }",
    )
    .await;
}

#[tokio::test]
async fn lago_list_all_customers() {
    assert_sent(
        "lago-list-all-customers",
        json!({}),
        "GET /api/v1/customers",
        "",
    )
    .await;
}

#[tokio::test]
async fn lago_delete_applied_coupon() {
    let arguments = json!({"external_customer_id": "a/b", "applied_coupon_id": "?#"});
    let upstream = "DELETE /api/v1/customers/a%2Fb/applied_coupons/%3F%23";
    assert_sent("lago-delete-applied-coupon", arguments, upstream, "").await;
}

#[tokio::test]
async fn lago_generate_customer_payment_provider() {
    let upstream = "POST /api/v1/customers/a/checkout_url";
    assert_sent(
        "lago-generate-customer-payment-provider",
        json!({"external_customer_id": "a"}),
        upstream,
        "",
    )
    .await;
}

#[tokio::test]
async fn lago_retrieve_customer_current_usage() {
    let arguments = json!({"external_customer_id": "a", "external_subscription_id": "s&t=u"});
    let upstream = "GET /api/v1/customers/a/current_usage?external_subscription_id=s%26t%3Du";
    assert_sent(
        "lago-retrieve-customer-current-usage",
        arguments,
        upstream,
        "",
    )
    .await;
}

#[tokio::test]
async fn lago_retrieve_customer_past_usage() {
    let arguments = json!({
        "periods_count": "5", "billable_metric_code": null, "external_subscription_id": 7, "external_customer_id": "a",
    });
    let upstream = "GET /api/v1/customers/a/past_usage?external_subscription_id=7&periods_count=5";
    assert_sent("lago-retrieve-customer-past-usage", arguments, upstream, "").await;
}

#[tokio::test]
async fn lago_get_customer_portal_url() {
    let upstream = "GET /api/v1/customers/a/portal_url";
    assert_sent(
        "lago-get-customer-portal-url",
        json!({"external_customer_id": "a"}),
        upstream,
        "",
    )
    .await;
}

#[tokio::test]
async fn lago_retrieve_customer() {
    let upstream = "GET /api/v1/customers/%E2%82%AC";
    assert_sent(
        "lago-retrieve-customer",
        json!({"external_id": "€"}),
        upstream,
        "",
    )
    .await;
}

#[tokio::test]
async fn lago_delete_customer() {
    assert_sent(
        "lago-delete-customer",
        json!({"external_id": "a"}),
        "DELETE /api/v1/customers/a",
        "",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_error_is_the_tools_error() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (status, reason) in [
        (401, "Unauthorized"),
        (404, "Not Found"),
        (422, "Unprocessable Entity"),
        (500, "Internal Server Error"),
    ] {
        recorder.answer(Reply::json(status, "{\"code\":\"x\"}"));
        let (text, is_error) = gateway
            .tool("lago-retrieve-customer", json!({"external_id": "a"}))
            .await;
        assert_eq!(
            (text, is_error),
            (format!("HTTP {status} {reason}\n{{\"code\":\"x\"}}"), true)
        );
    }
}

#[tokio::test]
async fn an_empty_answer_is_told_in_text() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::bytes(204, ""));
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let (text, is_error) = gateway
        .tool("lago-delete-customer", json!({"external_id": "a"}))
        .await;
    assert!(!is_error && text.contains("204"), "{text}");
}

#[tokio::test]
async fn every_problem_of_a_call_is_told_at_once_and_nothing_is_sent() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let arguments = json!({"external_customer_id": "..", "periods_count": [1], "colour": "red"});
    let (text, is_error) = gateway
        .tool("lago-retrieve-customer-past-usage", arguments)
        .await;
    assert!(is_error);
    for name in [
        "external_customer_id",
        "periods_count",
        "colour",
        "external_subscription_id",
    ] {
        assert!(
            text.contains(&format!("argument `{name}`")),
            "{name} is not named in: {text}"
        );
    }
    let (text, is_error) = gateway
        .tool("lago-create-customer", json!({"body": [1]}))
        .await;
    assert_eq!(
        (text.as_str(), is_error),
        ("argument `body`: expected a JSON object, got [1]", true)
    );
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn the_list_gives_a_model_all_it_needs() {
    let gateway = Gateway::start("http://127.0.0.1:9").await;
    let message = json!({"jsonrpc": "2.0", "id": "list", "method": "tools/list"}).to_string();
    for path in ["/mcp", "/"] {
        let mut connection = Connection::open(gateway.mcp).await;
        let headers = [("content-type", "application/json")];
        let answer = connection
            .send("POST", path, &headers, message.as_bytes())
            .await
            .json();
        let tools = answer["result"]["tools"].as_array().unwrap();
        assert_eq!(tools.len(), 9);
        for tool in tools {
            assert!(
                tool["title"].is_string() && tool["description"].is_string(),
                "{tool}"
            );
            assert_eq!(tool["inputSchema"]["type"], "object");
            assert_eq!(tool["inputSchema"]["additionalProperties"], false);
            for hint in [
                "readOnlyHint",
                "destructiveHint",
                "idempotentHint",
                "openWorldHint",
            ] {
                assert!(tool["annotations"][hint].is_boolean(), "{hint} of {tool}");
            }
        }
        let usage = &tools[5]["inputSchema"];
        assert_eq!(
            usage["required"],
            json!(["external_customer_id", "external_subscription_id"])
        );
        assert_eq!(usage["properties"]["periods_count"]["type"], "integer");
        assert_eq!(tools[8]["annotations"]["destructiveHint"], true);
    }
}

#[tokio::test]
async fn a_trace_that_a_message_names_is_passed_on() {
    const OF_MESSAGE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const OF_REQUEST: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for (meta, trace, state, baggage) in [
        (
            json!({"traceparent": OF_MESSAGE, "tracestate": "a=1", "baggage": "b=2"}),
            OF_MESSAGE,
            Some("a=1"),
            Some("b=2"),
        ),
        (
            json!({"traceparent": "nonsense", "tracestate": 1}),
            OF_REQUEST,
            None,
            None,
        ),
        (json!({}), OF_REQUEST, None, None),
    ] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "lago-list-all-customers", "arguments": {}, "_meta": meta}});
        let headers = [
            ("content-type", "application/json"),
            ("traceparent", OF_REQUEST),
        ];
        let mut connection = Connection::open(gateway.mcp).await;
        let response = connection
            .send("POST", "/mcp", &headers, message.to_string().as_bytes())
            .await;
        assert_eq!(response.status, 200);
        let sent = recorder.take();
        assert_eq!(sent[0].header("traceparent"), Some(trace), "{meta}");
        assert_eq!(sent[0].header("tracestate"), state, "{meta}");
        assert_eq!(sent[0].header("baggage"), baggage, "{meta}");
    }
}
