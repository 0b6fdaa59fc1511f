//! What an upstream repeats of a request, and no caller sees.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::{Recorder, Reply};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::json;
use support::{BOT, Gateway, TOKEN};

/// The headers that a caller sees of an answer of `upstream` with this header.
async fn passed(
    gateway: &Gateway,
    upstream: &Recorder,
    (name, value): (&str, &str),
    (method, path): (Method, &str),
) -> HeaderMap {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    upstream.answer(Reply::bytes(302, "").header(name, value));
    let has_body = method == Method::PUT;
    let mut request = client
        .request(method, format!("{}{path}", gateway.rest))
        .bearer_auth(TOKEN);
    if has_body {
        request = request.json(&json!({"note": [1, "2"]}));
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(upstream.take().len(), 1);
    answer.headers().clone()
}

async fn location(gateway: &Gateway, upstream: &Recorder, value: &str) -> Option<String> {
    let path = if std::ptr::eq(upstream, &gateway.notes) {
        (Method::PUT, "/notes/n1")
    } else {
        (Method::POST, "/messages")
    };
    let headers = passed(gateway, upstream, ("location", value), path).await;
    let location = headers.get("location")?;
    Some(location.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_variable_that_a_redirect_repeats_is_not_passed_on() {
    let gateway = Gateway::start().await;
    for (value, expected) in [
        ("/login?state=1&signature=c%61nary", Some("/login")),
        ("/login%3Fsignature=canary", None),
        ("/signed/canary/1", None),
        ("/signed/c%61nary", None),
        ("/notes/2?page=1", Some("/notes/2?page=1")),
        ("/eu%2F1/notes/2", Some("/eu%2F1/notes/2")),
    ] {
        let location = location(&gateway, &gateway.notes, value).await;
        assert_eq!(location.as_deref(), expected, "{value}");
    }
}

#[tokio::test]
async fn a_variable_of_the_base_uri_is_not_passed_on() {
    let gateway = Gateway::start().await;
    let base = format!("{}/bot{BOT}", gateway.messages.base_uri());
    for shown in [
        format!("{base}/messages/1"),
        format!("/bot{BOT}/messages/1"),
        format!("/bot{}/messages/1", BOT.replace(':', "%3A")),
        format!("/bot{}/messages/1", BOT.replace(':', "%3a")),
        "/bot12%3A%43%61nary%2dbot/messages/1".to_owned(),
        format!("/messages/{BOT}?page=1"),
        format!("../../{BOT}"),
    ] {
        assert_eq!(location(&gateway, &gateway.messages, &shown).await, None);
        let link = ("link", format!("</next>, <{shown}>; rel=next"));
        let path = (Method::POST, "/messages");
        let headers = passed(&gateway, &gateway.messages, (link.0, &link.1), path).await;
        assert!(!headers.contains_key("link"), "{headers:?}");
    }
    let next = format!(
        "/login?next=http%3A%2F%2Fa%2Fbot{}",
        BOT.replace(':', "%253A")
    );
    let login = location(&gateway, &gateway.messages, &next).await;
    assert_eq!(login.as_deref(), Some("/login"));
    for passed in ["/messages/12", "https://12.test/bot/canaries?a=b"] {
        let location = location(&gateway, &gateway.messages, passed).await;
        assert_eq!(location.as_deref(), Some(passed));
    }
}

#[tokio::test]
async fn a_credential_is_not_passed_on() {
    let gateway = Gateway::start().await;
    for (value, expected) in [
        ("/keys/canary%3Apassword", None),
        ("/login?key=canary:p%61ssword", Some("/login")),
        ("/login#canary:password", Some("/login")),
        ("/keys/password?page=1", Some("/keys/password?page=1")),
    ] {
        let location = location(&gateway, &gateway.messages, value).await;
        assert_eq!(location.as_deref(), expected, "{value}");
    }
}

#[tokio::test]
async fn a_base_uri_that_is_given_as_a_whole_may_hold_a_secret() {
    const WHOLE: &str = "bot98765:OtherCanary";
    let base = |upstream: &str| format!("{upstream}/telegram-messages/v12/{WHOLE}");
    let gateway =
        Gateway::start_with(|upstream| vec!["--messages-base-uri".to_owned(), base(upstream)])
            .await;
    let base = base(&gateway.messages.base_uri());
    let shown = location(&gateway, &gateway.messages, &format!("{base}/messages/1")).await;
    assert_eq!(shown, None);
    // Words and versions are none.
    let other = base.replace(WHOLE, "messages/1");
    let shown = location(&gateway, &gateway.messages, &other).await;
    assert_eq!(shown.as_deref(), Some(other.as_str()));
}
