//! Which path leads where, and what holds for every request: the key, and the headers of an answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};

use crate::errors::Failure;
use crate::ids::{self, Kind};
use crate::store::Store;
use crate::{applied_coupons, customers, links, usage};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// What all requests share.
pub(crate) struct Shared {
    key: String,
    requests: AtomicU64,
    store: Mutex<Store>,
}

impl Shared {
    /// The customers, for as long as the guard lives.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How handlers get at what is shared.
pub(crate) type Api = State<Arc<Shared>>;

/// The stand-in as a service, with its own customers, for callers who know `key`.
pub fn router(key: &str) -> Router {
    let shared = Arc::new(Shared {
        key: key.to_owned(),
        requests: AtomicU64::new(0),
        store: Mutex::new(Store::seeded()),
    });
    let customers = Router::new()
        .route("/", post(customers::upsert).get(customers::list))
        .route("/{id}", get(customers::find).delete(customers::destroy))
        .route(
            "/{id}/applied_coupons/{coupon}",
            delete(applied_coupons::destroy),
        )
        .route("/{id}/checkout_url", post(links::checkout))
        .route("/{id}/current_usage", get(usage::current))
        .route("/{id}/past_usage", get(usage::past))
        .route("/{id}/portal_url", get(links::portal))
        .route_layer(middleware::from_fn_with_state(shared.clone(), authorize));
    Router::new()
        .nest("/api/v1/customers", customers)
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        // Whoever tries large bodies shall find the limits of what is in front, not ours.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(shared.clone(), label))
        .with_state(shared)
}

async fn unknown() -> Failure {
    Failure::NotFound("resource")
}

async fn authorize(State(shared): Api, request: Request, next: Next) -> Response {
    if bearer(request.headers()) == Some(shared.key.as_bytes()) {
        next.run(request).await
    } else {
        Failure::Unauthorized.into_response()
    }
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, key) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(key)
}

/// Gives every answer its type and the identifier of its request: the caller's own, or the next of ours.
async fn label(State(shared): Api, request: Request, next: Next) -> Response {
    let number = 1 + shared.requests.fetch_add(1, Ordering::Relaxed);
    let id = match request.headers().get(REQUEST_ID) {
        Some(id) => Some(id.clone()),
        None => HeaderValue::try_from(ids::uuid(Kind::Request, number)).ok(),
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.extend(id.map(|id| (REQUEST_ID, id)));
    response
}
