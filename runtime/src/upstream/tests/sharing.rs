//! HTTP/2: a connection that all calls share, and its end.

use std::time::Duration;

use h2::server::{Connection, SendResponse};
use http_body_util::BodyExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;

use super::*;

type Shared = Connection<TlsStream<TcpStream>, Bytes>;
type Asked = (http::Request<h2::RecvStream>, SendResponse<Bytes>);

/// A server of HTTP/2 whose connections are handed to the test.
async fn start() -> (String, mpsc::UnboundedReceiver<Shared>) {
    let (listener, acceptor) = listener(&["h2"]).await;
    let base_uri = format!("https://{}", listener.local_addr().unwrap());
    let (accept, accepted) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stream = acceptor.accept(stream).await.unwrap();
            accept
                .send(h2::server::handshake(stream).await.unwrap())
                .unwrap();
        }
    });
    (base_uri, accepted)
}

fn trusting(base_uri: &str, options: &UpstreamOptions) -> Upstream {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap())
        .unwrap();
    let tls = tls::client_config(roots).unwrap();
    Upstream::with_tls("api", base_uri, Credential::none(), options, tls).unwrap()
}

fn call(upstream: &Upstream) -> tokio::task::JoinHandle<Result<String, CallError>> {
    let upstream = upstream.clone();
    tokio::spawn(async move {
        let request = Request::new(Method::POST, "create").literal("/x");
        upstream.send(request).await?.text().await
    })
}

async fn asked(connection: &mut Shared) -> Asked {
    connection.accept().await.unwrap().unwrap()
}

fn say(respond: &mut SendResponse<Bytes>, text: &'static str) {
    let mut body = respond.send_response(Response::new(()), false).unwrap();
    body.send_data(Bytes::from_static(text.as_bytes()), true)
        .unwrap();
}

/// Answers all that is asked on a connection.
fn serve(mut connection: Shared) {
    tokio::spawn(async move {
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            say(&mut respond, "ok");
        }
    });
}

#[tokio::test]
async fn first_calls_that_come_together_are_all_answered() {
    let (base_uri, mut accepted) = start().await;
    let upstream = trusting(&base_uri, &UpstreamOptions::default());
    let calls: Vec<_> = (0..20).map(|_| call(&upstream)).collect();
    tokio::spawn(async move {
        while let Some(connection) = accepted.recv().await {
            serve(connection);
        }
    });
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), "ok");
    }
}

/// A server that restarts says so, and finishes what it has begun.
#[tokio::test]
async fn a_connection_that_is_going_away_is_left_to_what_it_has_begun() {
    let (base_uri, mut accepted) = start().await;
    let upstream = trusting(&base_uri, &UpstreamOptions::default());
    let first = call(&upstream);
    let mut old = accepted.recv().await.unwrap();
    let (_, mut respond) = asked(&mut old).await;
    old.graceful_shutdown();
    // What is asked before the client knows is answered too.
    serve(old);
    let (new, second) = loop {
        let mut second = call(&upstream);
        tokio::select! {
            connection = accepted.recv() => break (connection.unwrap(), second),
            said = &mut second => assert_eq!(said.unwrap().unwrap(), "ok"),
        }
    };
    serve(new);
    assert_eq!(second.await.unwrap().unwrap(), "ok");
    say(&mut respond, "late");
    assert_eq!(first.await.unwrap().unwrap(), "late");
}

/// What a server has begun is not sent again, however it says goodbye.
#[tokio::test]
async fn what_may_have_been_processed_is_not_repeated() {
    let (base_uri, mut accepted) = start().await;
    let upstream = trusting(&base_uri, &UpstreamOptions::default());
    let first = call(&upstream);
    let mut old = accepted.recv().await.unwrap();
    let (_, respond) = asked(&mut old).await;
    old.graceful_shutdown();
    // Until the goodbye is written.
    for _ in 0..20 {
        tokio::select! {
            biased;
            _ = old.accept() => {}
            () = tokio::task::yield_now() => {}
        }
    }
    drop((respond, old));
    let outcome = first.await.unwrap();
    assert!(
        matches!(outcome, Err(CallError::Broken { .. })),
        "{outcome:?}"
    );
    assert_eq!(upstream.statistics().attempts.get(), 1);
    let second = call(&upstream);
    serve(accepted.recv().await.unwrap());
    assert_eq!(second.await.unwrap().unwrap(), "ok");
}

#[tokio::test]
async fn a_connection_that_broke_while_it_was_unused_is_not_used() {
    let (base_uri, mut accepted) = start().await;
    let upstream = trusting(&base_uri, &UpstreamOptions::default());
    for _ in 0..20 {
        let first = call(&upstream);
        let mut connection = accepted.recv().await.unwrap();
        let (_, mut respond) = asked(&mut connection).await;
        say(&mut respond, "ok");
        tokio::select! {
            _ = connection.accept() => {}
            said = first => assert_eq!(said.unwrap().unwrap(), "ok"),
        }
        drop((respond, connection));
        // Until its end has come.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
}

/// A connection may be too old for new calls while its last one goes on.
#[tokio::test]
async fn an_answer_outlasts_the_time_for_which_its_connection_is_kept() {
    let (base_uri, mut accepted) = start().await;
    let upstream = trusting(
        &base_uri,
        &UpstreamOptions {
            idle_timeout: Duration::from_millis(10),
            ..UpstreamOptions::default()
        },
    );
    let request = Request::new(Method::GET, "find").literal("/x");
    let calling = tokio::spawn({
        let upstream = upstream.clone();
        async move { upstream.send(request).await.unwrap() }
    });
    let mut old = accepted.recv().await.unwrap();
    let (_, mut respond) = asked(&mut old).await;
    let mut body = respond.send_response(Response::new(()), false).unwrap();
    tokio::spawn(async move { while old.accept().await.is_some() {} });
    let answer = calling.await.unwrap();
    // Calls come to the old connection until it is too old, and then to a new one.
    let new = loop {
        let second = call(&upstream);
        tokio::select! {
            connection = accepted.recv() => break (connection.unwrap(), second),
            () = tokio::time::sleep(Duration::from_millis(20)) => second.abort(),
        }
    };
    serve(new.0);
    assert_eq!(new.1.await.unwrap().unwrap(), "ok");
    body.send_data(Bytes::from_static(b"late"), true).unwrap();
    assert_eq!(answer.text().await.unwrap(), "late");
}

#[tokio::test]
async fn a_long_answer_over_tls_arrives_whole() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    const LENGTH: usize = 4 * 1024 * 1024;
    for alpn in [&["http/1.1"][..], &["h2"]] {
        let (listener, acceptor) = listener(alpn).await;
        let base_uri = format!("https://{}", listener.local_addr().unwrap());
        let is_http2 = alpn == ["h2"];
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            let body: Vec<u8> = (0..=250).cycle().take(LENGTH).collect();
            if is_http2 {
                let service = service_fn(move |_: http::Request<_>| {
                    let body = body.clone();
                    async move { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body)))) }
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
                return;
            }
            for _ in 0..3 {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n");
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(&body).await.unwrap();
                stream.flush().await.unwrap();
            }
        });
        let upstream = trusting(&base_uri, &UpstreamOptions::default());
        for _ in 0..3 {
            let request = Request::new(Method::GET, "find").literal("/x");
            let answer = upstream.send(request).await.unwrap();
            let mut body = answer.pass_on().await.unwrap().into_body();
            let mut count = 0;
            while let Some(frame) = body.frame().await {
                for byte in frame.unwrap().into_data().unwrap() {
                    assert_eq!(usize::from(byte), count % 251);
                    count += 1;
                }
                tokio::task::yield_now().await;
            }
            assert_eq!(count, LENGTH);
        }
    }
}
