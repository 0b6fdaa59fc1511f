//! How a gateway ends: it finishes what it has begun, but not at any price.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::gateway::{BOUND, Gateway};
use crate::http::{self, Request};

/// An upstream that answers when it is told to.
struct Held {
    listener: TcpListener,
}

impl Held {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { listener }
    }

    fn base_uri(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// The next request, when it has arrived.
    async fn request(&self) -> TcpStream {
        let (mut stream, _) = timeout(BOUND, self.listener.accept())
            .await
            .unwrap()
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream
    }
}

async fn answer(mut request: TcpStream) {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"late\":true}";
    request.write_all(answer.as_bytes()).await.unwrap();
}

fn send(request: Request, address: SocketAddr) -> JoinHandle<http::Answer> {
    tokio::spawn(async move { request.send(address).await })
}

#[tokio::test]
async fn requests_in_flight_are_finished_and_new_ones_refused() {
    for signal in ["TERM", "INT"] {
        let lago = Held::start().await;
        let gateway = Gateway::start(&lago.base_uri(), "key", &[]).await;
        let (rest, mcp) = (gateway.rest, gateway.mcp);
        let listed = send(Request::get("/v1/customers"), rest);
        let first = lago.request().await;
        let called = send(Request::tool("lago-list-all-customers", json!({})), mcp);
        let second = lago.request().await;

        gateway.signal(signal).await;
        gateway
            .log
            .containing(&["stopping", &format!("SIG{signal}")])
            .await;
        http::refused(rest).await;
        http::refused(mcp).await;
        answer(first).await;
        answer(second).await;
        let listed = listed.await.unwrap();
        assert!(
            listed.status() == 200 && listed.0.ends_with("{\"late\":true}"),
            "{listed:?}"
        );
        let called = called.await.unwrap();
        assert!(
            called.status() == 200 && called.0.contains("late"),
            "{called:?}"
        );
        let (code, log) = gateway.ended().await;
        assert_eq!(code, Some(0), "{log:#?}");
    }
}

#[tokio::test]
async fn connections_without_a_request_hold_nothing_up() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--stop-timeout", "3600"]).await;
    let silent = TcpStream::connect(gateway.rest).await.unwrap();
    let mut kept = TcpStream::connect(gateway.rest).await.unwrap();
    kept.write_all(b"GET /v1/customers HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    gateway.log.containing(&["answered"]).await;
    gateway.stop().await;
    assert!(http::rest_of(silent).await.0.is_empty());
    assert_eq!(http::rest_of(kept).await.status(), 200);
}

/// A gateway that has been told to stop while a request hangs, that request, and where it hangs.
async fn hanging(flags: &[&str]) -> (Gateway, JoinHandle<http::Answer>, Recorder) {
    let lago = Recorder::start().await.unwrap();
    lago.answer(Reply::default().behaving(Behaviour::NeverAnswer));
    let flags = [["--call-timeout", "3600"].as_slice(), flags].concat();
    let gateway = Gateway::start(&lago.base_uri(), "key", &flags).await;
    let hanging = send(Request::get("/v1/customers"), gateway.rest);
    timeout(BOUND, lago.wait_for_requests(1)).await.unwrap();
    gateway.signal("TERM").await;
    gateway
        .log
        .containing(&["stopping; requests in flight"])
        .await;
    (gateway, hanging, lago)
}

#[tokio::test]
async fn a_second_signal_stops_at_once() {
    for signal in ["TERM", "INT"] {
        let (gateway, hanging, _lago) = hanging(&["--stop-timeout", "3600"]).await;
        gateway.signal(signal).await;
        let (code, log) = gateway.ended().await;
        assert_eq!(code, Some(0), "{log:#?}");
        assert_eq!(hanging.await.unwrap().0, "");
    }
}

#[tokio::test]
async fn the_wait_for_requests_in_flight_is_bounded() {
    let (gateway, hanging, _lago) = hanging(&["--stop-timeout", "0.1"]).await;
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log:#?}");
    assert!(
        log.iter()
            .any(|line| line.contains("did not finish in time")),
        "{log:#?}"
    );
    assert_eq!(hanging.await.unwrap().0, "");
}

/// The signals are listened to before anybody can know that the gateway listens.
#[tokio::test]
async fn a_signal_right_after_the_start_is_not_lost() {
    let lago = Recorder::start().await.unwrap();
    for _ in 0..8 {
        Gateway::start(&lago.base_uri(), "key", &[])
            .await
            .stop()
            .await;
    }
}

/// A connection whose request has come in part when the signal comes is answered, whether it is its first or not.
#[tokio::test]
async fn a_request_that_has_begun_is_finished() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--stop-timeout", "3600"]).await;
    let request = b"GET /v1/customers HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (first, rest) = request.split_at(9);
    let mut fresh = TcpStream::connect(gateway.rest).await.unwrap();
    fresh.write_all(first).await.unwrap();
    let mut kept = TcpStream::connect(gateway.rest).await.unwrap();
    kept.write_all(request).await.unwrap();
    gateway.log.containing(&["answered"]).await;
    kept.write_all(first).await.unwrap();

    gateway.signal("TERM").await;
    http::refused(gateway.rest).await;
    // Longer than anything without a request is kept.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for stream in [&mut fresh, &mut kept] {
        stream.write_all(rest).await.unwrap();
    }
    assert_eq!(http::rest_of(fresh).await.status(), 200);
    let kept = http::rest_of(kept).await;
    assert_eq!(kept.0.matches("HTTP/1.1 200 OK").count(), 2, "{kept:?}");
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log:#?}");
}

/// Callers that open a connection for every request, under a signal: each that was connected is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_that_was_accepted_before_the_signal_fails() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &[]).await;
    let (address, told) = (gateway.rest, Arc::new(AtomicBool::new(false)));
    let callers: Vec<JoinHandle<(usize, Vec<String>)>> = (0..16)
        .map(|_| tokio::spawn(caller(address, told.clone())))
        .collect();
    timeout(BOUND, lago.wait_for_requests(200)).await.unwrap();
    told.store(true, Ordering::SeqCst);
    gateway.signal("TERM").await;
    let mut answered = 0;
    for caller in callers {
        let (count, failed) = caller.await.unwrap();
        assert!(failed.is_empty(), "{failed:#?}");
        answered += count;
    }
    assert!(answered >= 200, "{answered}");
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log:#?}");
}

/// Asks until nobody listens. Gives how many requests were answered, and what came of those that were not although
/// they had been sent before anybody was `told` to stop.
async fn caller(address: SocketAddr, told: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut answered, mut failed) = (0, Vec::new());
    while let Ok(mut stream) = TcpStream::connect(address).await {
        let request = b"GET /v1/customers HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        if stream.write_all(request).await.is_err() {
            break;
        }
        let was_in_time = !told.load(Ordering::SeqCst);
        let answer = http::rest_of(stream).await;
        if answer.0.starts_with("HTTP/1.1 200 OK") {
            answered += 1;
        } else if was_in_time {
            failed.push(answer.0);
        }
    }
    (answered, failed)
}
