//! Upstreams that fail: errors are passed through, and what is no answer becomes 502 or 504.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};

use support::{Connection, Gateway};

#[tokio::test]
async fn an_upstreams_error_is_passed_through() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 502, 503] {
        let body = format!("{{ \"status\": {status} }}");
        recorder.answer(
            Reply::json(status, &body)
                .header("retry-after", "9")
                .header("www-authenticate", "Bearer"),
        );
        let response = gateway.rest("GET", "/v1/customers/a").await;
        assert_eq!((response.status, response.text()), (status, body));
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("retry-after"), Some("9"));
    }
}

#[tokio::test]
async fn a_redirect_is_passed_on_and_not_followed() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(
        Reply::bytes(302, "").header("location", &format!("{}/elsewhere", recorder.base_uri())),
    );
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let response = gateway.rest("GET", "/v1/customers/a").await;
    assert_eq!(response.status, 302);
    assert!(
        response
            .header("location")
            .is_some_and(|location| location.ends_with("/elsewhere"))
    );
    assert_eq!(recorder.requests().len(), 1);
}

async fn assert_fails(behaviour: Behaviour, status: u16, words: &str) {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{\"customers\": []}").behaving(behaviour));
    let gateway = Gateway::with(&recorder.base_uri(), &["--call-timeout", "0.3"]).await;
    let response = gateway.rest("GET", "/v1/customers").await;
    assert_eq!(response.problem(status), [""; 0], "{behaviour:?}");
    assert!(response.text().contains(words), "{}", response.text());
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    assert!(is_error && text.contains(words), "{text}");
}

#[tokio::test]
async fn an_upstream_that_closes_before_it_answers() {
    assert_fails(Behaviour::CloseBeforeAnswer, 502, "broke off").await;
}

#[tokio::test]
async fn an_upstream_that_is_cut_off_in_the_middle() {
    assert_fails(Behaviour::CutOff, 502, "broke off").await;
    assert_fails(Behaviour::CutOffChunked, 502, "broke off").await;
}

#[tokio::test]
async fn an_upstream_that_speaks_no_http() {
    assert_fails(Behaviour::Garbage, 502, "did not answer in HTTP").await;
}

#[tokio::test]
async fn an_upstream_that_never_answers() {
    assert_fails(Behaviour::NeverAnswer, 504, "did not answer within 0.3 s").await;
}

#[tokio::test]
async fn an_upstream_that_hangs_after_its_head() {
    assert_fails(
        Behaviour::HangAfterHeaders,
        504,
        "did not answer within 0.3 s",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_that_refuses_connections() {
    // A port that was free a moment ago.
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gateway = Gateway::start(&format!("http://{address}")).await;
    let response = gateway.rest("GET", "/v1/customers").await;
    response.problem(502);
    assert!(response.text().contains("could not be reached"));
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    assert!(is_error && text.contains("could not be reached"), "{text}");
}

#[tokio::test]
async fn an_upstream_that_does_not_take_connections_in_time() {
    // Linux takes one connection more than it is told to keep for a listener that does not accept, and drops what
    // asks for another.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    let _listener = socket.listen(1).unwrap();
    let _first = TcpStream::connect(address).await.unwrap();
    let _second = TcpStream::connect(address).await.unwrap();
    let base_uri = format!("http://{address}");
    let gateway = Gateway::with(&base_uri, &["--connect-timeout", "0.2"]).await;
    let response = gateway.rest("GET", "/v1/customers").await;
    response.problem(502);
    assert!(response.text().contains("could not be reached"));
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    assert!(is_error && text.contains("could not be reached"), "{text}");
}

#[tokio::test]
async fn a_large_answer_comes_through_byte_for_byte() {
    let body: Vec<u8> = (0..5_000_000_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let recorder = Recorder::start().await.unwrap();
    recorder
        .answer(Reply::bytes(200, body.clone()).header("content-type", "application/octet-stream"));
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let response = gateway.rest("GET", "/v1/customers").await;
    assert_eq!(response.header("content-length"), Some("5000000"));
    assert!(response.body == body, "the bytes differ");
}

/// A text of a thousand bytes and more, in a frame that may promise what never comes.
fn long_text(status: u16, framing: (&str, &str), rest: &str) -> Reply {
    let body = format!("{}{rest}", "x".repeat(1000));
    let body = match framing.0 {
        "content-length" => body,
        _ => format!("{:x}\r\n{body}\r\n", body.len()),
    };
    Reply::bytes(status, body)
        .header("content-type", "text/plain")
        .header(framing.0, framing.1)
}

#[tokio::test]
async fn a_tool_waits_for_no_more_of_an_answer_than_it_shows() {
    let recorder = Recorder::start().await.unwrap();
    let flags = ["--result-limit", "1000", "--call-timeout", "5"];
    let gateway = Gateway::with(&recorder.base_uri(), &flags).await;
    for (framing, told) in [
        (("content-length", "123456789"), "123456789 bytes in all"),
        (
            ("transfer-encoding", "chunked"),
            "more than 1000 bytes in all",
        ),
    ] {
        recorder.answer_once(long_text(200, framing, "y"));
        let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
        assert!(!is_error, "{text}");
        let shown = format!("{}\n… (cut: {told})\n", "x".repeat(1000));
        assert!(text.starts_with(&shown), "{text}");
    }
    // The upstream is not kept sending for nothing.
    recorder.wait_for_closed(2).await;
    assert_eq!(recorder.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_a_tool_shows_to_its_end_leaves_the_connection_to_the_next_call() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--result-limit", "1000"]).await;
    for framing in [("content-length", "1000"), ("transfer-encoding", "chunked")] {
        let mut reply = long_text(200, framing, "");
        if framing.1 == "chunked" {
            reply.body.extend(b"0\r\n\r\n");
        }
        recorder.answer_once(reply);
        let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
        assert_eq!((text, is_error), ("x".repeat(1000), false));
    }
    assert_eq!(recorder.connections(), 1);
}

#[tokio::test]
async fn a_tool_reads_no_more_of_an_error_than_it_shows() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--call-timeout", "5"]).await;
    for status in [404, 500] {
        let rest = "x".repeat(16 * 1024);
        recorder.answer_once(long_text(status, ("content-length", "123456789"), &rest));
        let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
        assert!(
            is_error && text.starts_with(&format!("HTTP {status} ")),
            "{text}"
        );
        let shown = format!(
            "\n{}\n… (cut: 123456789 bytes in all)",
            "x".repeat(16 * 1024)
        );
        assert!(text.ends_with(&shown), "{text}");
    }
}

#[tokio::test]
async fn what_may_be_held_of_an_answer_also_bounds_what_a_tool_shows() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::bytes(200, vec![b'x'; 3_000]).header("content-type", "text/plain"));
    let gateway = Gateway::with(&recorder.base_uri(), &["--answer-limit", "2000"]).await;
    let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
    let shown = format!("{}\n… (cut: 3000 bytes in all)\n", "x".repeat(2000));
    assert!(!is_error && text.starts_with(&shown), "{text}");
}

#[tokio::test]
async fn a_binary_answer_is_described_without_its_bytes() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--result-limit", "1000"]).await;
    for (length, told) in [(3_000, "3000"), (1_000, "1000"), (1, "1")] {
        recorder.answer_once(
            Reply::bytes(200, vec![0; length]).header("content-type", "application/octet-stream"),
        );
        let (text, is_error) = gateway.tool("lago-list-all-customers", json!({})).await;
        let told = format!("binary answer of {told} bytes, application/octet-stream");
        assert_eq!((text, is_error), (told, false));
    }
}

#[tokio::test]
async fn a_caller_that_leaves_cancels_the_upstream_call() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let mut connection = Connection::open(gateway.rest).await;
    connection.write("GET", "/v1/customers", &[], b"").await;
    recorder.wait_for_requests(1).await;
    drop(connection);
    recorder.wait_for_closed(1).await;
}
