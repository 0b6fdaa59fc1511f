//! Creating, listing, finding and deleting customers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::{BytesRejection, PathRejection};
use serde_json::{Value, json};

use crate::customer::Customer;
use crate::errors::Failure;
use crate::paging::Page;
use crate::params::Params;
use crate::router::Api;
use crate::validation;

pub(crate) async fn upsert(
    State(shared): Api,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Failure> {
    let body: Value = serde_json::from_slice(&body?).map_err(|_| Failure::BadRequest)?;
    let fields = body.get("customer").and_then(Value::as_object);
    let fields = fields.ok_or(Failure::BadRequest)?;
    let external_id = validation::customer(fields)?;
    let mut store = shared.store();
    if let Ok(known) = store.customer(external_id) {
        validation::change(known, fields)?;
    }
    Ok(answer(store.upsert(external_id, fields)))
}

pub(crate) async fn list(State(shared): Api, params: Params) -> Json<Value> {
    let store = shared.store();
    let (customers, meta) = Page::asked(&params).of(store.newest_first());
    let customers: Vec<_> = customers.into_iter().map(Customer::object).collect();
    Json(json!({"customers": customers, "meta": meta}))
}

pub(crate) async fn find(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    Ok(answer(shared.store().customer(&external_id)?))
}

pub(crate) async fn destroy(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    Ok(answer(&shared.store().destroy(&external_id)?))
}

fn answer(customer: &Customer) -> Json<Value> {
    Json(json!({"customer": customer.object()}))
}
