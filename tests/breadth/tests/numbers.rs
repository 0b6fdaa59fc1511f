//! Values of type `number`, over real sockets: what a caller writes arrives as the same number, or is refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]

mod support;

use breadth::client::{Files, Match, PutMany};
use gatewright_runtime::prelude::{CallError, Credential};
use lago_stand_in::recorder::Recorder;
use serde_json::Value;

use support::Gateway;

/// Numbers as callers write them, and as they go on in a query and in JSON.
const KEPT: [(&str, &str, &str); 10] = [
    ("0", "0", "0"),
    ("5", "5", "5"),
    ("-2.50", "-2.5", "-2.5"),
    ("0.1", "0.1", "0.1"),
    ("123456789012345", "123456789012345", "123456789012345"),
    ("9007199254740992", "9007199254740992", "9007199254740992"),
    (
        "0.30000000000000004",
        "0.30000000000000004",
        "0.30000000000000004",
    ),
    // 0.1 as programs print it that print 17 digits of every float.
    ("0.10000000000000001", "0.1", "0.1"),
    ("1E-7", "0.0000001", "1e-7"),
    ("1e21", "1000000000000000000000", "1e+21"),
];

/// Numbers that would arrive as others, and what their callers are told of them.
const REFUSED: [(&str, &str); 8] = [
    (
        "12345678901234567890.123",
        "; the nearest is 1.2345678901234567e19",
    ),
    ("9007199254740993", "; the nearest is 9007199254740992.0"),
    (
        "3.14159265358979323846",
        "; the nearest is 3.141592653589793",
    ),
    ("0.1e-400", "; the nearest is 0.0"),
    ("-3e-324", "; the nearest is -5e-324"),
    (
        "1E400",
        "expected a number up to 1.7976931348623157e308, got ",
    ),
    (
        "-1e309",
        "expected a number up to 1.7976931348623157e308, got ",
    ),
    (
        "1e99999999999999999999",
        "expected a number up to 1.7976931348623157e308, got ",
    ),
];

async fn get(gateway: &Gateway, number: &str) -> reqwest::Response {
    let number = number.replace('+', "%2B");
    let target = format!("/v1/type/a/7.json?deep=true&fraction={number}");
    reqwest::get(format!("{}{target}", gateway.rest))
        .await
        .unwrap()
}

async fn put(gateway: &Gateway, number: &str) -> reqwest::Response {
    let body = format!(r#"{{"names": ["x"], "share": {number}}}"#);
    reqwest::Client::new()
        .put(format!("{}/v1/type/a/all/b", gateway.rest))
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap()
}

/// Calls a tool with a number exactly as it is written here.
async fn tool(gateway: &Gateway, number: &str) -> Value {
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"find-file",
            "arguments":{{"self":"a","id":"7","deep":true,"fraction":{number}}}}}}}"#
    );
    let response = reqwest::Client::new()
        .post(format!("{}/mcp", gateway.mcp))
        .header("content-type", "application/json")
        .body(message)
        .send()
        .await
        .unwrap();
    response.json::<Value>().await.unwrap()["result"].take()
}

#[tokio::test]
async fn a_number_arrives_with_its_digits() {
    let gateway = Gateway::start().await;
    for (number, in_query, in_json) in KEPT {
        assert_eq!(get(&gateway, number).await.status(), 200, "{number}");
        assert_eq!(put(&gateway, number).await.status(), 200, "{number}");
        for number in [number.to_owned(), format!("\"{number}\"")] {
            let result = tool(&gateway, &number).await;
            assert_eq!(result["isError"], false, "{result}");
        }
        let sent = gateway.files.take();
        let fraction = format!("fraction={in_query}");
        for position in [0, 2, 3] {
            let (_, query) = sent[position].target.split_once('?').unwrap();
            assert!(query.split('&').any(|pair| pair == fraction), "{query}");
        }
        let body = format!(r#"{{"names":["x"],"share":{in_json}}}"#);
        assert_eq!(String::from_utf8_lossy(&sent[1].body), body);
    }
}

#[tokio::test]
async fn a_number_that_would_arrive_as_another_is_refused() {
    let gateway = Gateway::start().await;
    for (number, told) in REFUSED {
        for (answer, parameter) in [
            (get(&gateway, number).await, "fraction"),
            (put(&gateway, number).await, "share"),
        ] {
            assert_eq!(answer.status(), 400, "{number}");
            let problem: Value = answer.json().await.unwrap();
            let error = &problem["errors"][0];
            assert_eq!(error["parameter"], parameter, "{problem}");
            let detail = error["detail"].as_str().unwrap();
            assert!(detail.contains(told) && detail.contains(number), "{detail}");
        }
        for number in [number.to_owned(), format!("\"{number}\"")] {
            let result = tool(&gateway, &number).await;
            assert_eq!(result["isError"], true, "{result}");
            let text = result["content"][0]["text"].as_str().unwrap();
            assert!(text.contains(told) && text.contains(&number), "{text}");
        }
    }
    assert!(gateway.files.take().is_empty());
}

#[tokio::test]
async fn the_client_sends_no_number_that_is_none() {
    let recorder = Recorder::start().await.unwrap();
    let files = Files::new(&recorder.base_uri(), Credential::none()).unwrap();
    for number in [f64::NAN, f64::INFINITY, 0.5] {
        let found = Match {
            self_: "a".to_owned(),
            fraction: Some(number),
            ..Default::default()
        };
        let many = PutMany {
            self_: "a".to_owned(),
            id: "b".to_owned(),
            share: Some(number),
            ..Default::default()
        };
        for (call, place) in [
            (files.r#match(&found), "query parameter `fraction`"),
            (files.put_many(&many), "body field `share`"),
        ] {
            match call.await {
                Ok(_) => assert!(number.is_finite()),
                Err(CallError::Refused(problems)) => {
                    let told = format!("{place}: must be a finite number");
                    assert_eq!(
                        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        [told]
                    );
                    assert!(!number.is_finite());
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert_eq!(recorder.requests().len(), 2);
}
