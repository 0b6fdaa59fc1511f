//! What templates, constants and variables come to, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Recorded;
use reqwest::Method;
use serde_json::{Value, json};

use support::Gateway;

fn body(request: &Recorded) -> &str {
    std::str::from_utf8(&request.body).unwrap()
}

#[tokio::test]
async fn a_json_body_is_filled_with_typed_values() {
    let gateway = Gateway::start().await;
    let sent = json!({"title": "a \"b\"\n", "rank": 7, "labels": ["x", 1], "extra": {"k": [true]}});
    let (status, sent) = gateway.send(Method::POST, "/notes", sent).await;
    let sent = sent.unwrap();
    assert_eq!((status, sent.target.as_str()), (200, "/eu%2F1/notes"));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("x-tenant"), Some("tenant/acme \"co\""));
    assert_eq!(
        body(&sent),
        r#"{"note":{"title":"a \"b\"\n","summary":"On a \"b\"\n, no. 7","rank":7,"labels":["fixed",["x",1]],"parent":null},"signature":"canary","extra":{"k":[true]}}"#
    );
}

#[tokio::test]
async fn an_absent_value_leaves_its_members_out() {
    let gateway = Gateway::start().await;
    let (result, sent) = gateway
        .tool("create-note", json!({"title": "t", "extra": null}))
        .await;
    assert_eq!(
        (result["isError"].as_bool(), sent.is_some()),
        (Some(true), false)
    );
    let (result, sent) = gateway
        .tool("create-note", json!({"title": "t", "extra": 1}))
        .await;
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(
        body(&sent.unwrap()),
        r#"{"note":{"title":"t","labels":["fixed"],"parent":null},"signature":"canary","extra":1}"#
    );
}

#[tokio::test]
async fn a_path_variable_may_stand_in_the_body_too() {
    let gateway = Gateway::start().await;
    let (_, sent) = gateway
        .send(Method::PUT, "/notes/n%221", json!({"note": [1.50, "2"]}))
        .await;
    let sent = sent.unwrap();
    assert_eq!(sent.target, "/eu%2F1/notes/n%221");
    assert_eq!(body(&sent), r#"{"id":"n\"1","ratio":1.5,"note":[1.5,"2"]}"#);
}

#[tokio::test]
async fn a_value_stays_within_xml_and_sparql() {
    let gateway = Gateway::start().await;
    let text = json!({"text": "</d><evil a=\"1\">&"});
    let (_, sent) = gateway
        .send(Method::PATCH, "/notes/1/description", text)
        .await;
    let sent = sent.unwrap();
    assert_eq!(sent.header("content-type"), Some("application/xml"));
    assert_eq!(
        body(&sent),
        r#"<d lang="en">&lt;/d&gt;&lt;evil a=&quot;1&quot;&gt;&amp;</d>"#
    );
    let refused = json!({"text": "\u{1}"});
    let (status, sent) = gateway
        .send(Method::PATCH, "/notes/1/description", refused)
        .await;
    assert_eq!((status, sent.is_some()), (400, false));
    let query = json!({"property": "p> } #", "value": "\" } DROP ALL #", "limit": 5});
    let (_, sent) = gateway.send(Method::POST, "/query", query).await;
    let sent = sent.unwrap();
    assert_eq!(
        sent.header("content-type"),
        Some("application/sparql-query")
    );
    assert_eq!(
        body(&sent),
        r#"SELECT ?n WHERE { ?n <http://notes.test/p%3E%20%7D%20#> "\" } DROP ALL #" } LIMIT 5"#
    );
}

#[tokio::test]
async fn a_bare_text_is_sent_as_text() {
    let gateway = Gateway::start().await;
    let (_, sent) = gateway
        .send(Method::POST, "/say", json!({"word": "é"}))
        .await;
    let sent = sent.unwrap();
    assert_eq!(
        sent.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(body(&sent), "Say é!");
}

#[tokio::test]
async fn with_entries_are_templates_and_constants_of_every_type() {
    let gateway = Gateway::start().await;
    let (status, sent) = gateway
        .send(Method::GET, "/search/a%20b?text=x%26y&after=5", Value::Null)
        .await;
    let sent = sent.unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        sent.target,
        "/search?q=in%3Aa%20b%20x%26y&tags=note&tags=a%2Cb"
    );
    assert_eq!(
        body(&sent),
        r#"{"after":5,"tenant":"acme \"co\"","text":"xx&yy","kinds":[1,"two",{"three":true}]}"#
    );
    let (status, sent) = gateway.send(Method::GET, "/search/a", Value::Null).await;
    assert_eq!((status, sent.is_some()), (400, false));
}

#[tokio::test]
async fn a_template_with_an_absent_part_is_absent() {
    let gateway = Gateway::start().await;
    let (status, sent) = gateway
        .send(Method::POST, "/echo?scope=s/..", json!({"name": "Ann"}))
        .await;
    let sent = sent.unwrap();
    assert_eq!(
        (status, sent.target.as_str()),
        (200, "/search/v-s%2F../echo?exact=true")
    );
    assert_eq!(body(&sent), "Hello Ann (acme \"co\")");
    let (status, sent) = gateway
        .send(Method::POST, "/echo?scope=s", Value::Null)
        .await;
    assert_eq!((status, body(&sent.unwrap())), (200, ""));
}

#[tokio::test]
async fn tools_take_what_templates_refer_to() {
    let gateway = Gateway::start().await;
    let arguments = json!({"words": "w", "tags": ["a"], "any": {"b": 1}});
    let (result, sent) = gateway.tool("search-notes", arguments).await;
    assert_eq!(result["isError"], false, "{result}");
    let sent = sent.unwrap();
    assert_eq!(sent.target, "/search?q=w&tags=a");
    assert_eq!(body(&sent), r#"{"any":[{"b":1},2]}"#);
    let (_, sent) = gateway.tool("echo", json!({})).await;
    assert_eq!(body(&sent.unwrap()), r#"{"fixed":[1.0,null]}"#);
}
