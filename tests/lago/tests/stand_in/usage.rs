//! Current and past usage.

use lago_stand_in::seed;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{Lago, invalid, not_found};

fn path(customer: &str, kind: &str, query: &str) -> String {
    format!("/customers/{customer}/{kind}_usage?{query}")
}

fn subscribed(more: &str) -> String {
    format!("external_subscription_id={}{more}", seed::SUBSCRIPTION)
}

#[tokio::test]
async fn the_current_usage_adds_up() {
    let lago = Lago::start().await;
    let path = path(seed::CUSTOMER, "current", &subscribed(""));
    let (status, body) = lago.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    let usage = &body["customer_usage"];
    assert_eq!(usage["currency"], "EUR");
    assert_eq!(usage["lago_invoice_id"], Value::Null);
    assert_eq!(usage["amount_cents"], 3000);
    assert_eq!(usage["taxes_amount_cents"], 570);
    assert_eq!(usage["total_amount_cents"], 3570);
    let charges = usage["charges_usage"].as_array().unwrap();
    let codes: Vec<_> = charges
        .iter()
        .map(|charge| &charge["billable_metric"]["code"])
        .collect();
    assert_eq!(codes, seed::METRICS);
    assert_eq!(charges[0]["units"], "1200.0");
}

#[tokio::test]
async fn usage_needs_a_customer_and_their_subscription() {
    let lago = Lago::start().await;
    for kind in ["current", "past"] {
        let nobody = lago.get(&path("nobody", kind, &subscribed(""))).await;
        assert_eq!(nobody, not_found("customer_not_found"));
        let another = lago.get(&path(seed::BARE, kind, &subscribed(""))).await;
        assert_eq!(another, not_found("subscription_not_found"));
    }
    let none = lago.get(&path(seed::CUSTOMER, "current", "")).await;
    assert_eq!(none, not_found("subscription_not_found"));
    let none = lago
        .get(&path(seed::CUSTOMER, "past", "external_subscription_id="))
        .await;
    assert_eq!(
        none,
        invalid(json!({"external_subscription_id": ["value_is_mandatory"]}))
    );
}

#[tokio::test]
async fn past_periods_come_newest_first() {
    let lago = Lago::start().await;
    let (status, body) = lago
        .get(&path(seed::CUSTOMER, "past", &subscribed("")))
        .await;
    assert_eq!(status, StatusCode::OK);
    let periods = body["usage_periods"].as_array().unwrap();
    let from: Vec<_> = periods
        .iter()
        .map(|period| &period["from_datetime"])
        .collect();
    assert_eq!(
        from,
        [
            "2024-12-01T00:00:00Z",
            "2024-11-01T00:00:00Z",
            "2024-10-01T00:00:00Z"
        ]
    );
    assert!(
        periods
            .iter()
            .all(|period| period["lago_invoice_id"].is_string())
    );
    assert_eq!(body["meta"]["total_count"], 3);
}

#[tokio::test]
async fn past_usage_is_cut_by_count_metric_and_page() {
    let lago = Lago::start().await;
    let get = async |more: &str| {
        lago.get(&path(seed::CUSTOMER, "past", &subscribed(more)))
            .await
    };

    let (_, body) = get("&periods_count=2&billable_metric_code=storage_gb").await;
    let periods = body["usage_periods"].as_array().unwrap();
    assert_eq!(periods.len(), 2);
    for period in periods {
        let charges = period["charges_usage"].as_array().unwrap();
        assert_eq!(charges.len(), 1);
        assert_eq!(charges[0]["billable_metric"]["code"], "storage_gb");
    }

    let (_, body) = get("&per_page=2&page=2").await;
    assert_eq!(body["usage_periods"][0]["issuing_date"], "2024-11-01");
    assert_eq!(body["meta"]["prev_page"], 1);

    assert_eq!(
        get("&billable_metric_code=none").await,
        not_found("billable_metric_not_found")
    );
    let details = json!({"periods_count": ["value_is_invalid"]});
    assert_eq!(get("&periods_count=-1").await, invalid(details));
}
