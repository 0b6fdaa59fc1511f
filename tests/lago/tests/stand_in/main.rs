//! The stand-in over real sockets, route by route.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

mod access;
mod customers;
mod links;
mod usage;

use lago_stand_in::LagoStandIn;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const KEY: &str = "a-key";

/// A stand-in of its own for every test, and a client for it.
struct Lago {
    stand_in: LagoStandIn,
    client: reqwest::Client,
}

impl Lago {
    async fn start() -> Lago {
        Lago {
            stand_in: LagoStandIn::start(KEY).await.unwrap(),
            client: reqwest::Client::new(),
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let uri = format!("{}{path}", self.stand_in.base_uri());
        self.client.request(method, uri)
    }

    async fn send(&self, method: Method, path: &str) -> (StatusCode, Value) {
        let request = self.request(method, path).bearer_auth(KEY);
        read(request.send().await.unwrap()).await
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path).await
    }

    async fn upsert(&self, customer: Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, "/customers").bearer_auth(KEY);
        let request = request.json(&json!({"customer": customer}));
        read(request.send().await.unwrap()).await
    }
}

async fn read(response: Response) -> (StatusCode, Value) {
    (response.status(), response.json().await.unwrap())
}

fn not_found(code: &str) -> (StatusCode, Value) {
    let body = json!({"status": 404, "error": "Not Found", "code": code});
    (StatusCode::NOT_FOUND, body)
}

fn invalid(details: Value) -> (StatusCode, Value) {
    let body = json!({
        "status": 422,
        "error": "Unprocessable Entity",
        "code": "validation_errors",
        "error_details": details,
    });
    (StatusCode::UNPROCESSABLE_ENTITY, body)
}
