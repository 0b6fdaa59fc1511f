//! Callers that prove who they are, and those that do not, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Reply;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use support::{Gateway, KEY, PASSWORD, TOKEN, call};

/// The challenge of a request that is refused; what is answered repeats nothing of what came.
async fn challenge(request: RequestBuilder) -> String {
    let response: Response = request.send().await.unwrap();
    assert_eq!(response.status(), 401);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "application/problem+json");
    let body = response.text().await.unwrap();
    assert!(!body.contains("canary"), "{body}");
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&problem["title"], &problem["status"]),
        (&json!("Unauthorized"), &json!(401))
    );
    let challenge = headers["www-authenticate"].to_str().unwrap();
    assert!(!challenge.contains("canary"), "{challenge}");
    challenge.to_owned()
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// The status of a tool call: MCP tells what came of it in the result.
async fn says(request: RequestBuilder) -> bool {
    let response = request.json(&call("say", json!({"word": "x"}))).send();
    let answer: Value = response.await.unwrap().json().await.unwrap();
    answer["result"]["isError"] == json!(false)
}

#[tokio::test]
async fn a_bearer_token_opens_every_route_and_the_document() {
    let gateway = Gateway::start().await;
    let missing = "Bearer realm=\"templates-rest\"";
    let wrong = "Bearer realm=\"templates-rest\", error=\"invalid_token\"";
    for path in ["/openapi.json", "/notes", "/nothing"] {
        let url = format!("{}{path}", gateway.rest);
        let get = || gateway.client.get(&url);
        assert_eq!(challenge(get()).await, missing, "{path}");
        assert_eq!(
            challenge(get().bearer_auth("canary")).await,
            wrong,
            "{path}"
        );
        assert_eq!(
            challenge(gateway.client.request(reqwest::Method::OPTIONS, &url)).await,
            missing
        );
    }
    let get = |path: &str| gateway.client.get(format!("{}{path}", gateway.rest));
    assert_eq!(status(get("/openapi.json").bearer_auth(TOKEN)).await, 200);
    assert_eq!(status(get("/nothing").bearer_auth(TOKEN)).await, 404);
    assert!(gateway.notes.take().is_empty());
    let say = gateway.client.post(format!("{}/say", gateway.rest));
    let say = say.bearer_auth(TOKEN).json(&json!({"word": "x"}));
    assert_eq!(status(say).await, 200);
    let sent = gateway.notes.take().pop().unwrap();
    assert_eq!(sent.header("authorization"), None);
}

#[tokio::test]
async fn a_key_in_the_query_is_no_parameter_and_goes_nowhere() {
    let gateway = Gateway::start().await;
    let search = |pairs: &[(&str, &str)]| {
        let url = reqwest::Url::parse_with_params(&format!("{}/search", gateway.words), pairs);
        gateway.client.post(url.unwrap())
    };
    let refused = "ApiKey realm=\"words\"";
    assert_eq!(challenge(search(&[("q", "x")])).await, refused);
    assert_eq!(
        challenge(search(&[("q", "x"), ("caller key", "canary")])).await,
        refused
    );
    let twice = [("caller key", KEY), ("q", "x"), ("caller key", KEY)];
    assert_eq!(challenge(search(&twice)).await, refused);
    assert!(gateway.notes.take().is_empty());
    assert_eq!(
        status(search(&[("caller key", KEY), ("q", "x")])).await,
        200
    );
    let sent = gateway.notes.take().pop().unwrap();
    assert_eq!(sent.target, "/search?q=x");
    // Another adapter knows no such parameter.
    let url = format!("{}/say?caller%20key=x", gateway.rest);
    assert_eq!(
        status(gateway.client.post(url).bearer_auth(TOKEN)).await,
        400
    );
}

#[tokio::test]
async fn tools_are_behind_a_key_or_a_password() {
    let gateway = Gateway::start().await;
    let keyed = || {
        gateway
            .client
            .post(&gateway.mcp)
            .json(&call("echo", json!({})))
    };
    let refused = "ApiKey realm=\"templates-mcp\"";
    assert_eq!(challenge(keyed()).await, refused);
    // The value is put together of text and a variable.
    assert_eq!(
        challenge(keyed().header("X-Caller-Key", KEY)).await,
        refused
    );
    let key = format!("v1/{KEY}");
    assert_eq!(
        challenge(
            keyed()
                .header("X-Caller-Key", &key)
                .header("X-Caller-Key", &key)
        )
        .await,
        refused
    );
    assert_eq!(status(keyed().header("X-Caller-Key", &key)).await, 200);
    let basic = || gateway.client.post(format!("{}/mcp", gateway.words_mcp));
    let refused = "Basic realm=\"words-mcp\", charset=\"UTF-8\"";
    for request in [
        basic(),
        basic().basic_auth("agent", Some("canary")),
        basic().basic_auth("Agent", Some(PASSWORD)),
        basic().bearer_auth(PASSWORD),
    ] {
        assert_eq!(challenge(request).await, refused);
    }
    assert!(says(basic().basic_auth("agent", Some(PASSWORD))).await);
    // Whoever may not call may not know that GET is not served either.
    assert_eq!(
        challenge(gateway.client.get(&gateway.words_mcp)).await,
        refused
    );
}

#[tokio::test]
async fn what_an_upstream_lets_all_caches_keep_is_private() {
    let gateway = Gateway::start().await;
    let reply = Reply::json(200, "{}").header("cache-control", "public, s-maxage=600, max-age=60");
    gateway.notes.answer(reply);
    let key = "caller%20key=canary%2Bkey%26%2F1";
    let url = format!("{}/search?q=x&{key}", gateway.words);
    let answer = gateway
        .client
        .post(url)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "private, max-age=60");
}
