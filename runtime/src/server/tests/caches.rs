//! Which caches may keep an answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::super::oauth::tests::signer::Signer;
use super::authorization_server::AuthorizationServer;
use super::*;
use crate::settings::Secret;

/// An adapter whose answers are for all caches, for no cache, or say nothing of any.
async fn served(guard: Guard) -> Served {
    let answer = async |request: Request<Body>| {
        let control = match request.uri().path() {
            "/shared" => Some("public, max-age=60, s-maxage=600"),
            "/none" => Some("no-store"),
            _ => None,
        };
        let mut answer = http::Response::builder();
        if let Some(control) = control {
            answer = answer.header("cache-control", control);
        }
        answer.body(Body::empty()).unwrap()
    };
    Served::guarded(guard, Router::new().fallback(answer), LIMITS).await
}

/// `Cache-Control` of the answer to a request with this proof.
async fn control(served: &Served, start: &str, line: &str) -> Option<String> {
    let request = format!("{start} HTTP/1.1\r\nhost: x\r\n{line}connection: close\r\n\r\n");
    let answer = served.answer(&request).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let mut lines = answer.lines();
    let control = lines.find_map(|line| line.strip_prefix("cache-control: "));
    control.map(str::to_owned)
}

#[tokio::test]
async fn what_callers_have_to_prove_themselves_for_is_private() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let token = signer.token(&json!({
        "iss": server.issuer,
        "aud": "https://mcp.test/mcp",
        "exp": now.unwrap().as_secs() + 600,
    }));
    let secret = Secret::new("canary");
    let resource = Secret::new("https://mcp.test/mcp");
    let declared = ProtectedResource {
        issuer: &Secret::new(&*server.issuer),
        resource: &resource,
        audience: &resource,
        scopes: &Secret::new(""),
        plain_http: false,
    };
    let values = SettingValues::of(&[("connect-timeout", "2"), ("request-limit", "80")]);
    let basic = STANDARD.encode("agent:canary");
    let bearer = |token: &str| format!("authorization: Bearer {token}\r\n");
    for (guard, query, line) in [
        (Guard::bearer(&secret), "", bearer("canary")),
        (
            Guard::basic(&Secret::new("agent"), &secret),
            "",
            format!("authorization: Basic {basic}\r\n"),
        ),
        (
            Guard::header_key("x-key", &secret),
            "",
            "x-key: canary\r\n".to_owned(),
        ),
        (
            Guard::query_key("key", &secret),
            "?key=canary",
            String::new(),
        ),
        (Guard::oauth2(declared, &values), "", bearer(&token)),
    ] {
        let served = served(guard.unwrap()).await;
        for (start, expected) in [
            ("GET /shared", Some("private, max-age=60")),
            ("POST /shared", Some("private, max-age=60")),
            ("GET /none", Some("no-store")),
            ("GET /silent", Some("private")),
            ("HEAD /silent", Some("private")),
            ("POST /silent", None),
        ] {
            let control = control(&served, &format!("{start}{query}"), &line).await;
            assert_eq!(control.as_deref(), expected, "{start}");
        }
    }
}

#[tokio::test]
async fn what_everybody_may_have_stays_as_it_is() {
    let served = served(Guard::none()).await;
    for (start, expected) in [
        ("GET /shared", Some("public, max-age=60, s-maxage=600")),
        ("GET /none", Some("no-store")),
        ("GET /silent", None),
    ] {
        assert_eq!(control(&served, start, "").await.as_deref(), expected);
    }
}
