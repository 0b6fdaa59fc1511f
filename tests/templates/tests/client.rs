//! What the typed client shows of values that come from variables: nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use gatewright_runtime::prelude::{Body, Credential, Json, JsonObject, Secret};
use lago_stand_in::recorder::Recorder;
use serde_json::{Value, json};
use templates::client::{Create, Echo, Notes, Search};

fn object(value: &Value) -> JsonObject {
    JsonObject::from_serialize(value).unwrap()
}

#[tokio::test]
async fn a_parameter_that_is_a_variable_is_sent_and_never_shown() {
    let upstream = Recorder::start().await.unwrap();
    let client = Notes::new(&upstream.base_uri(), Credential::none()).unwrap();
    let parameters = Create {
        region: Secret::new("canary-region"),
        x_tenant: Some(Secret::new("tenant/canary-tenant")),
        title: "a title".to_owned(),
        env_signature: Secret::new("canary-signature"),
        extra: Json::from(json!(1)),
        ..Default::default()
    };
    let shown = format!("{parameters:?} {parameters:#?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("a title"), "{shown}");
    client.create(&parameters).await.unwrap();
    let sent = upstream.requests().pop().unwrap();
    assert_eq!(sent.target, "/canary-region/notes");
    assert_eq!(sent.header("x-tenant"), Some("tenant/canary-tenant"));
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(body["signature"], "canary-signature");
}

/// Routes of `templates.yaml` put a variable into the filter, and into the body.
#[test]
fn a_parameter_that_may_hold_a_variable_is_not_shown() {
    let search = Search {
        q: "shown".to_owned(),
        filter: Some(object(&json!({"tenant": "canary"}))),
        ..Default::default()
    };
    assert_eq!(
        format!("{search:?}"),
        "Search { x_tenant: None, q: \"shown\", tags: None, .. }"
    );
    let echo = Echo {
        scope: "shown".to_owned(),
        body: Some(Body::Text("Hello (canary)".to_owned())),
        ..Default::default()
    };
    assert_eq!(
        format!("{echo:?}"),
        "Echo { scope: \"shown\", x_tenant: None, exact: None, .. }"
    );
}
