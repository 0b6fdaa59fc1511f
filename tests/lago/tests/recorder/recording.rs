//! What the recorder remembers of requests and connections.

use std::sync::Arc;

use lago_stand_in::recorder::{Recorder, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{GET, send, to_end};

#[tokio::test]
async fn a_request_is_kept_byte_for_byte() {
    let recorder = Recorder::start().await.unwrap();
    let request = b"PoST /a%2fb/../c//?q=%C3%bc+x&&=;ae=\xc3\xa4 HTTP/1.1\r\n\
        Host: x\r\nX-Two:  one \r\nx-two:two:2\r\nEmpty:\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\0\xff\r\n";
    to_end(send(&recorder, request).await).await;
    let requests = recorder.requests();
    let [request] = requests.as_slice() else {
        unreachable!("one request: {requests:?}");
    };
    assert_eq!(request.method, "PoST");
    assert_eq!(request.target, "/a%2fb/../c//?q=%C3%bc+x&&=;ae=ä");
    let headers = [
        ("Host", "x"),
        ("X-Two", "one"),
        ("x-two", "two:2"),
        ("Empty", ""),
        ("Content-Length", "4"),
        ("Connection", "close"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(request.headers, headers);
    assert_eq!(request.header("X-TWO"), Some("one"));
    assert_eq!(request.body, b"\0\xff\r\n");
}

#[tokio::test]
async fn a_chunked_body_is_put_together() {
    let recorder = Recorder::start().await.unwrap();
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n";
    let body = "3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    to_end(send(&recorder, format!("{head}{body}")).await).await;
    let bodies: Vec<_> = recorder
        .take()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies, [b"abc0123456789"]);
}

#[tokio::test]
async fn a_client_which_asks_first_is_told_to_continue() {
    let recorder = Recorder::start().await.unwrap();
    let head =
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";
    let mut stream = send(&recorder, head).await;
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hi").await.unwrap();
    assert!(to_end(stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn taking_requests_forgets_them() {
    let recorder = Recorder::start().await.unwrap();
    reqwest::Client::new()
        .get(recorder.base_uri())
        .send()
        .await
        .unwrap();
    assert_eq!(recorder.requests().len(), 1);
    assert_eq!(recorder.take().len(), 1);
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn requests_one_after_the_other_share_a_connection() {
    let recorder = Recorder::start().await.unwrap();
    let mut stream = send(&recorder, GET.repeat(3)).await;
    recorder.wait_for_requests(3).await;
    stream.shutdown().await.unwrap();
    assert_eq!(to_end(stream).await.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(recorder.connections(), 1);
}

#[tokio::test]
async fn a_connection_closes_when_either_side_says_so() {
    let recorder = Recorder::start().await.unwrap();
    to_end(send(&recorder, "GET / HTTP/1.1\r\nConnection: x, close\r\n\r\n").await).await;
    to_end(send(&recorder, "GET / HTTP/1.0\r\n\r\n").await).await;
    recorder.answer(Reply::default().header("Connection", "close"));
    to_end(send(&recorder, GET).await).await;
    recorder.wait_for_closed(3).await;
    assert_eq!((recorder.connections(), recorder.requests().len()), (3, 3));
}

#[tokio::test]
async fn ten_thousand_requests_use_one_connection() {
    let recorder = Recorder::start().await.unwrap();
    let client = reqwest::Client::new();
    for _ in 0..10_000 {
        let response = client.get(recorder.base_uri()).send().await.unwrap();
        response.bytes().await.unwrap();
    }
    assert_eq!(recorder.take().len(), 10_000);
    assert_eq!(recorder.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_served_side_by_side() {
    let recorder = Arc::new(Recorder::start().await.unwrap());
    let mut clients = JoinSet::new();
    for number in 0..100 {
        let recorder = recorder.clone();
        clients.spawn(async move {
            let head = format!(
                "PUT /{number} HTTP/1.1\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
            );
            let mut stream = send(&recorder, head).await;
            // No client sends its body before all have connected.
            while recorder.connections() < 100 {
                tokio::task::yield_now().await;
            }
            stream.write_all(&vec![b'x'; 100_000]).await.unwrap();
            assert!(to_end(stream).await.starts_with("HTTP/1.1 200"));
        });
    }
    clients.join_all().await;
    assert!(
        recorder
            .requests()
            .iter()
            .all(|request| request.body.len() == 100_000)
    );
    assert_eq!(
        (recorder.connections(), recorder.requests().len()),
        (100, 100)
    );
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_not_recorded() {
    let recorder = Recorder::start().await.unwrap();
    for bytes in [
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
    ] {
        assert!(
            to_end(send(&recorder, bytes).await)
                .await
                .starts_with("HTTP/1.1 400 ")
        );
    }
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn dropping_it_closes_connections_and_port() {
    let recorder = Recorder::start().await.unwrap();
    let address = recorder.address();
    let stream = send(&recorder, GET).await;
    recorder.wait_for_requests(1).await;
    drop(recorder);
    to_end(stream).await;
    assert!(TcpStream::connect(address).await.is_err());
}
