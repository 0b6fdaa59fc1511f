//! What holds for every request: the key, the headers, and paths which lead nowhere.

use lago_stand_in::{LagoStandIn, seed};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Lago, not_found, read};

#[tokio::test]
async fn without_the_right_key_nothing_is_shown() {
    let lago = Lago::start().await;
    for authorization in [
        None,
        Some("Bearer other"),
        Some("Basic a-key"),
        Some("a-key"),
        Some("Bearer"),
    ] {
        let mut request = lago.request(Method::GET, "/customers");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{authorization:?}");
        assert_eq!(body, json!({"status": 401, "error": "Unauthorized"}));
    }
}

#[tokio::test]
async fn answers_and_errors_have_the_headers_of_a_real_api() {
    let lago = Lago::start().await;
    for (path, id) in [
        ("/customers", "1"),
        ("/customers/nobody", "2"),
        ("/other", "3"),
    ] {
        let request = lago.request(Method::GET, path).bearer_auth(crate::KEY);
        let response = request.send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["content-type"], "application/json; charset=utf-8");
        let expected = format!("00000012-0000-4000-8000-00000000000{id}");
        assert_eq!(headers["x-request-id"], expected.as_str());
    }
}

#[tokio::test]
async fn a_caller_may_bring_the_request_id() {
    let lago = Lago::start().await;
    let request = lago.request(Method::GET, "/customers");
    let response = request.header("x-request-id", "mine").send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "mine");
}

#[tokio::test]
async fn other_paths_and_methods_lead_nowhere() {
    let lago = Lago::start().await;
    assert_eq!(lago.get("/other").await, not_found("resource_not_found"));
    let put = lago.send(Method::PUT, "/customers").await;
    assert_eq!(put, not_found("resource_not_found"));
}

#[tokio::test]
async fn every_start_is_the_same() {
    let (one, other) = (Lago::start().await, Lago::start().await);
    assert_eq!(one.get("/customers").await, other.get("/customers").await);
}

#[tokio::test]
async fn dropping_it_ends_idle_connections() {
    let stand_in = LagoStandIn::start(crate::KEY).await.unwrap();
    let mut stream = TcpStream::connect(stand_in.address()).await.unwrap();
    let request = format!(
        "HEAD /api/v1/customers/{} HTTP/1.1\r\nhost: lago\r\n\r\n",
        seed::CUSTOMER
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    drop(stand_in);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"\r\n\r\n"));
}
