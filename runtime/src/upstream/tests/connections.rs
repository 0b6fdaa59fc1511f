//! Which connections are used again, and which are not, over sockets.

use std::time::Duration;

use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;
use crate::upstream::Answer;

pub(super) const SHORT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/// More than is read ahead, and than any buffer between the two holds.
const LONG: usize = 32 * 1024 * 1024;

/// A server whose connections are handed to the test.
pub(super) struct Server {
    base_uri: String,
    pub(super) accepted: mpsc::UnboundedReceiver<TcpStream>,
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_uri = format!("http://{}", listener.local_addr().unwrap());
        let (accept, accepted) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                accept.send(stream).unwrap();
            }
        });
        Self { base_uri, accepted }
    }

    pub(super) fn upstream(&self, options: &UpstreamOptions) -> Upstream {
        Upstream::new("api", &self.base_uri, Credential::none(), options).unwrap()
    }

    pub(super) async fn accept(&mut self) -> TcpStream {
        self.accepted.recv().await.unwrap()
    }
}

pub(super) fn post(upstream: &Upstream) -> impl Future<Output = Answer> + use<> {
    let upstream = upstream.clone();
    async move {
        let request = Request::new(Method::POST, "create").literal("/x");
        upstream.send(request).await.unwrap()
    }
}

/// Reads the head of a request, and answers it.
pub(super) async fn answer(stream: &mut TcpStream, answer: &str) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// Calls once, on a connection that is there, and gives back the server's end of it.
pub(super) async fn called(server: &mut Server, upstream: &Upstream) -> TcpStream {
    let (text, stream) = tokio::join!(async { post(upstream).await.text().await }, async {
        let mut stream = server.accept().await;
        answer(&mut stream, SHORT).await;
        stream
    });
    assert_eq!(text.unwrap(), "ok");
    stream
}

#[tokio::test]
async fn a_connection_whose_answer_was_read_is_used_again() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    for text in [SHORT, "HTTP/1.1 204 No Content\r\n\r\n"] {
        tokio::join!(
            async { post(&upstream).await.text().await.unwrap() },
            answer(&mut stream, text)
        );
    }
    assert!(server.accepted.try_recv().is_err());
}

#[tokio::test]
async fn a_connection_is_used_again_where_nobody_read_an_answer_that_had_come() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    let (unread, ()) = tokio::join!(post(&upstream), answer(&mut stream, SHORT));
    drop(unread);
    tokio::join!(
        async { post(&upstream).await.text().await.unwrap() },
        answer(&mut stream, SHORT)
    );
    assert!(server.accepted.try_recv().is_err());
}

#[tokio::test]
async fn a_connection_whose_answer_was_left_is_closed() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LONG}\r\n\r\n");
    let (answered, ()) = tokio::join!(post(&upstream), answer(&mut stream, &head));
    drop(answered);
    // The end is read, or an error where the rest of an answer had been on its way.
    assert!(!matches!(stream.read(&mut [0; 1]).await, Ok(1..)));
    called(&mut server, &upstream).await;
}

#[tokio::test]
async fn a_connection_whose_call_was_left_is_closed() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    tokio::select! {
        _ = post(&upstream) => panic!("there was no answer"),
        byte = stream.read_u8() => assert_eq!(byte.unwrap(), b'P'),
    }
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    called(&mut server, &upstream).await;
}

#[tokio::test]
async fn a_connection_that_its_server_ended_is_not_used() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    for _ in 0..50 {
        // What is not idempotent is sent once, so a call on a connection that has ended would fail.
        drop(called(&mut server, &upstream).await);
        // Until the end has come: an event of the system, for which this gives the time.
        tokio::task::yield_now().await;
    }
    assert_eq!(upstream.statistics().attempts.get(), 50);
    assert_eq!(upstream.statistics().succeeded.get(), 50);
}

#[tokio::test]
async fn a_connection_ends_where_its_answer_says_so() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\nok",
    ] {
        let (said, mut stream) =
            tokio::join!(async { post(&upstream).await.text().await }, async {
                let mut stream = server.accept().await;
                answer(&mut stream, text).await;
                stream.shutdown().await.unwrap();
                stream
            });
        assert_eq!(said.unwrap(), "ok");
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_used_is_closed() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions {
        idle_timeout: Duration::from_millis(20),
        ..UpstreamOptions::default()
    });
    let mut stream = called(&mut server, &upstream).await;
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_its_time_and_no_longer() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    // Whoever looks after it has begun to wait.
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_secs(3)).await;
    tokio::join!(
        async { post(&upstream).await.text().await.unwrap() },
        answer(&mut stream, SHORT)
    );
    let start = tokio::time::Instant::now();
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(start.elapsed().as_secs(), 60);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// An answer may be left where no runtime is, and where its own is gone.
#[test]
fn an_answer_outlives_its_runtime() {
    let of_server = runtime();
    let mut server = of_server.block_on(Server::start());
    let upstream = server.upstream(&UpstreamOptions::default());
    for is_gone in [false, true] {
        for text in [SHORT, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok"] {
            let of_call = runtime();
            let (answered, _stream) = of_call.block_on(async {
                tokio::join!(post(&upstream), async {
                    let mut stream = server.accept().await;
                    answer(&mut stream, text).await;
                    stream
                })
            });
            if is_gone {
                drop(of_call);
                drop(answered);
            } else {
                drop(answered);
                drop(of_call);
            }
        }
    }
    runtime().block_on(called(&mut server, &upstream));
}

/// Also where the runtime of the first call is not that of the next.
#[test]
fn connections_of_another_runtime_are_looked_after_too() {
    let of_server = runtime();
    let mut server = of_server.block_on(Server::start());
    let upstream = server.upstream(&UpstreamOptions {
        idle_timeout: Duration::from_millis(20),
        ..UpstreamOptions::default()
    });
    for _ in 0..3 {
        runtime().block_on(async {
            let mut stream = called(&mut server, &upstream).await;
            assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
        });
        runtime().block_on(called(&mut server, &upstream));
    }
}

#[tokio::test]
async fn no_more_connections_are_kept_than_may_be() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions {
        idle_connections: 1,
        ..UpstreamOptions::default()
    });
    let (first, second) = (post(&upstream), post(&upstream));
    let (mut one, mut other) = tokio::join!(
        async {
            let (first, second) = tokio::join!(first, second);
            let texts = [first.text().await.unwrap(), second.text().await.unwrap()];
            assert_eq!(texts, ["ok", "ok"]);
        },
        async {
            let (mut one, mut other) = (server.accept().await, server.accept().await);
            answer(&mut one, SHORT).await;
            answer(&mut other, SHORT).await;
            (one, other)
        }
    )
    .1;
    let (mut first, mut second) = ([0; 1], [0; 1]);
    let mut kept = tokio::select! {
        ended = one.read(&mut first) => { assert_eq!(ended.unwrap(), 0); other }
        ended = other.read(&mut second) => { assert_eq!(ended.unwrap(), 0); one }
    };
    tokio::join!(
        async { post(&upstream).await.text().await.unwrap() },
        answer(&mut kept, SHORT)
    );
}

#[tokio::test]
async fn a_long_answer_arrives_whole_however_slowly_it_is_read() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions {
        answer_limit: 2 * LONG,
        ..UpstreamOptions::default()
    });
    let serving = async {
        let mut stream = server.accept().await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LONG}\r\n\r\n");
        answer(&mut stream, &head).await;
        let chunk: Vec<u8> = (0..=250).cycle().take(LONG).collect();
        stream.write_all(&chunk).await.unwrap();
        stream
    };
    let reading = async {
        let answer = post(&upstream).await;
        let mut body = answer.pass_on().await.unwrap().into_body();
        let mut count = 0;
        while let Some(frame) = body.frame().await {
            for byte in frame.unwrap().into_data().unwrap() {
                assert_eq!(usize::from(byte), count % 251);
                count += 1;
            }
            tokio::task::yield_now().await;
        }
        count
    };
    let (count, _stream) = tokio::join!(reading, serving);
    assert_eq!(count, LONG);
}
