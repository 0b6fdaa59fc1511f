//! Links for customers: to the portal, and to the checkout of their payment provider.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::errors::Failure;
use crate::router::Api;

pub(crate) async fn portal(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    let store = shared.store();
    let lago_id = &store.customer(&external_id)?.lago_id;
    Ok(Json(json!({
        "customer": {"portal_url": format!("https://portal.lago.example/customer-portal/{lago_id}")},
    })))
}

pub(crate) async fn checkout(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    let store = shared.store();
    let customer = store.customer(&external_id)?;
    let provider = customer.payment_provider();
    let provider = provider.ok_or(Failure::invalid("base", "no_linked_payment_provider"))?;
    let lago_id = &customer.lago_id;
    Ok(Json(json!({
        "customer": {
            "lago_customer_id": lago_id,
            "external_customer_id": customer.external_id,
            "payment_provider": provider,
            "checkout_url": format!("https://checkout.{provider}.example/c/pay/{lago_id}"),
        },
    })))
}
