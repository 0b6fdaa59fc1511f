//! Credentials that are negotiated, through the front door: OAuth 2.0 client credentials and digest.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use breadth::CAPABILITY;
use gatewright_runtime::settings::{SettingValues, SettingsError, parse};
use gatewright_runtime::start::bind;
use lago_stand_in::recorder::{Recorder, Reply};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

const SECRET: &str = "canary secret";

fn values(flags: &[String]) -> Result<SettingValues, SettingsError> {
    let environment = |name: &str| match name {
        "BREADTH_KEY" => Some("the key".into()),
        "BREADTH_USER" => Some("Mufasa".into()),
        "BREADTH_PASSWORD" => Some("canary password".into()),
        "BREADTH_CLIENT_SECRET" => Some(SECRET.into()),
        "TENANT_KEY" => Some("tenant".into()),
        _ => None,
    };
    let arguments = ["gateway", "--files-region", "eu"].map(OsString::from);
    let flags = parse(
        &CAPABILITY,
        arguments
            .into_iter()
            .chain(flags.iter().map(OsString::from)),
    )
    .unwrap();
    SettingValues::read(CAPABILITY.settings, &flags, &environment)
}

struct Gateway {
    rest: String,
    mcp: String,
    api: Recorder,
    tokens: Recorder,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    async fn start() -> Self {
        let api = Recorder::start().await.unwrap();
        let tokens = Recorder::start().await.unwrap();
        let flags = [
            format!("--ledger-base-uri={}", api.base_uri()),
            format!("--meters-base-uri={}/v1", api.base_uri()),
            format!("--breadth-tokens={}/token?x=1", tokens.base_uri()),
            "--breadth-rest-port=0".to_owned(),
            "--breadth-mcp-port=0".to_owned(),
        ];
        let (stop, stopping) = watch::channel(false);
        let mut addresses = Vec::new();
        for listener in bind(&CAPABILITY, &values(&flags).unwrap()).await.unwrap() {
            addresses.push(format!("http://{}", listener.address()));
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            rest: addresses[0].clone(),
            mcp: addresses[1].clone(),
            api,
            tokens,
            _stop: stop,
        }
    }

    async fn add_entry(&self) -> (u16, String) {
        let request = reqwest::Client::new()
            .post(format!("{}/v1/ledgers/a/entries", self.rest))
            .json(&json!({"amount": 1}));
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn add_entry_as_tool(&self) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "add-entry", "arguments": {"ledger": "a", "entry": {}}}});
        let request = reqwest::Client::new()
            .post(format!("{}/mcp", self.mcp))
            .json(&message);
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["result"].take()
    }

    async fn read_meter(&self, target: &str) -> u16 {
        let response = reqwest::get(format!("{}/v1/readings/{target}", self.rest));
        response.await.unwrap().status().as_u16()
    }

    /// The values of `Authorization` that the API got since the last look.
    fn authorizations(&self) -> Vec<String> {
        let requests = self.api.take();
        let values = requests
            .iter()
            .map(|request| request.header("authorization").unwrap_or("none").to_owned());
        values.collect()
    }
}

fn token(name: &str) -> Reply {
    Reply::json(
        200,
        &format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600}}"#),
    )
}

#[tokio::test]
async fn a_token_is_fetched_once_and_sent_with_every_call() {
    let gateway = Arc::new(Gateway::start().await);
    gateway.tokens.answer(token("t1"));
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let gateway = gateway.clone();
        calls.spawn(async move { gateway.add_entry().await.0 });
    }
    assert_eq!(calls.join_all().await, [200; 20]);
    assert_eq!(gateway.authorizations(), vec!["Bearer t1"; 20]);
    let asked = gateway.tokens.take();
    assert_eq!(asked.len(), 1, "one fetch for all");
    assert_eq!(
        (asked[0].method.as_str(), asked[0].target.as_str()),
        ("POST", "/token?x=1")
    );
    assert_eq!(
        String::from_utf8_lossy(&asked[0].body),
        "grant_type=client_credentials&scope=read%20write"
    );
    // gateway:canary%20secret
    assert_eq!(
        asked[0].header("authorization"),
        Some("Basic Z2F0ZXdheTpjYW5hcnklMjBzZWNyZXQ=")
    );
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_and_the_call_repeated() {
    let gateway = Gateway::start().await;
    gateway.tokens.answer_once(token("t1"));
    gateway.tokens.answer(token("t2"));
    assert_eq!(gateway.add_entry().await.0, 200);
    gateway.api.answer_once(Reply::json(401, "{}"));
    assert_eq!(gateway.add_entry().await.0, 200);
    let sent = gateway.api.requests();
    assert!(
        sent.iter()
            .all(|request| request.body == br#"{"amount":1}"#)
    );
    assert_eq!(
        gateway.authorizations(),
        ["Bearer t1", "Bearer t1", "Bearer t2"]
    );
}

#[tokio::test]
async fn a_new_token_that_is_refused_is_the_callers_to_know() {
    let gateway = Gateway::start().await;
    gateway.tokens.answer(token("t1"));
    gateway.api.answer(Reply::json(401, r#"{"error":"no"}"#));
    for _ in 0..3 {
        assert_eq!(
            gateway.add_entry().await,
            (401, r#"{"error":"no"}"#.to_owned())
        );
    }
    assert_eq!(gateway.api.take().len(), 3);
    assert_eq!(gateway.tokens.take().len(), 1);
}

#[tokio::test]
async fn a_server_that_reads_the_body_only_is_found_out_once() {
    let gateway = Gateway::start().await;
    gateway
        .tokens
        .answer_once(Reply::json(401, r#"{"error":"invalid_client"}"#));
    gateway.tokens.answer(Reply::json(
        200,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":0}"#,
    ));
    assert_eq!(gateway.add_entry().await.0, 200);
    assert_eq!(gateway.add_entry().await.0, 200);
    let asked = gateway.tokens.take();
    assert_eq!(asked.len(), 3);
    for request in &asked[1..] {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(
            String::from_utf8_lossy(&request.body),
            "grant_type=client_credentials&scope=read%20write&client_id=gateway&client_secret=canary%20secret"
        );
    }
}

#[tokio::test]
async fn what_the_token_endpoint_did_is_said_and_no_secret() {
    let gateway = Gateway::start().await;
    let refusal = r#"{"error":"invalid_scope","error_description":"canary secret"}"#;
    let cases = [
        (Reply::json(400, refusal), "it answered 400 `invalid_scope`"),
        (
            Reply::json(400, r#"{"error":"canary secret"}"#),
            "it answered 400\"",
        ),
        (Reply::bytes(500, "canary secret"), "it answered 500"),
        (
            Reply::bytes(302, "").header("location", "https://elsewhere.test/"),
            "it answered 302",
        ),
        (Reply::json(200, "{}"), "did not answer with a bearer token"),
        (
            Reply::bytes(200, vec![b' '; 100_000]),
            "answered with more than a token",
        ),
    ];
    for (reply, words) in cases {
        gateway.tokens.answer(reply);
        let (status, text) = gateway.add_entry().await;
        assert_eq!(status, 502, "{text}");
        assert!(text.contains("the token endpoint of the upstream `ledger`"));
        assert!(text.contains(words), "{text} / {words}");
        assert!(!text.contains("canary"), "{text}");
    }
    assert!(gateway.api.take().is_empty());

    let result = gateway.add_entry_as_tool().await;
    assert_eq!(result["isError"], true, "{result}");
    assert!(
        result
            .to_string()
            .contains("answered with more than a token")
    );
}

#[tokio::test]
async fn a_token_endpoint_on_another_machine_must_be_encrypted() {
    let values = values(&["--breadth-tokens=http://auth.test/canary".to_owned()]).unwrap();
    let error = bind(&CAPABILITY, &values).await.unwrap_err().to_string();
    assert!(
        error.contains("neither https nor on this machine"),
        "{error}"
    );
    assert!(!error.contains("canary"), "{error}");
}

fn challenge(nonce: &str, more: &str) -> Reply {
    let challenge = format!(
        "Digest realm=\"meters\", qop=\"auth\", algorithm=SHA-256, nonce=\"{nonce}\"{more}"
    );
    Reply::json(401, "{}").header("www-authenticate", &challenge)
}

#[tokio::test]
async fn a_challenge_is_learnt_once_and_answered_from_then_on() {
    let gateway = Gateway::start().await;
    gateway.api.answer_once(challenge("n1", ", opaque=\"o\""));
    assert_eq!(gateway.read_meter("a%2Fb?since=x%20y").await, 200);
    assert_eq!(gateway.read_meter("c").await, 200);
    let targets: Vec<String> = gateway
        .api
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    let first = "/v1/readings/a%2Fb?since=x%20y";
    assert_eq!(targets, [first, first, "/v1/readings/c"]);
    let sent = gateway.authorizations();
    assert_eq!(sent[0], "none");
    assert!(sent[1].contains(&format!("nonce=\"n1\", uri=\"{first}\"")));
    assert!(sent[1].contains("nc=00000001") && sent[1].contains("opaque=\"o\""));
    assert!(sent[2].contains("nonce=\"n1\"") && sent[2].contains("nc=00000002"));
    assert!(!sent.concat().contains("canary"));
}

#[tokio::test]
async fn a_stale_challenge_is_replaced_and_a_wrong_password_is_not_tried_twice() {
    let gateway = Gateway::start().await;
    gateway.api.answer_once(challenge("n1", ""));
    gateway.api.answer_once(challenge("n2", ", stale=true"));
    assert_eq!(gateway.read_meter("a").await, 401, "one repetition a call");
    assert_eq!(gateway.read_meter("a").await, 200);
    assert_eq!(gateway.api.take().len(), 3);

    gateway.api.answer_once(challenge("n3", ", stale=true"));
    assert_eq!(gateway.read_meter("a").await, 200);
    let sent = gateway.authorizations();
    assert!(
        sent[0].contains("\"n2\"") && sent[1].contains("\"n3\""),
        "{sent:?}"
    );

    let other = Gateway::start().await;
    other.api.answer(challenge("n", ""));
    assert_eq!(other.read_meter("a").await, 401);
    assert_eq!(
        other.authorizations().len(),
        2,
        "unasked, and once with the password"
    );
    assert_eq!(other.read_meter("a").await, 401);
    assert_eq!(other.authorizations().len(), 1);
}

#[tokio::test]
async fn a_hint_decides_whether_a_call_may_be_repeated() {
    let gateway = Gateway::start().await;
    gateway.tokens.answer(token("t1"));
    gateway.api.answer_once(Reply::json(503, "{}"));
    assert_eq!(gateway.add_entry().await.0, 503, "a POST is not repeated");
    gateway.api.answer_once(Reply::json(503, "{}"));
    let result = gateway.add_entry_as_tool().await;
    assert_eq!(result["isError"], false, "the tool is idempotent: {result}");
    assert_eq!(gateway.api.take().len(), 3);
}
