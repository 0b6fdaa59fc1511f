//! Answers as servers may send them, and what becomes of their connections.

use std::time::Duration;

use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::connections::{SHORT, Server, answer, called, post};
use super::*;

async fn send(upstream: &Upstream, method: Method) -> (u16, String) {
    let request = Request::new(method, "call").literal("/x");
    let answer = upstream.send(request).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// An answer in pieces, each of which is on its way before the next.
async fn answer_in_pieces(stream: &mut TcpStream, text: &str, size: usize) {
    let (first, rest) = text.as_bytes().split_at(size.min(text.len()));
    answer(stream, std::str::from_utf8(first).unwrap()).await;
    for piece in rest.chunks(size) {
        tokio::task::yield_now().await;
        stream.write_all(piece).await.unwrap();
    }
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
    1\r\nh\r\n5;a=b\r\nello \r\n5\r\nworld\r\n0\r\nx-end: yes\r\n\r\n";

#[tokio::test]
async fn answers_are_read_however_they_are_cut() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    for (method, text, expected) in [
        (Method::GET, CHUNKED, (200, "hello world")),
        (Method::GET, "HTTP/1.1 204 No Content\r\n\r\n", (204, "")),
        (
            Method::GET,
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n",
            (304, ""),
        ),
        (
            Method::HEAD,
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n",
            (200, ""),
        ),
        (
            Method::HEAD,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            (200, ""),
        ),
        (
            Method::POST,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n\
             HTTP/1.1 201 Created\r\ncontent-length: 4\r\n\r\nmade",
            (201, "made"),
        ),
        (
            Method::GET,
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            (200, ""),
        ),
        (
            Method::GET,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            (200, ""),
        ),
    ] {
        for size in [1, 2, 7, 50, usize::MAX] {
            let ((status, said), ()) = tokio::join!(
                send(&upstream, method.clone()),
                answer_in_pieces(&mut stream, text, size)
            );
            assert_eq!((status, said.as_str()), expected, "{text:?} by {size}");
        }
    }
    assert!(
        server.accepted.try_recv().is_err(),
        "one connection is enough"
    );
}

/// The answer that another caller would take for its own.
const PLANTED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nplanted";

#[tokio::test]
async fn what_follows_an_answer_is_nobodys_answer() {
    for first in [
        SHORT,
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKED,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    ] {
        for is_read in [true, false] {
            let mut server = Server::start().await;
            let upstream = server.upstream(&UpstreamOptions::default());
            let text = format!("{first}{PLANTED}");
            let (answered, _stream) = tokio::join!(post(&upstream), async {
                let mut stream = server.accept().await;
                answer(&mut stream, &text).await;
                stream
            });
            if is_read {
                assert!(!answered.text().await.unwrap().contains("planted"));
            }
            called(&mut server, &upstream).await;
        }
    }
}

/// Where a server sends what nobody asked for: a time-out of its own, or what was left of an answer.
#[tokio::test]
async fn what_comes_on_an_unused_connection_is_nobodys_answer() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    for _ in 0..50 {
        let mut stream = called(&mut server, &upstream).await;
        stream.write_all(PLANTED.as_bytes()).await.unwrap();
        // Until it has come: an event of the system, for which this gives the time.
        tokio::task::yield_now().await;
    }
    assert_eq!(upstream.statistics().attempts.get(), 50);
}

/// A request with a body of which the server reads nothing before it answers.
#[tokio::test]
async fn an_answer_may_come_before_the_request_is_there() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let body = vec![b'x'; 64 * 1024 * 1024];
    let file = crate::inbound::File {
        bytes: body.into(),
        media_type: None,
        name: None,
    };
    let request = Request::new(Method::POST, "call").literal("/x").body(&file);
    let (answered, mut stream) = tokio::join!(
        async { upstream.send(request).await.unwrap().text().await },
        async {
            let mut stream = server.accept().await;
            answer(&mut stream, SHORT).await;
            stream
        }
    );
    assert_eq!(answered.unwrap(), "ok");
    // What is left of it is not sent, and no other request follows it.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.len() < 64 * 1024 * 1024);
    assert!(rest.iter().rev().take(1000).all(|byte| *byte == b'x'));
    called(&mut server, &upstream).await;
}

#[tokio::test]
async fn a_large_request_is_written_however_slowly_it_is_read() {
    const LENGTH: usize = 16 * 1024 * 1024;
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    let file = crate::inbound::File {
        bytes: vec![b'x'; LENGTH].into(),
        media_type: None,
        name: None,
    };
    let request = Request::new(Method::POST, "call").literal("/x").body(&file);
    let (answered, ()) = tokio::join!(
        async { upstream.send(request).await.unwrap().text().await },
        async {
            answer(&mut stream, "").await;
            let mut piece = vec![0; 100_000];
            let mut left = LENGTH;
            while left > 0 {
                left -= stream.read(&mut piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            stream.write_all(SHORT.as_bytes()).await.unwrap();
        }
    );
    assert_eq!(answered.unwrap(), "ok");
    tokio::join!(
        async { post(&upstream).await.text().await.unwrap() },
        answer(&mut stream, SHORT)
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nok",
    ] {
        let mut server = Server::start().await;
        let upstream = server.upstream(&UpstreamOptions::default());
        let (said, ()) = tokio::join!(async { post(&upstream).await.text().await }, async {
            let mut stream = server.accept().await;
            answer(&mut stream, text).await;
        });
        assert!(matches!(said, Err(CallError::Broken { .. })), "{text:?}");
    }
}

/// One call after the other in the same task, which never waits for anything else.
#[tokio::test]
async fn a_task_out_of_budget_goes_on() {
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    tokio::spawn(async move {
        loop {
            answer(&mut stream, SHORT).await;
        }
    });
    for used in 0..300 {
        for _ in 0..used {
            tokio::task::coop::consume_budget().await;
        }
        let mut left = used;
        std::future::poll_fn(|context| {
            while left > 0 && tokio::task::coop::has_budget_remaining() {
                let consuming = std::pin::pin!(tokio::task::coop::consume_budget());
                let _ = std::future::Future::poll(consuming, context);
                left -= 1;
            }
            std::task::Poll::Ready(())
        })
        .await;
        assert_eq!(post(&upstream).await.text().await.unwrap(), "ok");
    }
    assert!(server.accepted.try_recv().is_err());
}

/// However far a call has come when it is left, the next one gets its own answer.
#[tokio::test]
async fn a_call_that_is_left_anywhere_leaves_nothing_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_uri = format!("http://{}", listener.local_addr().unwrap());
    // A server that repeats the target.
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while let Ok(byte) = stream.read_u8().await {
                    head.push(byte);
                    if !head.ends_with(b"\r\n\r\n") {
                        continue;
                    }
                    let text = String::from_utf8(std::mem::take(&mut head)).unwrap();
                    let target = text.split(' ').nth(1).unwrap().repeat(3000);
                    let length = target.len();
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
                    for part in [head.as_bytes(), target.as_bytes()].concat().chunks(8000) {
                        if stream.write_all(part).await.is_err() {
                            return;
                        }
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
    });
    let options = UpstreamOptions::default();
    let upstream = Upstream::new("api", &base_uri, Credential::none(), &options).unwrap();
    let get = |target: String| {
        let upstream = upstream.clone();
        async move {
            let request = Request::new(Method::GET, "call").segment("x", &target);
            let answer = upstream.send(request).await.unwrap();
            let mut body = answer.pass_on().await.unwrap().into_body();
            let mut text = Vec::new();
            while let Some(frame) = body.frame().await {
                text.extend_from_slice(&frame.unwrap().into_data().unwrap());
            }
            (String::from_utf8(text).unwrap(), target)
        }
    };
    for polls in 0..40 {
        for round in 0..5 {
            let mut left = Box::pin(get(format!("left-{polls}-{round}")));
            let mut count = 0;
            std::future::poll_fn(|context| {
                count += 1;
                let outcome = left.as_mut().poll(context);
                match outcome.is_ready() || count > polls {
                    true => std::task::Poll::Ready(()),
                    false => std::task::Poll::Pending,
                }
            })
            .await;
            drop(left);
            let (text, target) = get(format!("next-{polls}-{round}")).await;
            assert_eq!(text, format!("/{target}").repeat(3000));
        }
    }
}

#[tokio::test]
async fn a_call_has_its_time_whatever_it_waits_for() {
    let mut server = Server::start().await;
    let time = Duration::from_millis(50);
    let upstream = server.upstream(&UpstreamOptions {
        call_timeout: time,
        ..UpstreamOptions::default()
    });
    for text in [
        "",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
    ] {
        let request = Request::new(Method::POST, "call").literal("/x");
        let calling = async { upstream.send(request).await?.text().await };
        let (said, _stream) = tokio::join!(calling, async {
            let mut stream = server.accept().await;
            answer(&mut stream, text).await;
            stream
        });
        assert!(matches!(said, Err(CallError::TimedOut { .. })), "{text:?}");
    }
}

/// A server that says without end that the answer will come.
#[tokio::test]
async fn an_endless_flood_is_cut_off_in_time() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_uri = format!("http://{}", listener.local_addr().unwrap());
    let flooding = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        assert_ne!(stream.read(&mut [0; 1]).unwrap(), 0);
        let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000);
        while stream.write_all(flood.as_bytes()).is_ok() {}
    });
    let options = UpstreamOptions {
        call_timeout: Duration::from_millis(200),
        ..UpstreamOptions::default()
    };
    let upstream = Upstream::new("api", &base_uri, Credential::none(), &options).unwrap();
    let request = Request::new(Method::POST, "call").literal("/x");
    let outcome = upstream.send(request).await;
    assert!(
        matches!(outcome, Err(CallError::TimedOut { .. })),
        "{outcome:?}"
    );
    flooding.join().unwrap();
}

/// An answer in many small pieces is there at once, and yet others get their turn.
#[tokio::test]
async fn an_answer_in_many_pieces_leaves_others_their_turn() {
    const PIECES: usize = 8000;
    let mut server = Server::start().await;
    let upstream = server.upstream(&UpstreamOptions::default());
    let mut stream = called(&mut server, &upstream).await;
    let pieces = "1\r\nx\r\n".repeat(PIECES);
    let text = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{pieces}0\r\n\r\n");
    let (answered, ()) = tokio::join!(post(&upstream), answer(&mut stream, &text));
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = turns.clone();
    let other = tokio::spawn(async move {
        loop {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(answered.text().await.unwrap().len(), PIECES);
    other.abort();
    // A task may take 128 steps in one turn.
    assert!(turns.load(Ordering::Relaxed) >= PIECES / 128, "{turns:?}");
}
