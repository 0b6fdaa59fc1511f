//! Every place and type of a parameter, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use std::ffi::OsString;
use std::time::Duration;

use breadth::CAPABILITY;
use gatewright_runtime::settings::{SettingValues, SettingsError, parse};
use gatewright_runtime::start::bind;
use lago_stand_in::recorder::{Recorded, Recorder};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A client for plain HTTP. reqwest asks for a TLS provider even where no TLS is spoken, and the runtime brings its own.
fn client() -> reqwest::Client {
    // The only error is that it has been installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// The settings with these flags, and secrets from the environment.
fn values(flags: &[&str]) -> Result<SettingValues, SettingsError> {
    let environment = |name: &str| match name {
        "BREADTH_KEY" => Some("the key".into()),
        "BREADTH_USER" => Some("user".into()),
        "BREADTH_PASSWORD" => Some("pass".into()),
        _ => None,
    };
    let flags = parse(
        &CAPABILITY,
        ["gateway"].iter().chain(flags).map(OsString::from),
    )
    .unwrap();
    SettingValues::read(CAPABILITY.settings, &flags, &environment)
}

struct Gateway {
    rest: String,
    mcp: String,
    files: Recorder,
    users: Recorder,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    async fn start() -> Self {
        let files = Recorder::start().await.unwrap();
        let users = Recorder::start().await.unwrap();
        let values = values(&[
            "--files-base-uri",
            &format!("{}/v2", files.base_uri()),
            "--users-base-uri",
            &users.base_uri(),
            "--breadth-rest-port",
            "0",
            "--breadth-mcp-port",
            "0",
        ]);
        let (stop, stopping) = watch::channel(false);
        let mut addresses = Vec::new();
        for listener in bind(&CAPABILITY, &values.unwrap()).await.unwrap() {
            addresses.push(format!("http://{}", listener.address()));
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            rest: addresses[0].clone(),
            mcp: addresses[1].clone(),
            files,
            users,
            _stop: stop,
        }
    }

    async fn tool(&self, name: &str, arguments: Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}});
        let response = client()
            .post(format!("{}/mcp", self.mcp))
            .json(&message)
            .send()
            .await
            .unwrap();
        response.json::<Value>().await.unwrap()["result"].take()
    }
}

fn line(request: &Recorded) -> String {
    format!("{} {}", request.method, request.target)
}

#[tokio::test]
async fn places_and_types_of_a_get() {
    let gateway = Gateway::start().await;
    let target =
        "/v1/type/a%2Fb/7.json?$top=5&filter%5Bx%5D=a%2Cb&filter[x]=c&fraction=0.5&deep=true";
    let request = client()
        .get(format!("{}{target}", gateway.rest))
        .header("X-Trace", "t1")
        .header("Cookie", "other=1; session=s%3D1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let sent = gateway.files.take();
    assert_eq!(
        line(&sent[0]),
        "GET /v2/type/a%2Fb/7.json?$top=5&filter[x]=a%2Cb&filter[x]=c&fraction=0.5&deep=true"
    );
    assert_eq!(sent[0].header("x-trace"), Some("t1"));
    assert_eq!(sent[0].header("cookie"), Some("session=s%3D1"));
    assert_eq!(sent[0].header("x-api-key"), Some("the key"));
}

#[tokio::test]
async fn of_the_callers_headers_only_declared_ones_are_passed_on() {
    let gateway = Gateway::start().await;
    let get = |header: &'static str, value: &'static str| {
        let request = client().get(format!("{}/v1/type/a/7.json?deep=true", gateway.rest));
        request
            .header("Authorization", "Bearer of-the-caller")
            .header("Cookie", "session=kept; other=1")
            .header("X-Trace", "t")
            .header(header, value)
            .send()
    };
    assert_eq!(get("X-Other", "1").await.unwrap().status(), 200);
    // A header that Connection names is the connection's, also where the capability declares it.
    assert_eq!(get("Connection", "x-trace").await.unwrap().status(), 200);
    let sent = gateway.files.take();
    for request in &sent {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("cookie"), Some("session=kept"));
        assert_eq!(request.header("x-api-key"), Some("the key"));
        assert_eq!(request.header("x-other"), None);
    }
    assert_eq!(sent[0].header("x-trace"), Some("t"));
    assert_eq!(sent[1].header("x-trace"), None);
}

/// What is not UTF-8 would reach the upstream as something else.
#[tokio::test]
async fn headers_and_cookies_that_are_no_utf8_are_refused() {
    let gateway = Gateway::start().await;
    let get = |name: &'static str, value: &'static [u8]| {
        let request = client().get(format!("{}/v1/type/a/7.json?deep=true", gateway.rest));
        let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
        request.header(name, value).send()
    };
    for (name, value, problem) in [
        ("x-trace", &b"\xe9"[..], Some("X-Trace")),
        ("cookie", b"session=\xe9", Some("session")),
        ("cookie", b"other=\xe9; session=s", None),
        ("x-other", b"\xe9", None),
    ] {
        let answer = get(name, value).await.unwrap();
        let status = if problem.is_some() { 400 } else { 200 };
        assert_eq!(answer.status(), status, "{name} {problem:?}");
        if let Some(problem) = problem {
            let document: Value = answer.json().await.unwrap();
            assert_eq!(document["errors"][0]["parameter"], problem, "{document}");
        }
    }
    assert_eq!(gateway.files.take().len(), 2);
}

#[tokio::test]
async fn the_same_as_a_tool() {
    let gateway = Gateway::start().await;
    let arguments = json!({"self": "a", "id": "7", "top": 5, "filter_x": ["a", 1], "deep": "false", "X-Trace": "t"});
    let result = gateway.tool("find-file", arguments).await;
    assert_eq!(result["isError"], false, "{result}");
    let sent = gateway.files.take();
    assert_eq!(
        line(&sent[0]),
        "GET /v2/type/a/7.json?$top=5&filter[x]=a&filter[x]=1&deep=false"
    );
    assert_eq!(sent[0].header("x-trace"), Some("t"));
}

#[tokio::test]
async fn several_body_parameters_are_one_object() {
    let gateway = Gateway::start().await;
    let url = format!("{}/v1/type/a/all/b", gateway.rest);
    let put = |body: &'static str| client().put(&url).body(body).send();
    assert_eq!(
        put("{ \"meta\": { \"a\" : 1.10 }, \"names\": [\"x\"] }")
            .await
            .unwrap()
            .status(),
        200
    );
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), "PUT /v2/type/a/b.json");
    assert_eq!(
        String::from_utf8_lossy(&sent[0].body),
        "{\"names\":[\"x\"],\"meta\":{ \"a\" : 1.10 }}"
    );
    for (body, place) in [
        ("{\"names\": \"x\"}", "names"),
        ("{\"names\": [], \"count\": \"many\"}", "count"),
        ("{\"names\": [], \"colour\": 1}", "colour"),
        ("{}", "names"),
        ("{\"names\": [], \"names\": []}", "body"),
        ("[]", "body"),
    ] {
        let response = put(body).await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(
            problem["errors"][0]["parameter"], place,
            "{body}: {problem}"
        );
    }
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn a_body_of_any_json_or_text() {
    let gateway = Gateway::start().await;
    let post = |media_type: &'static str, body: &'static str| {
        let request = client().post(format!("{}/v1/search:run", gateway.rest));
        request.header("content-type", media_type).body(body).send()
    };
    for (media_type, body) in [
        ("application/json", "[1, {}]"),
        ("text/plain", "find { this"),
    ] {
        assert_eq!(post(media_type, body).await.unwrap().status(), 200);
        let sent = gateway.files.take();
        assert_eq!(line(&sent[0]), "POST /v2/search?version=2&lang=en");
        assert_eq!(String::from_utf8_lossy(&sent[0].body), body);
        assert!(
            sent[0]
                .header("content-type")
                .unwrap()
                .starts_with(media_type)
        );
    }
    assert_eq!(
        post("application/json", "find { this")
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn constants_and_another_upstream() {
    let gateway = Gateway::start().await;
    let response = client()
        .delete(format!("{}/v1/users/u1", gateway.rest))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let sent = gateway.users.take();
    assert_eq!(line(&sent[0]), "DELETE /users/u1?reason=gone&notify=true");
    assert_eq!(sent[0].header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn a_declared_surface_is_converted() {
    let gateway = Gateway::start().await;
    let result = gateway
        .tool("delete-user", json!({"user": 42, "why": "left"}))
        .await;
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(
        line(&gateway.users.take()[0]),
        "DELETE /users/42?reason=left"
    );
    let result = gateway.tool("delete-user", json!({"user": "x"})).await;
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("`user`") && text.contains("`why`"), "{text}");
}

#[test]
fn a_base_uri_given_as_a_whole_spares_its_parts() {
    let missing = values(&[]).unwrap_err().to_string();
    assert!(missing.contains("FILES_REGION is missing"), "{missing}");
    let derived = values(&["--files-region", "eu"]).unwrap();
    assert_eq!(
        derived.text("files-base-uri").unwrap(),
        "https://eu.files.test/v2"
    );
    let given = values(&["--files-base-uri", "http://127.0.0.1:1"]).unwrap();
    assert_eq!(given.text("files-base-uri").unwrap(), "http://127.0.0.1:1");
}
