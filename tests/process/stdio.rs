//! The gateway over standard input and output.

use std::process::Stdio;
use std::time::{Duration, Instant};

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;

use crate::gateway::{BOUND, Lines, command};

/// How soon a cancelled call ends, as the middle of [`ATTEMPTS`]: on a busy machine a single one may be late.
const CANCELLATION_LIMIT: Duration = Duration::from_millis(50);
const ATTEMPTS: usize = 9;

struct Session {
    child: Child,
    input: ChildStdin,
    output: Lines,
    log: Lines,
}

impl Session {
    fn start(upstream: &str) -> Self {
        let mut command = command(&["--stdio"]);
        command
            .env("LAGO_CUSTOMERS_BASE_URI", upstream)
            .env("LAGO_API_KEY", "key")
            .stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            input: child.stdin.take().unwrap(),
            output: Lines::of(child.stdout.take().unwrap()),
            log: Lines::of(child.stderr.take().unwrap()),
            child,
        }
    }

    async fn send(&mut self, message: Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
    }

    async fn call(&mut self, id: usize) {
        let params = json!({"name": "lago-list-all-customers", "arguments": {}});
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))
            .await;
    }

    /// Ends the input; returns all that was said on standard output.
    async fn end(mut self) -> Vec<Value> {
        drop(self.input);
        let status = timeout(BOUND, self.child.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(0), "{:#?}", self.log.so_far());
        let lines = self.output.all().await;
        lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

#[tokio::test]
async fn nothing_but_messages_is_said_and_nothing_listens() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{\"customers\":[]}"));
    let mut session = Session::start(&recorder.base_uri());
    session
        .log
        .containing(&["serving standard input and output"])
        .await;
    session
        .send(json!({"jsonrpc": "2.0", "id": "a", "method": "ping"}))
        .await;
    session.send(json!([])).await;
    session.call(1).await;
    recorder.wait_for_requests(1).await;
    let log = session.log.so_far();
    assert!(
        !log.iter().any(|line| line.contains("listening")),
        "{log:?}"
    );
    let said = session.end().await;
    assert_eq!(said.len(), 3, "{said:#?}");
    let of = |id: Value| said.iter().find(|message| message["id"] == id).unwrap();
    assert_eq!(of(json!("a"))["result"], json!({}));
    assert_eq!(of(Value::Null)["error"]["code"], -32600);
    assert_eq!(
        of(json!(1))["result"]["content"][0]["text"],
        "{\"customers\":[]}"
    );
}

#[tokio::test]
async fn a_cancelled_call_ends_the_upstream_call_soon_and_is_not_answered() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
    let mut session = Session::start(&recorder.base_uri());
    let mut times = Vec::new();
    for attempt in 1..=ATTEMPTS {
        session.call(attempt).await;
        recorder.wait_for_requests(attempt).await;
        let begun = Instant::now();
        session
            .send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": attempt}}))
            .await;
        recorder.wait_for_closed(attempt).await;
        times.push(begun.elapsed());
    }
    times.sort();
    assert!(times[ATTEMPTS / 2] < CANCELLATION_LIMIT, "{times:?}");
    assert_eq!(session.end().await, Vec::<Value>::new());
}
