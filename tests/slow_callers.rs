//! Callers that hold up what others need: each is cut off by a limit while others are served.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use gatewright_runtime::server::STATISTICS;
use lago_stand_in::recorder::{Recorder, Reply};
use support::{Connection, Gateway};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const CALLERS: usize = 1000;

/// Sends a head, one byte a second, until the gateway has had enough. Returns what it says.
async fn drip(address: SocketAddr) -> String {
    let stream = TcpStream::connect(address)
        .await
        .unwrap_or_else(|error| panic!("{error}: this test needs 2,100 file descriptors"));
    let (mut reading, mut writing) = stream.into_split();
    let dripping = async {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            second.tick().await;
            if writing.write_all(b"G").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut answer = Vec::new();
    tokio::select! {
        read = reading.read_to_end(&mut answer) => {
            read.unwrap();
        }
        () = dripping => {}
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_callers_that_send_a_byte_a_second_are_closed_while_others_are_served() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&recorder.base_uri()).await;
    let address = gateway.rest;
    let before = STATISTICS.head_timeouts.get();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(drip(address));
    }
    let mut kept = Connection::open(address).await;
    let mut served = 0;
    // Served all the time: until all callers are connected, and until the last one is closed.
    while STATISTICS.connections.get() <= CALLERS as u64 {
        assert_eq!(
            kept.send("GET", "/v1/customers", &[], b"").await.status,
            200
        );
    }
    while !callers.is_empty() {
        assert_eq!(
            kept.send("GET", "/v1/customers", &[], b"").await.status,
            200
        );
        assert_eq!(gateway.rest("GET", "/v1/customers").await.status, 200);
        served += 2;
        while let Some(answer) = callers.try_join_next() {
            let answer = answer.unwrap();
            assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
            assert!(answer.contains("application/problem+json"), "{answer}");
        }
    }
    assert!(served > 0);
    assert_eq!(STATISTICS.head_timeouts.get() - before, CALLERS as u64);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_answered_408() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--body-timeout", "0.2"]).await;
    let before = STATISTICS.body_timeouts.get();
    for (address, target) in [(gateway.rest, "/v1/customers"), (gateway.mcp, "/mcp")] {
        let mut connection = Connection::open(address).await;
        let headers = [
            ("content-type", "application/json"),
            ("content-length", "9"),
        ];
        connection.write("POST", target, &headers, b"").await;
        let response = connection.read("POST").await;
        assert_eq!(response.problem(408), ["body body"], "{target}");
        assert_eq!(connection.read_to_end().await, "");
    }
    assert_eq!(STATISTICS.body_timeouts.get() - before, 2);
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let recorder = Recorder::start().await.unwrap();
    let gateway = Gateway::with(&recorder.base_uri(), &["--idle-timeout", "0.2"]).await;
    let mut connection = Connection::open(gateway.rest).await;
    let response = connection.send("GET", "/v1/customers", &[], b"").await;
    assert_eq!(response.status, 200);
    assert_eq!(connection.read_to_end().await, "");
}

/// A caller that asks for more than it takes is cut off, and so is the upstream's answer to it.
#[tokio::test]
async fn a_caller_that_takes_no_answer_is_cut_off() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::bytes(200, vec![b'x'; 64 << 20]));
    let gateway = Gateway::with(&recorder.base_uri(), &["--write-timeout", "0.2"]).await;
    let before = STATISTICS.write_timeouts.get();
    let mut connection = Connection::open(gateway.rest).await;
    connection.write("GET", "/v1/customers", &[], b"").await;
    // The upstream sees the end of the call while the caller has read nothing.
    recorder.wait_for_closed(1).await;
    assert_eq!(STATISTICS.write_timeouts.get() - before, 1);
}
