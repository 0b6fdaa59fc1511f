//! Taking applied coupons from customers.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::errors::Failure;
use crate::ids::{self, Kind};
use crate::router::Api;

pub(crate) async fn destroy(
    State(shared): Api,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Value>, Failure> {
    let Path((external_id, coupon_id)) = path?;
    let mut store = shared.store();
    let now = store.now();
    let (customer, coupon) = store.remove_coupon(&external_id, &coupon_id)?;
    Ok(Json(json!({
        "applied_coupon": {
            "lago_id": coupon.lago_id,
            "lago_coupon_id": ids::uuid(Kind::Coupon, 1),
            "coupon_code": "first_year",
            "coupon_name": "First year",
            "lago_customer_id": customer.lago_id,
            "external_customer_id": customer.external_id,
            "status": "terminated",
            "amount_cents": 2500,
            "amount_cents_remaining": null,
            "amount_currency": customer.currency(),
            "percentage_rate": null,
            "frequency": "recurring",
            "frequency_duration": 12,
            "frequency_duration_remaining": 9,
            "expiration_at": null,
            "created_at": ids::moment(0),
            "terminated_at": now,
        },
    })))
}
