//! What routes answer that declare what they answer with, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Reply;
use reqwest::Method;
use serde_json::{Value, json};

use support::{Gateway, SHIP, no_ship, ship};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn an_answer_holds_what_is_declared_and_nothing_else() {
    let gateway = Gateway::start(&[]).await;
    let (status, media_type, body) = gateway.get("/ships/7", Reply::json(200, SHIP)).await;
    assert_eq!((status, media_type.as_str()), (200, "application/json"));
    assert_eq!(parsed(&body), ship());
    // In the order of the file, and with the digits and escapes of the upstream.
    assert!(body.starts_with(r#"{"imo":"9321483","name":"Emma \"M\"\u00e6rsk","active":true,"tonnage":170794.0,"decks":1e1,"#), "{body}");
    assert!(!body.contains("canary-payload"), "{body}");
}

#[tokio::test]
async fn a_list_is_made_item_by_item() {
    let gateway = Gateway::start(&[]).await;
    let list = r#"{"data": [{"imo_number": 1, "vessel_name": "A name of more than twelve"}, {"vessel_name": "ÆØÅÆØÅÆØÅÆØÅÆØÅ"}]}"#;
    let (_, _, body) = gateway.get("/ships?page=2", Reply::json(200, list)).await;
    assert_eq!(
        body,
        r#"[{"imo":"1","name":"A name of mo"},{"imo":null,"name":"ÆØÅÆØÅÆØÅÆØÅ"}]"#
    );
    assert_eq!(gateway.fleet.take()[0].target, "/ships?page=2");
    let (_, _, body) = gateway.get("/ships", Reply::json(200, "{}")).await;
    assert_eq!(body, "null");
}

#[tokio::test]
async fn one_value_can_be_an_answer() {
    let gateway = Gateway::start(&[]).await;
    gateway
        .fleet
        .answer(Reply::json(201, r#"{"id": 12}"#).header("location", "/ships/12"));
    let request = gateway
        .client
        .post(format!("{}/ships", gateway.rest))
        .json(&json!({}));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["location"], "/ships/12");
    assert_eq!(response.text().await.unwrap(), r#""12""#);
}

#[tokio::test]
async fn without_a_declaration_it_is_byte_for_byte() {
    let gateway = Gateway::start(&[]).await;
    let (_, _, body) = gateway.get("/ships/7/raw", Reply::json(200, SHIP)).await;
    assert_eq!(body, SHIP);
    let table = Reply::bytes(200, "a,b\n1,2\n").header("content-type", "text/csv");
    let (_, media_type, body) = gateway.get("/ships/7/manifest", table).await;
    assert_eq!(
        (media_type.as_str(), body.as_str()),
        ("text/csv", "a,b\n1,2\n")
    );
}

#[tokio::test]
async fn only_a_success_is_shaped() {
    let gateway = Gateway::start(&[]).await;
    for status in [301, 304, 404, 422, 500] {
        let error = r#"{ "error" : 1.10 }"#;
        let reply = Reply::json(status, if status == 304 { "" } else { error });
        let response = gateway.send(Method::GET, "/ships/7", reply).await;
        assert_eq!(response.status(), status);
        let body = response.text().await.unwrap();
        assert_eq!(body, if status == 304 { "" } else { error });
    }
}

#[tokio::test]
async fn where_there_is_no_body_none_is_made() {
    let gateway = Gateway::start(&[]).await;
    for status in [200, 202, 204] {
        let response = gateway
            .send(Method::DELETE, "/ships/7", Reply::bytes(status, ""))
            .await;
        assert_eq!(response.status(), status);
        assert_eq!(response.text().await.unwrap(), "");
    }
    let response = gateway
        .send(Method::HEAD, "/ships/7", Reply::json(200, SHIP))
        .await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "");
    let (_, _, body) = gateway.get("/ships/7", Reply::json(200, "null")).await;
    assert_eq!(parsed(&body), no_ship());
}

#[tokio::test]
async fn headers_that_describe_the_upstreams_bytes_stay_behind() {
    let gateway = Gateway::start(&[]).await;
    let reply = Reply::json(200, SHIP)
        .header("etag", "\"v1\"")
        .header("x-ratelimit-remaining", "3")
        .header("content-encoding", "identity")
        .header("set-cookie", "a=b");
    let response = gateway.send(Method::GET, "/ships/7", reply).await;
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("etag").as_deref(), Some("\"v1\""));
    assert_eq!(header("x-ratelimit-remaining").as_deref(), Some("3"));
    assert_eq!(
        (header("content-encoding"), header("set-cookie")),
        (None, None)
    );
    let length = header("content-length").unwrap();
    assert_eq!(length, response.text().await.unwrap().len().to_string());
}

#[tokio::test]
async fn another_shape_is_a_problem_that_names_the_place_and_no_value() {
    let gateway = Gateway::start(&[]).await;
    for (body, told) in [
        (
            r#"{"crew": [{}, {"ranks": [{"x": "canary-payload"}]}]}"#,
            "`$.crew[1].ranks[0]` must be text, a number or a boolean, and is an object",
        ),
        (
            r#"{"decks": 1.5}"#,
            "`$.decks` must be a whole number, and is a number with a fraction",
        ),
        (
            r#"{"owner": "canary-payload"}"#,
            "`$.owner` must be an object, and is text",
        ),
        ("canary-payload", "it is not JSON"),
        (r#"{"decks": "#, "it is not JSON"),
    ] {
        let (status, media_type, problem) = gateway.get("/ships/7", Reply::json(200, body)).await;
        assert_eq!(
            (status, media_type.as_str()),
            (502, "application/problem+json")
        );
        let problem = parsed(&problem);
        assert_eq!(
            problem["detail"],
            format!(
                "the upstream `fleet` answered 200 OK, but with something else than is declared: {told}"
            )
        );
    }
    let packed = Reply::bytes(200, "\u{1f}\u{8b}").header("content-encoding", "gzip");
    let (status, _, problem) = gateway.get("/ships/7", packed).await;
    assert_eq!(status, 502);
    assert!(
        problem.contains("its body has a `Content-Encoding`"),
        "{problem}"
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_held_is_a_problem() {
    let gateway = Gateway::start(&["--answer-limit", "1000"]).await;
    let long = format!(r#"{{"filling": "{}"}}"#, "x".repeat(1000));
    let (status, _, problem) = gateway.get("/ships/7", Reply::json(200, &long)).await;
    assert_eq!(status, 502);
    assert!(problem.contains("larger than 1000 bytes"), "{problem}");
}

#[tokio::test]
async fn the_document_has_the_schema_of_the_answer() {
    let gateway = Gateway::start(&[]).await;
    let (_, _, document) = gateway.get("/openapi.json", Reply::default()).await;
    let success = |path: &str, method: &str| {
        parsed(&document)["paths"][path][method]["responses"]["2XX"]["content"].clone()
    };
    let ship = &success("/ships/{id}", "get")["application/json"]["schema"];
    assert_eq!(ship["type"], "object");
    assert_eq!(ship["description"], "A ship, as the harbour knows it.");
    assert_eq!(
        ship["properties"]["imo"],
        json!({"type": ["string", "null"], "description": "Its number."})
    );
    let list = &success("/ships", "get")["application/json"]["schema"];
    assert_eq!(list["type"], json!(["array", "null"]));
    assert_eq!(
        list["items"]["properties"]["name"],
        json!({"type": ["string", "null"], "maxLength": 12})
    );
    assert_eq!(
        success("/ships/{id}/raw", "get"),
        json!({"application/json": {}})
    );
}
