//! The portal and the checkout.

use lago_stand_in::seed;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{Lago, invalid, not_found};

#[tokio::test]
async fn every_customer_has_a_portal() {
    let lago = Lago::start().await;
    let (status, body) = lago
        .get(&format!("/customers/{}/portal_url", seed::BARE))
        .await;
    assert_eq!(status, StatusCode::OK);
    let url = body["customer"]["portal_url"].as_str().unwrap();
    assert!(url.starts_with("https://portal.lago.example/"), "{url}");
    let unknown = lago.get("/customers/nobody/portal_url").await;
    assert_eq!(unknown, not_found("customer_not_found"));
}

#[tokio::test]
async fn a_customer_with_a_payment_provider_has_a_checkout() {
    let lago = Lago::start().await;
    let checkout = async |id: &str| {
        let path = format!("/customers/{id}/checkout_url");
        lago.send(Method::POST, &path).await
    };
    let (status, body) = checkout(seed::CUSTOMER).await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!({
        "customer": {
            "lago_customer_id": "00000010-0000-4000-8000-000000000001",
            "external_customer_id": seed::CUSTOMER,
            "payment_provider": "stripe",
            "checkout_url": "https://checkout.stripe.example/c/pay/00000010-0000-4000-8000-000000000001",
        },
    });
    assert_eq!(body, expected);
    let without = checkout(seed::WITHOUT_PROVIDER).await;
    assert_eq!(
        without,
        invalid(json!({"base": ["no_linked_payment_provider"]}))
    );
    assert_eq!(checkout("nobody").await, not_found("customer_not_found"));
}
