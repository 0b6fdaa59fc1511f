//! Who gets past a guard, and what an adapter sees of the request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::settings::Secret;

/// An adapter that says what it was asked.
async fn served(guard: Result<Guard, crate::settings::SettingsError>) -> Served {
    let echo = |request: Request<Body>| async move {
        let names: Vec<&str> = request.headers().keys().map(|name| name.as_str()).collect();
        format!("asked {} {}", request.uri(), names.join(","))
    };
    Served::guarded(guard.unwrap(), Router::new().fallback(echo), LIMITS).await
}

/// A request that ends its connection, with these header lines.
fn request(target: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    format!("GET {target} HTTP/1.1\r\nhost: x\r\n{lines}connection: close\r\n\r\n")
}

/// What is answered to a request with these header lines: the value of `WWW-Authenticate`, or "let in".
async fn answered(served: &Served, target: &str, lines: &[&str]) -> String {
    let answer = served.answer(&request(target, lines)).await;
    if answer.starts_with("HTTP/1.1 200 ") {
        return "let in".to_owned();
    }
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(
        answer.contains("\r\ncontent-type: application/problem+json\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("canary"), "{answer}");
    let challenge = answer
        .lines()
        .find_map(|line| line.strip_prefix("www-authenticate: "));
    challenge.unwrap().to_owned()
}

const MISSING: &str = "Bearer realm=\"test\"";
const INVALID: &str = "Bearer realm=\"test\", error=\"invalid_token\"";
const REPEATED: &str = "Bearer realm=\"test\", error=\"invalid_request\"";

#[tokio::test]
async fn a_bearer_token_is_the_whole_of_it_once() {
    let served = served(Guard::bearer(&Secret::new("canary-1"))).await;
    for (lines, expected) in [
        (&["authorization: Bearer canary-1"][..], "let in"),
        (&["authorization: bEARER   canary-1  "], "let in"),
        (&[], MISSING),
        (&["authorization: canary-1"], MISSING),
        (&["authorization: Basic canary-1"], MISSING),
        (&["authorization: Bearercanary-1"], MISSING),
        (&["x-authorization: Bearer canary-1"], MISSING),
        (&["authorization: Bearer"], INVALID),
        (&["authorization: Bearer canary-"], INVALID),
        (&["authorization: Bearer canary-11"], INVALID),
        (&["authorization: Bearer CANARY-1"], INVALID),
        (&["authorization: Bearer canary-1, canary-1"], INVALID),
        (&["authorization: Bearer canary-1 x"], INVALID),
        (
            &[
                "authorization: Bearer canary-1",
                "authorization: Bearer canary-1",
            ],
            REPEATED,
        ),
        (
            &["authorization: Basic x", "authorization: Bearer canary-1"],
            REPEATED,
        ),
    ] {
        assert_eq!(answered(&served, "/", lines).await, expected, "{lines:?}");
    }
    assert_eq!(
        answered(&served, "/?access_token=canary-1", &[]).await,
        MISSING
    );
}

#[tokio::test]
async fn a_password_is_compared_with_its_user() {
    let user = Secret::new("agent é");
    let served = served(Guard::basic(&user, &Secret::new("canary:1"))).await;
    let challenge = "Basic realm=\"test\", charset=\"UTF-8\"";
    let encoded = |pair: &str| format!("authorization: bAsic {}", STANDARD.encode(pair));
    let unpadded = encoded("agent é:canary:1");
    assert!(unpadded.ends_with('='));
    for (line, expected) in [
        (encoded("agent é:canary:1"), "let in"),
        (encoded("agent é:canary:"), challenge),
        (encoded("agent é:canary:12"), challenge),
        (encoded("agent:canary:1"), challenge),
        (encoded(":canary:1"), challenge),
        (encoded("agent é"), challenge),
        (unpadded.trim_end_matches('=').to_owned(), challenge),
        ("authorization: Basic agent:canary:1".to_owned(), challenge),
        ("authorization: Basic".to_owned(), challenge),
        (
            encoded("agent é:canary:1").replace("bAsic", "Bearer"),
            challenge,
        ),
    ] {
        assert_eq!(answered(&served, "/", &[&line]).await, expected, "{line}");
    }
    let twice = encoded("agent é:canary:1");
    assert_eq!(answered(&served, "/", &[&twice, &twice]).await, challenge);
}

#[tokio::test]
async fn a_key_is_in_its_header() {
    let served = served(Guard::header_key("X-Api-Key", &Secret::new("canary 1"))).await;
    let challenge = "ApiKey realm=\"test\"";
    for (lines, expected) in [
        (&["x-api-key: canary 1"][..], "let in"),
        (&[], challenge),
        (&["x-api-key: canary"], challenge),
        (&["x-api-key: canary 12"], challenge),
        (&["x-api-key:"], challenge),
        (&["x-api-key: Bearer canary 1"], challenge),
        (&["x-api-key: canary 1", "x-api-key: canary 1"], challenge),
        // A header of the connection is none of the request's.
        (&["x-api-key: canary 1", "connection: x-api-key"], challenge),
    ] {
        assert_eq!(answered(&served, "/", lines).await, expected, "{lines:?}");
    }
}

#[tokio::test]
async fn a_key_is_in_the_query() {
    let served = served(Guard::query_key("key", &Secret::new("canary+1"))).await;
    let challenge = "ApiKey realm=\"test\"";
    for (target, expected) in [
        ("/?key=canary%2B1", "let in"),
        ("/?a=1&k%65y=c%61nary%2b1&b", "let in"),
        ("/", challenge),
        ("/?key", challenge),
        ("/?key=canary+1", challenge),
        ("/?key=canary", challenge),
        ("/?KEY=canary%2B1", challenge),
        ("/?key=canary%2B1&key=canary%2B1", challenge),
        ("/?key=canary%2B1&%6bey=x", challenge),
    ] {
        assert_eq!(answered(&served, target, &[]).await, expected, "{target}");
    }
}

#[tokio::test]
async fn an_adapter_does_not_see_what_proved_its_caller() {
    let guarded = served(Guard::bearer(&Secret::new("canary"))).await;
    let asked = request("/a?b=1", &["authorization: Bearer canary", "x-more: 1"]);
    let answer = guarded.answer(&asked).await;
    assert!(answer.ends_with("asked /a?b=1 host,x-more"), "{answer}");
    let guarded = served(Guard::query_key("key", &Secret::new("canary"))).await;
    for (target, seen) in [("/a?key=canary", "/a"), ("/a?b=%zz&key=canary", "/a?b=%zz")] {
        let answer = guarded.answer(&request(target, &[])).await;
        assert!(answer.ends_with(&format!("asked {seen} host")), "{answer}");
    }
}

#[tokio::test]
async fn nobody_is_let_in_by_another_method_or_version_and_no_body_is_waited_for() {
    let guarded = served(Guard::bearer(&Secret::new("canary"))).await;
    let before = STATISTICS.unauthorized.get();
    for method in ["OPTIONS", "HEAD", "POST"] {
        // The body is announced, and never sent.
        let request =
            format!("{method} /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
        let answer = guarded.answer(&request).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{method} {answer}");
    }
    assert!(STATISTICS.unauthorized.get() >= before + 3);
    let mut caller = guarded.http2().await;
    for (tokens, status) in [
        (&[][..], 401),
        (&["Bearer canary"], 200),
        (&["Bearer canary", "Bearer canary"], 401),
    ] {
        let mut request = Request::get("http://x/");
        for token in tokens {
            request = request.header("authorization", *token);
        }
        let request = request.body(Full::default()).unwrap();
        assert_eq!(caller.send_request(request).await.unwrap().status(), status);
    }
}
