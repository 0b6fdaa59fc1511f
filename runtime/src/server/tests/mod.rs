//! The front door with handlers of its own, over sockets.

mod arrival;
mod authorization_server;
mod caches;
mod guard;
mod http2;
mod oauth;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tower::ServiceExt;

use super::limits::Limits;
use super::*;
use crate::settings::SettingValues;
use crate::telemetry::Traffic;

const LIMITS: Limits = Limits {
    head_timeout: Duration::from_secs(60),
    idle_timeout: Duration::from_secs(60),
    write_timeout: Duration::from_secs(60),
    stream_timeout: Duration::from_secs(60),
    head: 2048,
    uri: 1024,
    headers: 10,
    connections: 10,
    requests: 10,
    streams: 10,
};

/// What an application is told of a request, a router is told as extensions.
impl Application for Router {
    fn respond<'a>(
        self: Arc<Self>,
        mut request: axum::extract::Request,
        surroundings: Surroundings<'a>,
    ) -> Answering<'a> {
        let extensions = request.extensions_mut();
        extensions.insert(surroundings.local.unwrap());
        extensions.insert(surroundings.context.unwrap().clone());
        Box::pin(async move {
            let Ok(response) = Router::clone(&self).oneshot(request).await;
            response.into()
        })
    }
}

/// A served app. Dropping it stops it.
struct Served {
    address: std::net::SocketAddr,
    _stop: watch::Sender<bool>,
}

impl Served {
    async fn start(app: impl Application + 'static, limits: Limits) -> Self {
        Self::guarded(Guard::none(), app, limits).await
    }

    async fn guarded(guard: Guard, app: impl Application + 'static, limits: Limits) -> Self {
        let values = SettingValues::of(&[("address", "127.0.0.1"), ("port", "0")]);
        let front = Front::with(limits);
        let listener = Listener::bind(
            Traffic::new("test"),
            "address",
            "port",
            &values,
            front,
            guard,
            Arc::new(app),
        )
        .await
        .unwrap();
        let address = listener.address();
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(listener.serve(stopping, Duration::ZERO));
        Self {
            address,
            _stop: stop,
        }
    }

    async fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// The whole answer to a request that ends its connection.
    async fn answer(&self, request: &str) -> String {
        rest(&mut self.send(request).await).await
    }

    async fn http2(&self) -> SendRequest<Full<Bytes>> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let io = TokioIo::new(stream);
        let (sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        sender
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

const LAST: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Handlers that say they have started, and answer when they are let go.
fn held() -> (Router, mpsc::UnboundedReceiver<()>, Arc<Semaphore>) {
    let (started, starting) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let handler_gate = gate.clone();
    let handler = move || {
        let gate = handler_gate.clone();
        started.send(()).unwrap();
        async move {
            gate.acquire().await.unwrap().forget();
            "done"
        }
    };
    (Router::new().route("/", get(handler)), starting, gate)
}

#[tokio::test]
async fn a_request_knows_the_address_it_came_to() {
    let handler = |Extension(local): Extension<LocalAddress>| async move {
        format!("{} {}", local.0, local.is_loopback())
    };
    let served = Served::start(Router::new().route("/", get(handler)), LIMITS).await;
    let answer = served.answer(LAST).await;
    let expected = format!("{} true", served.address);
    assert!(answer.ends_with(&expected), "{answer}");
}

#[tokio::test]
async fn a_request_knows_its_id_and_its_trace() {
    let handler = |Extension(context): Extension<RequestContext>| async move {
        let id = context.request_id.to_str().unwrap().to_owned();
        format!("{id} {:?}", context.trace.trace_id())
    };
    let served = Served::start(Router::new().route("/", get(handler)), LIMITS).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = served
        .answer(&format!(
            "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-request-id: mine\r\n\
             traceparent: 00-{trace}-00f067aa0ba902b7-01\r\n\r\n"
        ))
        .await;
    assert!(
        answer.ends_with(&format!("mine Some(\"{trace}\")")),
        "{answer}"
    );
    assert!(answer.contains("\r\nx-request-id: mine\r\n"), "{answer}");
}

#[tokio::test]
async fn a_caller_that_leaves_cancels_its_request() {
    let (started, starting) = oneshot::channel::<oneshot::Receiver<()>>();
    let started = Arc::new(std::sync::Mutex::new(Some(started)));
    let handler = move || async move {
        let (_held, dropped) = oneshot::channel::<()>();
        if let Some(started) = started.lock().unwrap().take() {
            started.send(dropped).unwrap();
        }
        std::future::pending::<()>().await
    };
    let served = Served::start(Router::new().route("/", get(handler)), LIMITS).await;
    let caller = served.send(LAST).await;
    let dropped = starting.await.unwrap();
    drop(caller);
    // The sender is gone when the future of the request is.
    assert!(dropped.await.is_err());
}

#[tokio::test]
async fn a_panic_is_answered_and_the_connection_goes_on() {
    async fn panics() -> &'static str {
        panic!("canary-of-the-panic")
    }
    let app = Router::new()
        .route("/panic", get(panics))
        .route("/", get(|| async { "alive" }));
    let served = Served::start(app, LIMITS).await;
    let before = STATISTICS.panics.get();
    let request = format!("GET /panic HTTP/1.1\r\nhost: x\r\n\r\n{LAST}");
    let answer = served.answer(&request).await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    assert!(answer.ends_with("alive"), "{answer}");
    assert!(!answer.contains("canary"), "{answer}");
    // Other tests panic too.
    assert!(STATISTICS.panics.get() > before);
    let mut caller = served.http2().await;
    for (path, status) in [("/panic", 500), ("/", 200)] {
        let uri = format!("http://x{path}");
        let request = Request::get(uri).body(Full::default()).unwrap();
        assert_eq!(caller.send_request(request).await.unwrap().status(), status);
    }
}

/// An application that fails before it has begun to answer.
#[derive(Debug)]
struct Broken;

impl Application for Broken {
    fn respond<'a>(
        self: Arc<Self>,
        request: axum::extract::Request,
        _: Surroundings<'a>,
    ) -> Answering<'a> {
        let path = request.uri().path().to_owned();
        assert_ne!(path, "/", "canary-of-the-panic");
        Box::pin(async move { path.into_response().into() })
    }
}

#[tokio::test]
async fn a_panic_before_there_is_anything_to_wait_for_is_answered_too() {
    let served = Served::start(Broken, LIMITS).await;
    let last = LAST.replace("GET /", "GET /alive");
    let answer = served
        .answer(&format!("GET / HTTP/1.1\r\nhost: x\r\n\r\n{last}"))
        .await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(answer.ends_with("/alive"), "{answer}");
    assert!(!answer.contains("canary"), "{answer}");
}

/// An answer that has begun cannot become another one: it breaks off, which its framing shows.
#[tokio::test]
async fn a_panic_in_the_body_of_an_answer_breaks_it_off() {
    let gate = Arc::new(Semaphore::new(0));
    let handler_gate = gate.clone();
    let handler = move || {
        let gate = handler_gate.clone();
        let first = async { Ok::<_, std::convert::Infallible>("first") };
        let second = async move {
            let _permit = gate.acquire().await;
            panic!("canary-of-the-panic")
        };
        async { Body::from_stream(first.into_stream().chain(second.into_stream())) }
    };
    let app = Router::new().route("/", get(handler));
    let served = Served::start(app, LIMITS).await;
    let before = STATISTICS.panics.get();
    let mut caller = served.send(LAST).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"first\r\n") {
        assert_ne!(caller.read_buf(&mut answer).await.unwrap(), 0);
    }
    gate.add_permits(1);
    let mut end = Vec::new();
    // Whether it ends in order or by a reset, the last chunk does not come.
    let _ = caller.read_to_end(&mut end).await;
    assert_eq!(end, b"");
    assert!(STATISTICS.panics.get() > before);
}

#[tokio::test]
async fn a_request_over_the_limit_is_shed_unread_and_its_place_is_free_again() {
    let (app, mut starting, gate) = held();
    let limits = Limits {
        requests: 1,
        ..LIMITS
    };
    let served = Served::start(app, limits).await;
    let mut first = served.send(LAST).await;
    starting.recv().await.unwrap();
    let before = STATISTICS.requests_shed.get();
    // The body is announced, and never sent.
    let posted = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n";
    let shed = served.answer(posted).await;
    assert!(shed.starts_with("HTTP/1.1 503 "), "{shed}");
    assert!(shed.contains("\r\nretry-after: 1\r\n"), "{shed}");
    assert!(
        shed.contains("\r\ncontent-type: application/problem+json\r\n"),
        "{shed}"
    );
    assert_eq!(STATISTICS.requests_shed.get(), before + 1);
    // The connection of one that was read whole goes on.
    let mut kept = served.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut status = [0; 12];
    kept.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 503");
    gate.add_permits(2);
    assert!(rest(&mut first).await.ends_with("done"));
    kept.write_all(LAST.as_bytes()).await.unwrap();
    let answer = rest(&mut kept).await;
    assert!(answer.ends_with("done"), "{answer}");
}

#[tokio::test]
async fn a_connection_over_the_limit_is_told_so() {
    let app = Router::new().route("/", get(|| async { "served" }));
    let limits = Limits {
        connections: 1,
        ..LIMITS
    };
    let served = Served::start(app, limits).await;
    let mut first = served.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut status = [0; 12];
    first.read_exact(&mut status).await.unwrap();
    // Whether it asks for something or not.
    for request in ["", LAST] {
        let answer = served.answer(request).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("\r\nretry-after: 1\r\n"), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    first.write_all(LAST.as_bytes()).await.unwrap();
    assert!(rest(&mut first).await.ends_with("served"));
    // Its place is free when the gateway has seen it end.
    while !served.answer(LAST).await.ends_with("served") {
        tokio::task::yield_now().await;
    }
}
