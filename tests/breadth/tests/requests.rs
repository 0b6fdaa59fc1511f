//! Every place and type of a parameter, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use serde_json::{Value, json};

use support::{Gateway, line, values};

#[tokio::test]
async fn places_and_types_of_a_get() {
    let gateway = Gateway::start().await;
    let target =
        "/v1/type/a%2Fb/7.json?$top=5&filter%5Bx%5D=a%2Cb&filter[x]=c&fraction=0.5&deep=true";
    let request = reqwest::Client::new()
        .get(format!("{}{target}", gateway.rest))
        .header("X-Trace", "t1")
        .header("Cookie", "other=1; session=s%3D1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let sent = gateway.files.take();
    assert_eq!(
        line(&sent[0]),
        "GET /v2/type/a%2Fb/7.json?$top=5&filter[x]=a%2Cb&filter[x]=c&fraction=0.5&deep=true"
    );
    assert_eq!(sent[0].header("x-trace"), Some("t1"));
    assert_eq!(sent[0].header("cookie"), Some("session=s%3D1"));
    assert_eq!(sent[0].header("x-api-key"), Some("the key"));
}

#[tokio::test]
async fn of_the_callers_headers_only_declared_ones_are_passed_on() {
    let gateway = Gateway::start().await;
    let get = |header: &'static str, value: &'static str| {
        let request =
            reqwest::Client::new().get(format!("{}/v1/type/a/7.json?deep=true", gateway.rest));
        request
            .header("Authorization", "Bearer of-the-caller")
            .header("Cookie", "session=kept; other=1")
            .header("X-Trace", "t")
            .header(header, value)
            .send()
    };
    assert_eq!(get("X-Other", "1").await.unwrap().status(), 200);
    // A header that Connection names is the connection's, also where the capability declares it.
    assert_eq!(get("Connection", "x-trace").await.unwrap().status(), 200);
    let sent = gateway.files.take();
    for request in &sent {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("cookie"), Some("session=kept"));
        assert_eq!(request.header("x-api-key"), Some("the key"));
        assert_eq!(request.header("x-other"), None);
    }
    assert_eq!(sent[0].header("x-trace"), Some("t"));
    assert_eq!(sent[1].header("x-trace"), None);
}

/// What is not UTF-8 would reach the upstream as something else.
#[tokio::test]
async fn headers_and_cookies_that_are_no_utf8_are_refused() {
    let gateway = Gateway::start().await;
    let get = |name: &'static str, value: &'static [u8]| {
        let request =
            reqwest::Client::new().get(format!("{}/v1/type/a/7.json?deep=true", gateway.rest));
        let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
        request.header(name, value).send()
    };
    for (name, value, problem) in [
        ("x-trace", &b"\xe9"[..], Some("X-Trace")),
        ("cookie", b"session=\xe9", Some("session")),
        ("cookie", b"other=\xe9; session=s", None),
        ("x-other", b"\xe9", None),
    ] {
        let answer = get(name, value).await.unwrap();
        let status = if problem.is_some() { 400 } else { 200 };
        assert_eq!(answer.status(), status, "{name} {problem:?}");
        if let Some(problem) = problem {
            let document: Value = answer.json().await.unwrap();
            assert_eq!(document["errors"][0]["parameter"], problem, "{document}");
        }
    }
    assert_eq!(gateway.files.take().len(), 2);
}

#[tokio::test]
async fn the_same_as_a_tool() {
    let gateway = Gateway::start().await;
    let arguments = json!({"self": "a", "id": "7", "top": 5, "filter_x": ["a", 1], "deep": "false", "X-Trace": "t"});
    let result = gateway.tool("find-file", arguments).await;
    assert_eq!(result["isError"], false, "{result}");
    let sent = gateway.files.take();
    assert_eq!(
        line(&sent[0]),
        "GET /v2/type/a/7.json?$top=5&filter[x]=a&filter[x]=1&deep=false"
    );
    assert_eq!(sent[0].header("x-trace"), Some("t"));
}

#[tokio::test]
async fn several_body_parameters_are_one_object() {
    let gateway = Gateway::start().await;
    let url = format!("{}/v1/type/a/all/b", gateway.rest);
    let put = |body: &'static str| reqwest::Client::new().put(&url).body(body).send();
    assert_eq!(
        put("{ \"meta\": { \"a\" : 1.10 }, \"names\": [\"x\"] }")
            .await
            .unwrap()
            .status(),
        200
    );
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), "PUT /v2/type/a/b.json");
    assert_eq!(
        String::from_utf8_lossy(&sent[0].body),
        "{\"names\":[\"x\"],\"meta\":{ \"a\" : 1.10 }}"
    );
    for (body, place) in [
        ("{\"names\": \"x\"}", "names"),
        ("{\"names\": [], \"count\": \"many\"}", "count"),
        ("{\"names\": [], \"colour\": 1}", "colour"),
        ("{}", "names"),
        ("{\"names\": [], \"names\": []}", "body"),
        ("[]", "body"),
    ] {
        let response = put(body).await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(
            problem["errors"][0]["parameter"], place,
            "{body}: {problem}"
        );
    }
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn a_body_of_any_json_or_text() {
    let gateway = Gateway::start().await;
    let post = |media_type: &'static str, body: &'static str| {
        let request = reqwest::Client::new().post(format!("{}/v1/search:run", gateway.rest));
        request.header("content-type", media_type).body(body).send()
    };
    for (media_type, body) in [
        ("application/json", "[1, {}]"),
        ("text/plain", "find { this"),
    ] {
        assert_eq!(post(media_type, body).await.unwrap().status(), 200);
        let sent = gateway.files.take();
        assert_eq!(line(&sent[0]), "POST /v2/search?version=2&lang=en");
        assert_eq!(String::from_utf8_lossy(&sent[0].body), body);
        assert!(
            sent[0]
                .header("content-type")
                .unwrap()
                .starts_with(media_type)
        );
    }
    assert_eq!(
        post("application/json", "find { this")
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn constants_and_another_upstream() {
    let gateway = Gateway::start().await;
    let response = reqwest::Client::new()
        .delete(format!("{}/v1/users/u1", gateway.rest))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let sent = gateway.users.take();
    assert_eq!(line(&sent[0]), "DELETE /users/u1?reason=gone&notify=true");
    assert_eq!(sent[0].header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn a_declared_surface_is_converted() {
    let gateway = Gateway::start().await;
    let result = gateway
        .tool("delete-user", json!({"user": 42, "why": "left"}))
        .await;
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(
        line(&gateway.users.take()[0]),
        "DELETE /users/42?reason=left"
    );
    let result = gateway.tool("delete-user", json!({"user": "x"})).await;
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("`user`") && text.contains("`why`"), "{text}");
}

#[test]
fn a_base_uri_given_as_a_whole_spares_its_parts() {
    let missing = values(&[]).unwrap_err().to_string();
    assert!(missing.contains("FILES_REGION is missing"), "{missing}");
    let derived = values(&["--files-region", "eu"]).unwrap();
    assert_eq!(
        derived.text("files-base-uri").unwrap(),
        "https://eu.files.test/v2"
    );
    let given = values(&["--files-base-uri", "http://127.0.0.1:1"]).unwrap();
    assert_eq!(given.text("files-base-uri").unwrap(), "http://127.0.0.1:1");
}

#[tokio::test]
async fn lists_and_json_where_text_goes() {
    let gateway = Gateway::start().await;
    let expected =
        "GET /v2/json/%7B%22a%22%3A%221%2F2%22%7D/a,b?id[]=1%2C2&id[]=3&where=%5B1%2C%20%7B%7D%5D";
    let request = reqwest::Client::new()
        .get(format!(
            "{}/v1/json/%7B%22a%22:%221%2F2%22%7D/a,b?id[]=1,2&id%5B%5D=3&where=[1,%20%7B%7D]",
            gateway.rest
        ))
        .header("X-Ids", "1,2")
        .header("X-Ids", "3")
        .header("X-Meta", "{\"a\": [1, 2]}")
        .header("Cookie", "tag=a; tag=b");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), expected);
    assert_eq!(sent[0].header("x-ids"), Some("1, 2, 3"));
    assert_eq!(sent[0].header("x-meta"), Some("{\"a\": [1, 2]}"));
    assert_eq!(sent[0].header("cookie"), Some("tag=a; tag=b"));

    // A caller may lay out its JSON in lines, which no header can carry.
    let arguments = "{\"filter\": {\"a\":\"1/2\"}, \"ids\": [\"a\", \"b\"], \"id\": [\"1,2\", 3], \"where\": [1, {}],
        \"X-Ids\": [1, 2], \"X-Meta\": {\n\t\"a\": \"b\\n\"\r\n}, \"tag\": [\"a\", \"b\"]}";
    let message = format!(
        "{{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {{\"name\": \"json-everywhere\", \"arguments\": {arguments}}}}}"
    );
    let call = reqwest::Client::new().post(format!("{}/mcp", gateway.mcp));
    let call = call.header("content-type", "application/json");
    let answer = call.body(message).send().await.unwrap().text();
    let answer = answer.await.unwrap();
    assert!(answer.contains("\"isError\":false"), "{answer}");
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), expected);
    assert_eq!(sent[0].header("x-ids"), Some("1, 2"));
    assert_eq!(sent[0].header("x-meta"), Some("{  \"a\": \"b\\n\"  }"));
    assert_eq!(sent[0].header("cookie"), Some("tag=a; tag=b"));
}

#[tokio::test]
async fn json_that_is_none_is_refused_where_text_goes() {
    let gateway = Gateway::start().await;
    let request = reqwest::Client::new()
        .get(format!("{}/v1/json/[1]/a?where=%7B", gateway.rest))
        .header("X-Meta", "x");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    let problem: Value = response.json().await.unwrap();
    let errors = problem["errors"].as_array().unwrap();
    let names: Vec<&Value> = errors.iter().map(|error| &error["parameter"]).collect();
    assert_eq!(names, ["filter", "where", "X-Meta"], "{problem}");
    assert!(gateway.files.requests().is_empty());
}
