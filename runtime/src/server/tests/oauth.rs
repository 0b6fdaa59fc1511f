//! Who gets past a guard that asks for access tokens.

use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::super::oauth::tests::signer::Signer;
use super::authorization_server::{AuthorizationServer, Mood};
use super::*;
use crate::settings::{Secret, SettingsError};

const RESOURCE: &str = "https://mcp.test/a/mcp";
const METADATA: &str = "https://mcp.test/.well-known/oauth-protected-resource/a/mcp";

fn guard(issuer: &str, scopes: &str) -> Result<Guard, SettingsError> {
    guard_of(issuer, RESOURCE, scopes, false)
}

fn guard_of(
    issuer: &str,
    resource: &str,
    scopes: &str,
    plain_http: bool,
) -> Result<Guard, SettingsError> {
    let values = SettingValues::of(&[("connect-timeout", "2"), ("request-limit", "80")]);
    let declared = ProtectedResource {
        issuer: &Secret::new(issuer),
        resource: &Secret::new(resource),
        audience: &Secret::new(resource),
        scopes: &Secret::new(scopes),
        plain_http,
    };
    Guard::oauth2(declared, &values)
}

/// An adapter that says what it was asked, and how often.
async fn served(issuer: &str, scopes: &str) -> Served {
    let echo = |request: Request<Body>| async move {
        let names: Vec<&str> = request.headers().keys().map(|name| name.as_str()).collect();
        format!("asked {} {}", request.uri(), names.join(","))
    };
    let guard = guard(issuer, scopes).unwrap();
    Served::guarded(guard, Router::new().fallback(echo), LIMITS).await
}

fn claims(issuer: &str) -> Value {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    json!({
        "iss": issuer,
        "aud": RESOURCE,
        "sub": "canary-user",
        "exp": now.unwrap().as_secs() + 600,
        "scope": "read write",
    })
}

fn request(target: &str, tokens: &[&str]) -> String {
    let lines = tokens
        .iter()
        .map(|token| format!("authorization: Bearer {token}\r\n"));
    let lines: String = lines.collect();
    format!("GET {target} HTTP/1.1\r\nhost: x\r\n{lines}connection: close\r\n\r\n")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = answer.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The status, and the challenge or what the adapter said.
async fn answered(served: &Served, tokens: &[&str]) -> (u16, String) {
    let answer = served.answer(&request("/x?y=1", tokens)).await;
    let status = answer.get(9..12).unwrap().parse().unwrap();
    for token in tokens.iter().filter(|token| token.len() > 8) {
        assert!(!answer.contains(token), "the token is in {answer}");
    }
    assert!(!answer.contains("canary"), "{answer}");
    let challenge = header(&answer, "www-authenticate");
    let said = challenge.unwrap_or_else(|| answer.rsplit("\r\n\r\n").next().unwrap());
    (status, said.to_owned())
}

async fn status(served: &Served, token: &str) -> u16 {
    answered(served, &[token]).await.0
}

/// Lets the time of timers pass, and no other.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_of_the_authorization_server_lets_in_and_goes_no_further() {
    let signer = Signer::new("RS256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let served = served(&server.issuer, "read write").await;
    let token = signer.token(&claims(&server.issuer));
    let let_in = (200, "asked /x?y=1 host".to_owned());
    assert_eq!(answered(&served, &[&token]).await, let_in);
    let lower =
        request("/", &[]).replace("\r\nc", &format!("\r\nAUTHORIZATION: bEaReR  {token}\r\nc"));
    assert!(served.answer(&lower).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn who_is_not_let_in_is_told_what_to_get_and_where() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let served = served(&server.issuer, "read admin").await;
    let rest = format!("scope=\"read admin\", resource_metadata=\"{METADATA}\"");
    let missing = format!("Bearer realm=\"test\", {rest}");
    assert_eq!(answered(&served, &[]).await, (401, missing.clone()));
    let basic = request("/", &[]).replace("\r\nc", "\r\nauthorization: Basic YTpi\r\nc");
    let answer = served.answer(&basic).await;
    assert_eq!(header(&answer, "www-authenticate"), Some(missing.as_str()));
    assert_eq!(
        header(&answer, "content-type"),
        Some("application/problem+json")
    );
    let invalid = |reason: &str| {
        format!(
            "Bearer realm=\"test\", error=\"invalid_token\", error_description=\"the access token is not accepted: {reason}\", {rest}"
        )
    };
    let with = |name: &str, value: Value| {
        let mut claims = claims(&server.issuer);
        claims[name] = value;
        signer.token(&claims)
    };
    for (token, reason) in [
        (String::new(), "it is not a signed JWT"),
        ("canary-opaque".to_owned(), "it is not a signed JWT"),
        (with("exp", 1.into()), "it has expired"),
        (
            with("iss", "https://other.test".into()),
            "it is of another issuer",
        ),
        (
            with("aud", "https://other.test".into()),
            "it was issued for another audience",
        ),
        (
            Signer::new("ES256", "k").token(&claims(&server.issuer)),
            "its signature is wrong",
        ),
        (
            Signer::new("ES256", "other").token(&claims(&server.issuer)),
            "it is signed with a key that its issuer does not publish",
        ),
    ] {
        assert_eq!(answered(&served, &[&token]).await, (401, invalid(reason)));
    }
    let good = with("scope", "read write".into());
    let insufficient = format!(
        "Bearer realm=\"test\", error=\"insufficient_scope\", \
         error_description=\"the access token is not good for this: it needs the scopes read admin\", {rest}"
    );
    let before = STATISTICS.forbidden.get();
    assert_eq!(answered(&served, &[&good]).await, (403, insufficient));
    assert!(STATISTICS.forbidden.get() > before);
    let (status, challenge) = answered(&served, &[&good, &good]).await;
    assert_eq!(status, 400);
    assert!(
        challenge.contains("error=\"invalid_request\""),
        "{challenge}"
    );
    let enough = with("scope", "admin read x".into());
    assert_eq!(answered(&served, &[&enough]).await.0, 200);
}

#[tokio::test]
async fn everybody_may_read_the_metadata() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let guarded = served(&server.issuer, "read write").await;
    let well_known = "/.well-known/oauth-protected-resource";
    for target in [
        well_known.to_owned(),
        format!("{well_known}/a/mcp"),
        format!("{well_known}?x=1"),
    ] {
        let answer = guarded.answer(&request(&target, &[])).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert_eq!(header(&answer, "content-type"), Some("application/json"));
        let document = answer.rsplit("\r\n\r\n").next().unwrap();
        let document: Value = serde_json::from_str(document).unwrap();
        let expected = json!({
            "resource": RESOURCE,
            "authorization_servers": [server.issuer],
            "scopes_supported": ["read", "write"],
            "bearer_methods_supported": ["header"],
        });
        assert_eq!(document, expected);
    }
    let head = request(well_known, &[]).replace("GET", "HEAD");
    let answer = guarded.answer(&head).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    for refused in [
        request(well_known, &[]).replace("GET", "POST"),
        request(&format!("{well_known}/mcp"), &[]),
        request(&format!("{well_known}/"), &[]),
        request(&format!("/a{well_known}"), &[]),
    ] {
        let answer = guarded.answer(&refused).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    }
    assert_eq!(server.asked(), 0, "nothing of this needs a key");
    let without_scopes = served(&server.issuer, "").await;
    let answer = without_scopes.answer(&request(well_known, &[])).await;
    assert!(!answer.contains("scopes_supported"), "{answer}");
    let (_, challenge) = answered(&without_scopes, &[]).await;
    assert_eq!(
        challenge,
        format!("Bearer realm=\"test\", resource_metadata=\"{METADATA}\"")
    );
}

#[tokio::test]
async fn keys_are_fetched_once_for_all_and_again_when_they_are_exchanged() {
    let (old, new) = (Signer::new("RS256", "old"), Signer::new("EdDSA", "new"));
    let server = AuthorizationServer::start(&[&old]).await;
    let served = Arc::new(served(&server.issuer, "").await);
    let (token, next) = (
        old.token(&claims(&server.issuer)),
        new.token(&claims(&server.issuer)),
    );
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let (served, token) = (served.clone(), token.clone());
        callers.spawn(async move { status(&served, &token).await });
    }
    assert_eq!(callers.join_all().await, [200; 8]);
    assert_eq!(server.asked(), 2, "its metadata and its keys");
    server.publish(&[&old, &new]);
    pass(11).await;
    assert_eq!(status(&served, &next).await, 200);
    assert_eq!(status(&served, &token).await, 200);
    server.publish(&[&new]);
    pass(7200).await;
    assert_eq!(status(&served, &token).await, 401);
    assert_eq!(status(&served, &next).await, 200);
    assert_eq!(server.asked(), 6);
}

#[tokio::test]
async fn made_up_keys_bring_no_flood_to_the_authorization_server() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let served = served(&server.issuer, "").await;
    for number in 0..50 {
        let header = json!({"alg": "ES256", "kid": format!("made-up-{number}")});
        let token = signer.token_with(&header, &claims(&server.issuer));
        assert_eq!(status(&served, &token).await, 401);
    }
    // Nor what is wrong whatever its key.
    for number in 0..50 {
        let header = json!({"alg": "ES256", "kid": format!("made-up-{number}")});
        let token = signer.token_with(&header, &claims("https://other.test"));
        assert_eq!(status(&served, &token).await, 401);
    }
    assert_eq!(server.asked(), 2);
    assert_eq!(
        status(&served, &signer.token(&claims(&server.issuer))).await,
        200
    );
}

#[tokio::test]
async fn without_keys_the_answer_is_503_until_there_are() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let served = served(&server.issuer, "").await;
    let token = signer.token(&claims(&server.issuer));
    let failures = STATISTICS.key_fetch_failures.get();
    for (mood, asked) in [
        (Mood::Broken, 3),
        (Mood::OtherIssuer, 3),
        (Mood::Redirects, 2),
        (Mood::Chatty, 2),
    ] {
        server.turn(mood);
        let before = server.asked();
        for _ in 0..3 {
            let answer = served.answer(&request("/", &[&token])).await;
            assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
            assert_eq!(header(&answer, "retry-after"), Some("10"));
            assert_eq!(header(&answer, "www-authenticate"), None);
        }
        assert_eq!(
            server.asked() - before,
            asked,
            "asked once, and left alone then"
        );
        pass(11).await;
    }
    assert!(STATISTICS.key_fetch_failures.get() >= failures + 4);
    server.turn(Mood::OpenId);
    assert_eq!(status(&served, &token).await, 200);
    // From here on it may fail.
    server.turn(Mood::Broken);
    pass(7200).await;
    assert_eq!(status(&served, &token).await, 200);
    assert_eq!(status(&served, &token).await, 200);
    pass(24 * 3600).await;
    assert_eq!(status(&served, &token).await, 503);
}

#[tokio::test]
async fn a_silent_authorization_server_is_waited_for_five_seconds() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    server.turn(Mood::Silent);
    let served = Arc::new(served(&server.issuer, "").await);
    let token = signer.token(&claims(&server.issuer));
    let caller = served.clone();
    let caller = tokio::spawn(async move { status(&caller, &token).await });
    server.asking().await;
    pass(5).await;
    assert_eq!(caller.await.unwrap(), 503);
}

/// Requests that wait for keys hold places of the front door, which all adapters share.
#[tokio::test]
async fn few_wait_for_keys_and_the_others_are_told_to_come_again() {
    const PLACES: usize = 10;
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let guard = guard(&server.issuer, "").unwrap();
    let limits = Limits {
        requests: 80,
        connections: 80,
        ..LIMITS
    };
    let app = Router::new().fallback(async || "let in");
    let served = Arc::new(Served::guarded(guard, app, limits).await);
    let good = signer.token(&claims(&server.issuer));
    let made_up = (0..PLACES + 20).map(|number| {
        let header = json!({"alg": "ES256", "kid": format!("made-up-{number}")});
        signer.token_with(&header, &claims(&server.issuer))
    });
    let made_up: Vec<String> = made_up.collect();
    // First nobody can be judged, then those whose keys are known can.
    for (tokens, known, judged) in [
        (&vec![good.clone(); PLACES + 20], 503, 200),
        (&made_up, 200, 401),
    ] {
        server.hold();
        let mut callers = JoinSet::new();
        for token in tokens.clone() {
            let served = served.clone();
            callers.spawn(async move { served.answer(&request("/", &[&token])).await });
        }
        for _ in 0..20 {
            let answer = callers.join_next().await.unwrap().unwrap();
            assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
            assert_eq!(header(&answer, "retry-after"), Some("1"));
        }
        assert_eq!(status(&served, &good).await, known);
        server.let_go();
        let answers = callers.join_all().await;
        assert_eq!(answers.len(), PLACES);
        for answer in answers {
            assert_eq!(answer.get(9..12), Some(judged.to_string().as_str()));
        }
        pass(11).await;
    }
    // What was looked for a moment ago is not looked for again.
    assert_eq!(status(&served, &made_up[0]).await, 401);
    server.hold();
    assert_eq!(status(&served, &made_up[1]).await, 401);
}

#[tokio::test]
async fn an_authorization_server_that_is_not_there_is_503() {
    let signer = Signer::new("ES256", "k");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let served = served(&issuer, "").await;
    assert_eq!(status(&served, &signer.token(&claims(&issuer))).await, 503);
    // What needs no key is judged all the same.
    assert_eq!(status(&served, "opaque").await, 401);
}

#[tokio::test]
async fn secrets_that_are_read_again_do_not_forget_the_keys() {
    let signer = Signer::new("ES256", "k");
    let server = AuthorizationServer::start(&[&signer]).await;
    let current = CurrentGuard::new(guard(&server.issuer, "").unwrap());
    let token = signer.token(&claims(&server.issuer));
    let admitted = async |current: &CurrentGuard| {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        let guard = current.get();
        guard.admit(&mut request.body(()).unwrap(), "test").await
    };
    assert!(admitted(&current).await.is_ok());
    current.set(guard(&server.issuer, "read").unwrap());
    assert!(admitted(&current).await.is_ok());
    assert_eq!(server.asked(), 2);
    // Those of another server are its own.
    current.set(guard("http://127.0.0.1:1", "read").unwrap());
    assert!(admitted(&current).await.is_err());
}

#[test]
fn what_could_not_be_trusted_or_reached_is_refused_at_start() {
    let (issuer, resource) = ("https://auth.test/canary", "https://mcp.test/canary");
    assert!(guard_of(issuer, resource, "a b", false).is_ok());
    assert!(guard_of("http://auth.test", resource, "", true).is_ok());
    for (issuer, resource, scopes) in [
        ("http://auth.test/canary", resource, ""),
        ("https://canary:x@auth.test", resource, ""),
        ("https://auth.test?canary", resource, ""),
        ("canary", resource, ""),
        (issuer, "https://mcp.test/#canary", ""),
        (issuer, "http://0.0.0.0:8080/canary", ""),
        (issuer, "http://127.0.0.1:0/canary", ""),
        (issuer, "http://::1:80/canary", ""),
        (issuer, "", ""),
        (issuer, resource, "canary\""),
        (issuer, resource, "a canary\\b"),
    ] {
        let error = guard_of(issuer, resource, scopes, false)
            .unwrap_err()
            .to_string();
        assert!(!error.contains("canary"), "{error}");
    }
    let guard = guard_of(issuer, resource, "", false).unwrap();
    assert_eq!(format!("{guard:?}"), "Guard(oauth2)");
}
