//! Callers with access tokens of an authorization server, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lago_stand_in::recorder::Reply;
use reqwest::{RequestBuilder, Response};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use support::{Gateway, call};

const TENANT: &str = "tenants/acme \"co\"";
const MCP: &str = "https://mcp.notes.test/mcp";

/// The gateway, whose issuer publishes the key that signs.
struct Issuer {
    gateway: Gateway,
    key: EcdsaKeyPair,
}

impl Issuer {
    async fn start() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let gateway = Gateway::start().await;
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        // Its metadata and its keys, in one.
        let document = json!({
            "issuer": gateway.issuer.base_uri(),
            "jwks_uri": format!("{}/keys", gateway.issuer.base_uri()),
            "keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "x": encoded(x), "y": encoded(y)}],
        });
        let reply = Reply::json(200, &document.to_string());
        gateway.issuer.answer(reply);
        Self { gateway, key }
    }

    fn token(&self, audience: &str, scope: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let claims = json!({
            "iss": self.gateway.issuer.base_uri(),
            "aud": audience,
            "sub": "canary",
            "exp": now.as_secs() + 60,
            "scope": scope,
        });
        let header = json!({"alg": "ES256", "kid": "a", "typ": "at+jwt"});
        let part = |value: &Value| encoded(value.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(&claims));
        let random = SystemRandom::new();
        let signature = self.key.sign(&random, message.as_bytes()).unwrap();
        format!("{message}.{}", encoded(signature.as_ref()))
    }

    fn search(&self) -> RequestBuilder {
        let url = format!("{}/search?q=x", self.gateway.tokens);
        self.gateway.client.post(url)
    }

    fn say(&self) -> RequestBuilder {
        let url = format!("{}/mcp", self.gateway.tokens_mcp);
        let message = call("say", json!({"word": "x"}));
        self.gateway.client.post(url).json(&message)
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

fn challenge(response: &Response) -> &str {
    response.headers()["www-authenticate"].to_str().unwrap()
}

#[tokio::test]
async fn a_token_for_the_adapter_calls_it_and_no_upstream_gets_it() {
    let issuer = Issuer::start().await;
    let token = issuer.token(TENANT, "words:search words:read x");
    let response = sent(issuer.search().bearer_auth(&token)).await;
    assert_eq!(response.status(), 200);
    let token = issuer.token(MCP, "words:say");
    let response = sent(issuer.say().bearer_auth(&token)).await;
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["result"]["isError"], json!(false), "{answer}");
    let upstream = issuer.gateway.notes.take();
    assert_eq!(upstream.len(), 2);
    for request in upstream {
        assert_eq!(request.header("authorization"), None);
        let everything = format!("{request:?}");
        assert!(!everything.contains(&token) && !everything.contains("canary"));
    }
    // Each adapter reads the keys once: its metadata, then its key set. Neither says who calls.
    let asked = issuer.gateway.issuer.take();
    let targets: Vec<&str> = asked
        .iter()
        .map(|request| request.target.as_str())
        .collect();
    let metadata = "/.well-known/oauth-authorization-server";
    assert_eq!(targets, [metadata, "/keys", metadata, "/keys"]);
    for request in asked {
        assert_eq!(request.method, "GET");
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_client_of_mcp_finds_the_way_from_the_refusal_to_the_issuer() {
    let issuer = Issuer::start().await;
    let response = sent(issuer.say()).await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        challenge(&response),
        "Bearer realm=\"tokens-mcp\", scope=\"words:say\", \
         resource_metadata=\"https://mcp.notes.test/.well-known/oauth-protected-resource/mcp\""
    );
    for path in ["", "/mcp"] {
        let address = &issuer.gateway.tokens_mcp;
        let url = format!("{address}/.well-known/oauth-protected-resource{path}");
        let response = sent(issuer.gateway.client.get(url)).await;
        assert_eq!(response.status(), 200);
        let metadata: Value = response.json().await.unwrap();
        let expected = json!({
            "resource": MCP,
            "authorization_servers": [issuer.gateway.issuer.base_uri()],
            "scopes_supported": ["words:say"],
            "bearer_methods_supported": ["header"],
        });
        assert_eq!(metadata, expected);
    }
    assert!(issuer.gateway.issuer.take().is_empty());
}

#[tokio::test]
async fn a_token_for_another_adapter_or_for_less_is_refused() {
    let issuer = Issuer::start().await;
    let other = issuer.token(MCP, "words:search words:read");
    let response = sent(issuer.search().bearer_auth(&other)).await;
    assert_eq!(response.status(), 401);
    assert!(challenge(&response).contains("error=\"invalid_token\""));
    let less = issuer.token(TENANT, "words:read");
    let response = sent(issuer.search().bearer_auth(&less)).await;
    assert_eq!(response.status(), 403);
    assert!(challenge(&response).contains("error=\"insufficient_scope\""));
    assert!(challenge(&response).contains("scope=\"words:read words:search\""));
    let problem = response.text().await.unwrap();
    assert!(
        !problem.contains(&less) && !problem.contains("canary"),
        "{problem}"
    );
    let document = format!("{}/openapi.json", issuer.gateway.tokens);
    let document = issuer.gateway.client.get(document);
    assert_eq!(sent(document).await.status(), 401);
    assert!(issuer.gateway.notes.take().is_empty());
}

#[tokio::test]
async fn an_issuer_without_keys_is_503_with_a_time_to_come_back() {
    let issuer = Issuer::start().await;
    issuer.gateway.issuer.answer(Reply::json(200, "{}"));
    let token = issuer.token(MCP, "words:say");
    let response = sent(issuer.say().bearer_auth(&token)).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "10");
    assert!(issuer.gateway.notes.take().is_empty());
}
