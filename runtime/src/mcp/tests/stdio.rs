//! The stdio transport, and progress over both.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines};

use super::*;
use crate::mcp::stdio::serve;

/// Longer than any of these tests takes; what hangs has failed.
const PATIENCE: Duration = Duration::from_secs(20);

struct Session {
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Session {
    async fn start(options: McpOptions) -> Self {
        let backend = Backend::new([upstream(&things().await), upstream(&vacant().await)]);
        let (input, read) = tokio::io::duplex(1 << 16);
        let (written, output) = tokio::io::duplex(1 << 16);
        Self {
            input,
            output: BufReader::new(output).lines(),
            serving: tokio::spawn(serve(&ADAPTER, backend, options, read, written)),
        }
    }

    async fn send(&mut self, line: &str) {
        self.input.write_all(line.as_bytes()).await.unwrap();
        self.input.write_all(b"\n").await.unwrap();
    }

    async fn call(&mut self, id: Value, thing: &str) {
        let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": "find-thing", "arguments": {"id": thing}, "_meta": {"progressToken": "p\"1"}}});
        self.send(&message.to_string()).await;
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await;
        serde_json::from_str(&line.unwrap().unwrap().unwrap()).unwrap()
    }

    /// Ends the input; returns what is still said after it.
    async fn end(self) -> Vec<String> {
        drop(self.input);
        let mut output = self.output;
        let mut rest = Vec::new();
        let ended = async {
            while let Some(line) = output.next_line().await.unwrap() {
                rest.push(line);
            }
            self.serving.await.unwrap().unwrap();
        };
        tokio::time::timeout(PATIENCE, ended).await.unwrap();
        rest
    }
}

#[tokio::test]
async fn answers_line_by_line_in_both_eras() {
    let mut session = Session::start(OPTIONS).await;
    session
        .send(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#)
        .await;
    let answer = session.next().await;
    assert_eq!(answer["result"]["protocolVersion"], "2025-06-18");
    session
        .send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        .await;
    session.send("").await;
    session
        .send(r#"{"jsonrpc":"2.0","id":"a","method":"tools/list"}"#)
        .await;
    let answer = session.next().await;
    assert_eq!(
        (answer["id"].clone(), answer["result"]["tools"].is_array()),
        (json!("a"), true)
    );
    let meta = format!(
        r#"{{"io.modelcontextprotocol/protocolVersion":"{MODERN}","io.modelcontextprotocol/clientCapabilities":{{}}}}"#
    );
    session
        .send(&format!(
            r#"{{"jsonrpc":"2.0","id":3,"method":"server/discover","params":{{"_meta":{meta}}}}}"#
        ))
        .await;
    assert_eq!(session.next().await["result"]["resultType"], "complete");
    assert_eq!(session.end().await, Vec::<String>::new());
}

#[tokio::test]
async fn says_what_is_no_message_and_goes_on() {
    let mut session = Session::start(OPTIONS).await;
    for (line, code) in [
        ("{".to_owned(), -32700),
        ("[]".to_owned(), -32600),
        ("\u{0}".to_owned(), -32700),
        ("x".repeat(3 * BODY_LIMIT), -32600),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#.to_owned(),
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":"no/such"}"#.to_owned(),
            -32601,
        ),
    ] {
        session.send(&line).await;
        assert_eq!(session.next().await["error"]["code"], code);
    }
    session
        .send(r#"{"jsonrpc":"2.0","id":8,"method":"ping"}"#)
        .await;
    assert_eq!(session.next().await["result"], json!({}));
    assert_eq!(session.end().await, Vec::<String>::new());
}

#[tokio::test]
async fn requests_overlap_and_the_end_of_the_input_waits_for_them() {
    let mut session = Session::start(OPTIONS).await;
    session.call(json!(1), "hang").await;
    session.call(json!(2), "a").await;
    assert_eq!(session.next().await["id"], 2);
    session.call(json!(1), "a").await;
    assert_eq!(session.next().await["error"]["code"], -32600);
    session
        .send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        .await;
    session.call(json!(3), "b").await;
    let rest = session.end().await;
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert!(rest[0].contains(r#""id":3"#), "{rest:?}");
}

#[tokio::test]
async fn a_batch_keeps_nothing_behind_it_waiting() {
    let mut session = Session::start(OPTIONS).await;
    session
        .send(r#"[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"find-thing","arguments":{"id":"hang"}}}]"#)
        .await;
    session.call(json!(2), "a").await;
    assert_eq!(session.next().await["id"], 2);
}

#[tokio::test]
async fn a_long_call_tells_that_it_goes_on() {
    let options = McpOptions {
        progress_interval: Duration::from_millis(1),
        ..OPTIONS
    };
    let mut session = Session::start(options).await;
    session.call(json!("h"), "hang").await;
    for told in 1..=3 {
        let message = session.next().await;
        assert_eq!(message["method"], "notifications/progress");
        assert_eq!(message["params"]["progressToken"], "p\"1");
        assert_eq!(message["params"]["progress"], told);
    }
    session
        .send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"h"}}"#)
        .await;
    let rest = session.end().await;
    assert!(!rest.iter().any(|line| line.contains("result")), "{rest:?}");
}

/// The events of a call over HTTP, as far as `enough` says.
async fn events(thing: &str, accept: &str, interval: Duration, enough: usize) -> (String, String) {
    let backend = Backend::new([upstream(&things().await)]);
    let options = McpOptions {
        progress_interval: interval,
        ..OPTIONS
    };
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "find-thing", "arguments": {"id": thing}, "_meta": {"progressToken": 7}}});
    let request = axum::extract::Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", accept)
        .body(Body::from(message.to_string()))
        .unwrap();
    let response = router(&ADAPTER, backend, options)
        .oneshot(request)
        .await
        .unwrap();
    let media_type = response.headers()[CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    let mut body = response.into_body();
    let mut text = String::new();
    while text.matches("\n\n").count() < enough {
        match tokio::time::timeout(PATIENCE, body.frame()).await.unwrap() {
            Some(frame) => {
                text.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap())
            }
            None => break,
        }
    }
    (media_type, text)
}

#[tokio::test]
async fn a_long_call_over_http_is_answered_with_events() {
    let both = "application/json, text/event-stream";
    let (media_type, text) = events("hang", both, Duration::from_millis(1), 2).await;
    assert_eq!(media_type, "text/event-stream");
    for told in 1..=2 {
        let event = format!(
            "event: message\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":7,\"progress\":{told},"
        );
        assert!(text.contains(&event), "{text}");
    }
    let (media_type, text) = events("late", both, Duration::from_millis(1), usize::MAX).await;
    assert_eq!(media_type, "text/event-stream");
    let last = text.trim_end().rsplit("data: ").next().unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!(
        (&last["id"], &last["result"]["isError"]),
        (&json!(1), &json!(false))
    );
}

#[tokio::test]
async fn a_short_call_or_one_whose_client_takes_no_events_is_answered_with_json() {
    let both = "application/json, text/event-stream";
    let (media_type, text) = events("a", both, PATIENCE, usize::MAX).await;
    assert_eq!(media_type, "application/json");
    assert!(text.contains("\"isError\":false"), "{text}");
    let (media_type, _) = events(
        "late",
        "application/json",
        Duration::from_millis(1),
        usize::MAX,
    )
    .await;
    assert_eq!(media_type, "application/json");
}
