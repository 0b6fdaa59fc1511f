//! The generated client, used from Rust without serving anything.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use gateway::client::{
    Createcustomer, Destroycustomer, Findallcustomerpastusage, Findcustomer, LagoCustomers,
};
use gateway::runtime::prelude::{CallError, Credential, JsonObject, Secret};
use lago_stand_in::LagoStandIn;
use lago_stand_in::seed;
use serde_json::{Value, json};

async fn client(lago: &LagoStandIn, key: &str) -> LagoCustomers {
    LagoCustomers::new(
        &lago.base_uri(),
        Credential::bearer(&Secret::new(key)).unwrap(),
    )
    .unwrap()
}

#[tokio::test]
async fn creates_finds_and_deletes_a_customer() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let client = client(&lago, "key").await;
    let body =
        JsonObject::from_serialize(&json!({"customer": {"external_id": "a/b", "name": "A"}}))
            .unwrap();
    assert_eq!(
        client
            .createcustomer(&Createcustomer { body })
            .await
            .unwrap()
            .status(),
        200
    );
    let find = Findcustomer {
        external_id: "a/b".to_owned(),
    };
    let found: Value = client
        .findcustomer(&find)
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["customer"]["name"], "A");
    let all: Value = client
        .findallcustomers()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(
        all["customers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|customer| customer["external_id"] == "a/b")
    );
    client
        .destroycustomer(&Destroycustomer {
            external_id: "a/b".to_owned(),
        })
        .await
        .unwrap();
    let gone = client.findcustomer(&find).await.unwrap();
    assert_eq!(gone.status(), 404);
    assert!(gone.text().await.unwrap().contains("customer_not_found"));
}

#[tokio::test]
async fn optional_parameters_may_be_left_out() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let parameters = Findallcustomerpastusage {
        external_customer_id: seed::CUSTOMER.to_owned(),
        external_subscription_id: seed::SUBSCRIPTION.to_owned(),
        periods_count: Some(1),
        ..Default::default()
    };
    let answer = client(&lago, "key")
        .await
        .findallcustomerpastusage(&parameters)
        .await
        .unwrap();
    let usage: Value = answer.json().await.unwrap();
    assert_eq!(usage["usage_periods"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_error_status_is_an_answer_and_a_bad_value_is_not_sent() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let denied = client(&lago, "other")
        .await
        .findallcustomers()
        .await
        .unwrap();
    assert_eq!(denied.status(), 401);
    let refused = client(&lago, "key")
        .await
        .findcustomer(&Findcustomer {
            external_id: "..".to_owned(),
        })
        .await;
    match refused {
        Err(CallError::Refused(problems)) => assert_eq!(problems[0].name, "external_id"),
        other => panic!("{other:?}"),
    }
}
