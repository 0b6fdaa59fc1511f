//! The log: a line for every request, and who is told which request id.

use lago_stand_in::LagoStandIn;
use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::gateway::{BOUND, Gateway};
use crate::http::Request;

fn lines(log: &[String]) -> Vec<Value> {
    let parsed = log.iter().map(|line| serde_json::from_str(line));
    parsed.collect::<Result<_, _>>().unwrap()
}

/// The lines about requests.
fn access(log: &[String]) -> Vec<Value> {
    let mut lines = lines(log);
    lines.retain(|line| line["duration_ms"].is_number());
    lines
}

#[tokio::test]
async fn every_line_is_json_where_json_is_asked_for() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let flags = ["--log-format", "json", "--log-level", "debug"];
    let gateway = Gateway::start(&lago.base_uri(), "key", &flags).await;
    Request::get("/v1/customers").send(gateway.rest).await;
    let (rest, mcp) = (gateway.rest, gateway.mcp);
    let lines = lines(&gateway.stop().await);
    for (line, adapter, address) in [
        (&lines[0], "lago-customers-rest", rest),
        (&lines[1], "lago-customers-mcp", mcp),
    ] {
        assert_eq!(line["message"], format!("listening on http://{address}"));
        assert_eq!(
            (&line["adapter"], &line["level"]),
            (&json!(adapter), &json!("INFO"))
        );
    }
    assert_eq!(lines.last().unwrap()["signal"], "SIGTERM");
}

#[tokio::test]
async fn where_it_listens_is_said_at_every_level_and_in_every_format() {
    let lago = LagoStandIn::start("key").await.unwrap();
    for flags in [["--log-level", "error"], ["--log-format", "text"]] {
        // Starting reads the addresses from the log.
        let gateway = Gateway::start(&lago.base_uri(), "key", &flags).await;
        let answer = Request::get("/v1/customers").send(gateway.rest).await;
        assert_eq!(answer.status(), 200);
        let requests = gateway.stop().await;
        let requests = requests.iter().filter(|line| line.contains("duration_ms="));
        assert_eq!(requests.count(), usize::from(flags[1] == "text"));
    }
}

#[tokio::test]
async fn every_request_has_one_line() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--log-format", "json"]).await;
    let (rest, mcp) = (gateway.rest, gateway.mcp);
    let expected = [
        (rest, Request::get("/v1/customers"), "findallcustomers", 200),
        (
            rest,
            Request::get("/v1/customers?surplus=1"),
            "findallcustomers",
            400,
        ),
        (rest, Request::get("/v1/nothing"), "-", 404),
        (rest, Request::new("PUT", "/v1/customers"), "-", 405),
        (
            mcp,
            Request::tool("lago-list-all-customers", json!({})),
            "lago-list-all-customers",
            200,
        ),
        (
            mcp,
            Request::tool("lago-retrieve-customer", json!({})),
            "lago-retrieve-customer",
            200,
        ),
        (
            mcp,
            Request::mcp("tools/list", json!({})),
            "tools/list",
            200,
        ),
        (mcp, Request::get("/mcp"), "-", 405),
    ];
    for (number, (address, request, _, status)) in expected.iter().enumerate() {
        let id = format!("id-{number}");
        let answer = request
            .clone()
            .header("x-request-id", &id)
            .send(*address)
            .await;
        assert_eq!(
            (answer.status(), answer.header("x-request-id")),
            (*status, Some(&*id))
        );
    }
    let log = access(&gateway.stop().await);
    assert_eq!(log.len(), expected.len(), "{log:#?}");
    // Of those that were answered without a call there is nothing to say.
    let calls = log.iter().map(|line| line["upstream_ms"].as_f64());
    let called: Vec<bool> = calls.clone().map(|time| time.is_some()).collect();
    assert_eq!(
        called,
        [true, false, false, false, true, false, false, false]
    );
    for (line, time) in log.iter().zip(calls) {
        let whole = line["duration_ms"].as_f64().unwrap();
        assert!(
            time.is_none_or(|time| 0.0 < time && time <= whole),
            "{line}"
        );
    }
    for (number, (line, (address, _, operation, status))) in log.iter().zip(expected).enumerate() {
        let adapter = if address == rest {
            "lago-customers-rest"
        } else {
            "lago-customers-mcp"
        };
        assert_eq!(line["adapter"], adapter, "{line}");
        assert_eq!(line["operation"], operation, "{line}");
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["request_id"], format!("id-{number}"), "{line}");
        assert_eq!(line["message"], "answered", "{line}");
    }
}

#[tokio::test]
async fn a_request_without_a_usable_id_gets_a_new_one() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--log-format", "json"]).await;
    let mut ids = Vec::new();
    for given in [
        None,
        Some("two words"),
        Some("a\"b"),
        Some(&*"x".repeat(129)),
    ] {
        let mut request = Request::get("/v1/customers");
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let answer = request.send(gateway.rest).await;
        ids.push(answer.header("x-request-id").unwrap().to_owned());
        assert!(!ids.iter().any(|id| Some(id.as_str()) == given));
    }
    let log = access(&gateway.stop().await);
    let logged: Vec<&str> = log
        .iter()
        .filter_map(|line| line["request_id"].as_str())
        .collect();
    assert_eq!(logged, ids);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

/// Lago gives every answer an id of its own, which the caller of a route sees: both are in the line.
#[tokio::test]
async fn an_upstreams_id_is_passed_on_and_logged() {
    let lago = Recorder::start().await.unwrap();
    lago.answer(Reply::json(200, "{}").header("x-request-id", "of-lago"));
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--log-format", "json"]).await;
    let request = Request::get("/v1/customers").header("x-request-id", "of-caller");
    let answer = request.send(gateway.rest).await;
    assert_eq!(answer.header("x-request-id"), Some("of-lago"));
    let log = access(&gateway.stop().await);
    assert_eq!(log[0]["request_id"], "of-caller");
    assert_eq!(log[0]["upstream_request_id"], "of-lago");
}

#[tokio::test]
async fn a_caller_that_leaves_is_logged() {
    let lago = Recorder::start().await.unwrap();
    lago.answer(Reply::default().behaving(Behaviour::NeverAnswer));
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--log-format", "json"]).await;
    let mut caller = TcpStream::connect(gateway.rest).await.unwrap();
    let request =
        b"GET /v1/customers HTTP/1.1\r\nhost: localhost\r\nx-request-id: impatient\r\n\r\n";
    caller.write_all(request).await.unwrap();
    timeout(BOUND, lago.wait_for_requests(1)).await.unwrap();
    drop(caller);
    gateway.log.containing(&["impatient"]).await;
    // The upstream call ends with its caller.
    timeout(BOUND, lago.wait_for_closed(1)).await.unwrap();
    let log = access(&gateway.stop().await);
    assert_eq!(log.len(), 1, "{log:#?}");
    assert_eq!(
        (&log[0]["message"], &log[0]["status"]),
        (&json!("not answered"), &json!(499))
    );
}

/// Who reads the log may go away before the gateway does.
#[tokio::test]
async fn a_log_that_nobody_reads_stops_nothing() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let mut gateway = Gateway::start(&lago.base_uri(), "key", &[]).await;
    gateway.close_log().await;
    for _ in 0..3 {
        let answer = Request::get("/v1/customers").send(gateway.rest).await;
        assert_eq!(answer.status(), 200);
    }
    gateway.stop().await;
}
