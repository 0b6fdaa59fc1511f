//! Customers and their coupons.

use lago_stand_in::seed;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{KEY, Lago, invalid, not_found, read};

fn ids(body: &Value) -> Vec<&str> {
    let customers = body["customers"].as_array().unwrap().iter();
    customers
        .map(|customer| customer["external_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_customer_is_created_and_found() {
    let lago = Lago::start().await;
    let given = json!({
        "external_id": "cus/new ü",
        "name": "New",
        "currency": "CHF",
        "metadata": [{"key": "tier", "value": "gold"}],
        "surprise": true,
    });
    let created = lago.upsert(given).await;
    assert_eq!(created.0, StatusCode::OK);
    let customer = &created.1["customer"];
    assert_eq!(customer["lago_id"], "00000010-0000-4000-8000-000000000004");
    assert_eq!(customer["sequential_id"], 4);
    assert_eq!(customer["slug"], "LAG-0001-004");
    assert_eq!(customer["external_id"], "cus/new ü");
    assert_eq!(customer["currency"], "CHF");
    assert_eq!(customer["email"], Value::Null);
    assert_eq!(customer["applicable_timezone"], "UTC");
    assert_eq!(customer["metadata"][0]["key"], "tier");
    assert_eq!(customer["metadata"][0]["display_in_invoice"], false);
    assert_eq!(customer["created_at"], "2025-01-01T00:00:04Z");
    assert_eq!(customer.get("surprise"), None);
    assert_eq!(lago.get("/customers/cus%2Fnew%20%C3%BC").await, created);
}

#[tokio::test]
async fn a_known_customer_is_updated_where_something_is_given() {
    let lago = Lago::start().await;
    let path = format!("/customers/{}", seed::CUSTOMER);
    let (_, before) = lago.get(&path).await;
    let (status, after) = lago
        .upsert(json!({
            "external_id": seed::CUSTOMER,
            "name": "Acme Holding",
            "email": null,
            "billing_configuration": {"invoice_grace_period": 3},
        }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (before, after) = (&before["customer"], &after["customer"]);
    assert_eq!(after["name"], "Acme Holding");
    assert_eq!(after["email"], Value::Null);
    assert_eq!(after["billing_configuration"]["invoice_grace_period"], 3);
    assert_eq!(after["billing_configuration"]["payment_provider"], "stripe");
    for unchanged in ["lago_id", "legal_name", "currency", "created_at"] {
        assert_eq!(after[unchanged], before[unchanged]);
    }
    assert_ne!(after["updated_at"], before["updated_at"]);
    let (_, all) = lago.get("/customers").await;
    assert_eq!(all["meta"]["total_count"], seed::CUSTOMERS.len());
}

#[tokio::test]
async fn what_lago_does_not_accept_is_named() {
    let lago = Lago::start().await;
    let cases = [
        (json!({}), json!({"external_id": ["value_is_mandatory"]})),
        (
            json!({"external_id": " "}),
            json!({"external_id": ["value_is_mandatory"]}),
        ),
        (
            json!({"external_id": 7}),
            json!({"external_id": ["value_is_invalid"]}),
        ),
        (
            json!({"external_id": "a", "currency": "XXX"}),
            json!({"currency": ["value_is_invalid"]}),
        ),
        (
            json!({"external_id": "a", "currency": "EUR USD"}),
            json!({"currency": ["value_is_invalid"]}),
        ),
        (
            json!({"external_id": "a", "email": "nowhere"}),
            json!({"email": ["invalid_email_format"]}),
        ),
        (
            json!({"external_id": "a", "email": "a@b@c"}),
            json!({"email": ["invalid_email_format"]}),
        ),
        (
            json!({"external_id": "a", "country": "DEU"}),
            json!({"country": ["not_a_valid_country_code"]}),
        ),
        (
            json!({"external_id": "a", "net_payment_term": -1}),
            json!({"net_payment_term": ["value_is_invalid"]}),
        ),
        (
            json!({"external_id": "a", "metadata": {}}),
            json!({"metadata": ["value_is_invalid"]}),
        ),
        (
            json!({"external_id": "a", "shipping_address": "x"}),
            json!({"shipping_address": ["value_is_invalid"]}),
        ),
        (
            json!({"currency": 1, "customer_type": "cat"}),
            json!({
                "currency": ["value_is_invalid"],
                "customer_type": ["value_is_invalid"],
                "external_id": ["value_is_mandatory"],
            }),
        ),
    ];
    for (customer, details) in cases {
        assert_eq!(lago.upsert(customer).await, invalid(details));
    }
    assert_eq!(
        lago.get("/customers/a").await,
        not_found("customer_not_found")
    );
}

#[tokio::test]
async fn the_currency_is_settled_once_there_is_a_subscription() {
    let lago = Lago::start().await;
    let change = |id: &str| json!({"external_id": id, "currency": "JPY"});
    let refused = lago.upsert(change(seed::CUSTOMER)).await;
    assert_eq!(
        refused,
        invalid(json!({"currency": ["currencies_does_not_match"]}))
    );
    let (status, _) = lago.upsert(change(seed::WITHOUT_PROVIDER)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_which_is_no_customer_cannot_be_read() {
    let lago = Lago::start().await;
    for body in ["", "{", "[]", "{}", r#"{"customer": "x"}"#, "external_id=a"] {
        let request = lago.request(Method::POST, "/customers").bearer_auth(KEY);
        let answer = read(request.body(body).send().await.unwrap()).await;
        let expected = json!({"status": 400, "error": "Bad Request"});
        assert_eq!(answer, (StatusCode::BAD_REQUEST, expected), "{body}");
    }
}

#[tokio::test]
async fn a_path_which_is_no_text_cannot_be_read() {
    let lago = Lago::start().await;
    let (status, _) = lago.get("/customers/%FF").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn customers_are_listed_newest_first() {
    let lago = Lago::start().await;
    let (status, body) = lago.get("/customers").await;
    assert_eq!(status, StatusCode::OK);
    let mut expected = seed::CUSTOMERS;
    expected.reverse();
    assert_eq!(ids(&body), expected);
    let meta = json!({
        "current_page": 1, "next_page": null, "prev_page": null, "total_pages": 1, "total_count": 3,
    });
    assert_eq!(body["meta"], meta);
}

#[tokio::test]
async fn a_list_comes_page_by_page() {
    let lago = Lago::start().await;
    let (_, body) = lago.get("/customers?page=2&per_page=1").await;
    assert_eq!(ids(&body), [seed::WITHOUT_PROVIDER]);
    let meta = json!({
        "current_page": 2, "next_page": 3, "prev_page": 1, "total_pages": 3, "total_count": 3,
    });
    assert_eq!(body["meta"], meta);
    let (_, body) = lago.get("/customers?page=9&per_page=2").await;
    assert!(ids(&body).is_empty());
    let (_, body) = lago.get("/customers?page=x&per_page=0").await;
    assert_eq!(ids(&body).len(), 3);
}

#[tokio::test]
async fn a_page_has_twenty_customers_and_at_most_a_hundred() {
    let lago = Lago::start().await;
    for number in 0..110 {
        lago.upsert(json!({"external_id": format!("bulk-{number}")}))
            .await;
    }
    let (_, body) = lago.get("/customers").await;
    assert_eq!(ids(&body).len(), 20);
    let (_, body) = lago.get("/customers?per_page=1000").await;
    assert_eq!(ids(&body).len(), 100);
    assert_eq!(body["meta"]["total_pages"], 2);
}

#[tokio::test]
async fn a_deleted_customer_is_shown_a_last_time() {
    let lago = Lago::start().await;
    let path = format!("/customers/{}", seed::BARE);
    let before = lago.get(&path).await;
    assert_eq!(before.1["customer"]["name"], "Zoë Müller");
    assert_eq!(lago.send(Method::DELETE, &path).await, before);
    let gone = not_found("customer_not_found");
    assert_eq!(lago.send(Method::DELETE, &path).await, gone);
    assert_eq!(lago.get(&path).await, gone);
}

#[tokio::test]
async fn a_coupon_is_taken_from_a_customer_once() {
    let lago = Lago::start().await;
    let path =
        |customer: &str, coupon: &str| format!("/customers/{customer}/applied_coupons/{coupon}");
    let delete = async |path: String| lago.send(Method::DELETE, &path).await;

    let unknown = delete(path("nobody", seed::APPLIED_COUPON)).await;
    assert_eq!(unknown, not_found("customer_not_found"));
    let another = delete(path(seed::BARE, seed::APPLIED_COUPON)).await;
    assert_eq!(another, not_found("applied_coupon_not_found"));

    let (status, body) = delete(path(seed::CUSTOMER, seed::APPLIED_COUPON)).await;
    assert_eq!(status, StatusCode::OK);
    let coupon = &body["applied_coupon"];
    assert_eq!(coupon["lago_id"], seed::APPLIED_COUPON);
    assert_eq!(coupon["external_customer_id"], seed::CUSTOMER);
    assert_eq!(coupon["status"], "terminated");
    assert!(coupon["terminated_at"].is_string());

    let again = delete(path(seed::CUSTOMER, seed::APPLIED_COUPON)).await;
    assert_eq!(again, not_found("applied_coupon_not_found"));
}
