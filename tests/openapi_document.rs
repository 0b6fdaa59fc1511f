//! The OpenAPI document that a REST adapter serves.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Recorder;
use support::Gateway;

/// What `gatewright openapi capability.yaml` prints, as the tests of the command see to.
const PRINTED: &str = include_str!("../codegen/tests/golden/lago-customers/openapi_0.json");

#[tokio::test]
async fn serves_what_the_command_prints() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let response = gateway.rest("GET", "/openapi.json").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.text(), PRINTED);
    // A reader's own parameter, such as one against caches, is no reason to refuse.
    assert_eq!(gateway.rest("GET", "/openapi.json?1").await.status, 200);
    assert_eq!(recorder.take().len(), 0);
}

#[tokio::test]
async fn the_document_has_the_manners_of_a_route() {
    let gateway = Gateway::start("http://127.0.0.1:1").await;
    let head = gateway.rest("HEAD", "/openapi.json").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        head.header("content-length"),
        Some(PRINTED.len().to_string().as_str())
    );
    let options = gateway.rest("OPTIONS", "/openapi.json").await;
    assert_eq!(options.status, 204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS"));
    let post = gateway.rest("POST", "/openapi.json").await;
    assert_eq!(post.status, 405);
    assert_eq!(post.header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(gateway.rest("GET", "/openapi.json/").await.status, 404);
    assert_eq!(gateway.rest("GET", "/v1/openapi.json").await.status, 404);
}

#[tokio::test]
async fn a_foreign_page_may_not_read_it() {
    let gateway = Gateway::start("http://127.0.0.1:1").await;
    let response = support::Connection::open(gateway.rest)
        .await
        .send(
            "GET",
            "/openapi.json",
            &[("origin", "https://evil.test")],
            b"",
        )
        .await;
    assert_eq!(response.status, 403);
}
