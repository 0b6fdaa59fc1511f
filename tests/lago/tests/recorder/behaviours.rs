//! How the recorder answers, well and badly.

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use tokio::io::AsyncReadExt;

use crate::{GET, send, to_end};

async fn behaving(behaviour: Behaviour) -> Recorder {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, r#"{"a":1}"#).behaving(behaviour));
    recorder
}

#[tokio::test]
async fn an_answer_is_sent_as_it_was_given() {
    let recorder = Recorder::start().await.unwrap();
    let reply = Reply::bytes(429, "slow")
        .header("Retry-After", "7")
        .header("x-a", "1")
        .header("x-a", "2");
    recorder.answer(reply.header("connection", "close"));
    let expected = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nx-a: 1\r\nx-a: 2\r\nconnection: close\r\n\
        content-length: 4\r\n\r\nslow";
    assert_eq!(to_end(send(&recorder, GET).await).await, expected);
}

#[tokio::test]
async fn framing_in_the_headers_is_left_alone() {
    let recorder = Recorder::start().await.unwrap();
    let reply = Reply::bytes(200, "1\r\na\r\n0\r\n\r\n").header("Transfer-Encoding", "chunked");
    recorder.answer(reply);
    let response = reqwest::Client::new()
        .get(recorder.base_uri())
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), "a");
}

#[tokio::test]
async fn answers_which_have_no_body_have_none() {
    let recorder = Recorder::start().await.unwrap();
    let client = reqwest::Client::new();
    let head = client.head(recorder.base_uri()).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "2");
    recorder.answer(Reply::bytes(204, "ignored"));
    let empty = client.get(recorder.base_uri()).send().await.unwrap();
    assert_eq!(empty.headers().get("content-length"), None);
    assert_eq!(
        client
            .get(recorder.base_uri())
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(recorder.connections(), 1);
}

#[tokio::test]
async fn answers_lined_up_come_before_the_standing_one() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(500, "{}"));
    recorder.answer_once(Reply::json(502, "{}"));
    recorder.answer_once(Reply::json(503, "{}"));
    for expected in [502, 503, 500, 500] {
        let response = reqwest::Client::new()
            .get(recorder.base_uri())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn it_closes_before_answering() {
    let recorder = behaving(Behaviour::CloseBeforeAnswer).await;
    assert_eq!(to_end(send(&recorder, GET).await).await, "");
    assert!(
        reqwest::Client::new()
            .get(recorder.base_uri())
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn it_never_answers_until_the_client_goes_away() {
    let recorder = behaving(Behaviour::NeverAnswer).await;
    let stream = send(&recorder, GET).await;
    recorder.wait_for_requests(1).await;
    let mut byte = [0];
    assert!(
        stream.try_read(&mut byte).is_err(),
        "neither a byte nor the end"
    );
    drop(stream);
    recorder.wait_for_closed(1).await;

    let held = send(&recorder, GET).await;
    recorder.wait_for_requests(2).await;
    drop(recorder);
    assert_eq!(to_end(held).await, "");
}

#[tokio::test]
async fn it_cuts_an_answer_off() {
    let recorder = behaving(Behaviour::CutOff).await;
    let answer = to_end(send(&recorder, GET).await).await;
    assert!(
        answer.ends_with("content-length: 71\r\n\r\n{\"a\":1}"),
        "{answer}"
    );
    let response = reqwest::Client::new()
        .get(recorder.base_uri())
        .send()
        .await
        .unwrap();
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn it_cuts_an_answer_off_between_chunks() {
    let recorder = behaving(Behaviour::CutOffChunked).await;
    let answer = to_end(send(&recorder, GET).await).await;
    let end = "transfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n40\r\n";
    assert!(answer.ends_with(end), "{answer}");
    let response = reqwest::Client::new()
        .get(recorder.base_uri())
        .send()
        .await
        .unwrap();
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn it_answers_with_something_else_than_http() {
    let recorder = behaving(Behaviour::Garbage).await;
    assert_eq!(to_end(send(&recorder, GET).await).await, r#"{"a":1}"#);
    assert!(
        reqwest::Client::new()
            .get(recorder.base_uri())
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn it_hangs_after_the_headers() {
    let recorder = behaving(Behaviour::HangAfterHeaders).await;
    let mut stream = send(&recorder, GET).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.ends_with(b"content-length: 7\r\n\r\n"));
    let mut byte = [0];
    assert!(
        stream.try_read(&mut byte).is_err(),
        "neither a byte nor the end"
    );
    drop(stream);
    recorder.wait_for_closed(1).await;
}
