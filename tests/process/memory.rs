//! What a caller can make the gateway hold.

use std::net::SocketAddr;
use std::sync::Arc;

use lago_stand_in::recorder::{Recorder, Reply};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::gateway::{BOUND, Gateway};
use crate::http::Request;

/// By how much the peak may rise, in KiB.
const ALLOWED: u64 = 2 * 1024;

/// How large a body the upstream answers with, in bytes.
const ANSWER: usize = 100_000_000;

/// Sends chunks without end, and returns what the gateway says to that.
async fn endless(address: SocketAddr, chunk: &[u8]) -> String {
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    let head = "POST /v1/customers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    writing.write_all(head.as_bytes()).await.unwrap();
    let chunks = chunk.repeat(64 * 1024 / chunk.len());
    let sending = async { while writing.write_all(&chunks).await.is_ok() {} };
    let mut answer = Vec::new();
    let ((), read) = tokio::join!(sending, reading.read_to_end(&mut answer));
    // The gateway does not read on for ever: what is still on its way then resets the connection.
    let _ = read;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_without_end_is_cut_and_takes_no_more_memory_than_the_limit() {
    let lago = Recorder::start().await.unwrap();
    let large = format!("1000\r\n{}\r\n", "x".repeat(4096));
    // Each byte of these takes five more on the wire, and a place of its own if one is careless.
    let small = "1\r\nx\r\n".to_owned();
    for (chunk, limit) in [(large, "1048576"), (small, "131072")] {
        let gateway = Gateway::start(&lago.base_uri(), "key", &["--body-limit", limit]).await;
        for _ in 0..3 {
            Request::get("/v1/customers").send(gateway.rest).await;
        }
        let before = gateway.peak_memory();
        let answer = endless(gateway.rest, chunk.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        let rise = gateway.peak_memory() - before;
        assert!(rise < ALLOWED, "{rise} KiB");
    }
}

/// Sends a request, and counts the bytes of the answer as they come.
async fn count(address: SocketAddr, request: &str) -> (String, usize) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut begin, mut space, mut length) = (Vec::new(), vec![0; 64 * 1024], 0);
    loop {
        match stream.read(&mut space).await.unwrap() {
            0 => return (String::from_utf8_lossy(&begin).into_owned(), length),
            read => {
                let missing = 400_usize.saturating_sub(begin.len());
                begin.extend(space.iter().take(read.min(missing)));
                length += read;
            }
        }
    }
}

#[tokio::test]
async fn an_answer_of_100_megabytes_is_not_held() {
    let lago = Recorder::start().await.unwrap();
    let answer = Reply::bytes(200, vec![b'x'; ANSWER]).header("content-type", "text/plain");
    lago.answer(answer);
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--answer-limit", "1048576"]).await;
    Request::get("/nothing").send(gateway.rest).await;

    let before = gateway.peak_memory();
    let request = "GET /v1/customers HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    let (head, length) = count(gateway.rest, request).await;
    assert!(
        head.starts_with("HTTP/1.1 200 ") && length > ANSWER,
        "{head} {length}"
    );
    let rise = gateway.peak_memory() - before;
    assert!(rise < ALLOWED, "{rise} KiB for a REST caller");

    // A tool shows 256 KiB of it, and no more is read; as that grows the old half and the new one are there at once.
    let before = gateway.peak_memory();
    let answer = Request::tool("lago-list-all-customers", serde_json::json!({}))
        .send(gateway.mcp)
        .await;
    assert!(
        answer.0.contains("cut: 100000000 bytes in all"),
        "{answer:?}"
    );
    let rise = gateway.peak_memory() - before;
    assert!(rise < ALLOWED, "{rise} KiB for a tool");
}

/// How many tool calls are in flight at once, and how much each may take of the peak, in KiB. A call holds the 256 KiB
/// that it shows, as they were read and as JSON text, and what grows is there twice for a moment.
const CALLS: usize = 64;
const ALLOWED_EACH: u64 = 1024;

/// An upstream whose answers have no end. Each begins with less than a tool shows, and goes on when all the others are
/// there too.
async fn flood(listener: TcpListener) {
    let all_there = Arc::new(Barrier::new(CALLS));
    let mut answering = JoinSet::new();
    for _ in 0..CALLS {
        let (stream, _) = listener.accept().await.unwrap();
        let all_there = all_there.clone();
        answering.spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await.unwrap() > 2 {
                line.clear();
            }
            let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(chunk.repeat(7).as_bytes()).await.unwrap();
            all_there.wait().await;
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
        });
    }
    answering.join_all().await;
}

#[tokio::test]
async fn answers_without_end_take_no_more_memory_than_tools_show() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_uri = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::start(&base_uri, "key", &[]).await;
    Request::get("/nothing").send(gateway.rest).await;

    let before = gateway.peak_memory();
    let upstream = tokio::spawn(flood(listener));
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let address = gateway.mcp;
        calls.spawn(async move {
            let call = Request::tool("lago-list-all-customers", serde_json::json!({}));
            call.send(address).await.0
        });
    }
    for answer in calls.join_all().await {
        let is_cut = answer.contains("(cut: more than 262144 bytes in all)");
        assert!(is_cut, "{answer:.400}");
    }
    // None of them is still sending.
    timeout(BOUND, upstream).await.unwrap().unwrap();
    let rise = gateway.peak_memory() - before;
    assert!(rise < CALLS as u64 * ALLOWED_EACH, "{rise} KiB");
}
