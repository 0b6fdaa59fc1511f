//! Spans as they come to the queue, and from there over a socket. A whole gateway between stand-ins is judged by `tests/traces`.

use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Version};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::collector::Collector;
use super::exporter::{Exporter, Frame};
use super::health::Health;
use super::identity::{SpanContext, SpanId};
use super::options::tests::used;
use super::record::{AttemptOutcome, Client, MessageOutcome, Place, Record, Server, Subject};
use super::sampler::Sampler;
use super::span::{MessageSpan, ServerSpan};
use super::tracer::Tracer;
use crate::server::TraceContext;
use crate::upstream::{BaseUri, CallError};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OTHER: &str = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01";
const NOT_SAMPLED: &str = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-00";

fn tracer(queue: usize) -> (&'static Tracer, mpsc::Receiver<Record>) {
    let (sender, records) = mpsc::channel(queue);
    let tracer = Tracer::new(Sampler::default(), sender);
    (Box::leak(Box::new(tracer)), records)
}

fn trace(traceparent: Option<&'static str>) -> TraceContext {
    TraceContext::new(traceparent.map(str::as_bytes), None, None)
}

fn request(tracer: &'static Tracer, traceparent: Option<&'static str>) -> ServerSpan {
    let request = Request::builder()
        .version(Version::HTTP_2)
        .method("BREW")
        .body(())
        .unwrap();
    ServerSpan::begin(tracer, &request, None, &trace(traceparent))
}

fn message(request: &ServerSpan, traceparent: Option<&'static str>) -> MessageSpan {
    MessageSpan::start(Some(request), "tools/call", "7", None, || {
        trace(traceparent)
    })
}

fn context(traceparent: &str) -> SpanContext {
    SpanContext::parse(traceparent).unwrap()
}

fn server(record: &Record) -> &Server {
    match &record.subject {
        Subject::Server(server) => server,
        Subject::Client(client) => panic!("{client:?}"),
    }
}

fn client(record: &Record) -> &Client {
    match &record.subject {
        Subject::Client(client) => client,
        Subject::Server(server) => panic!("{server:?}"),
    }
}

#[test]
fn a_span_ends_when_nothing_is_done_for_it_any_more() {
    let (tracer, mut records) = tracer(1);
    let span = request(tracer, Some(CALLER));
    let stream = span.clone();
    span.answered(200);
    drop(span);
    assert!(records.try_recv().is_err());
    drop(stream);
    let record = records.try_recv().unwrap();
    let http = server(&record).http.as_ref().unwrap();
    assert_eq!((http.method, http.status), ("_OTHER", Some(200)));
    assert_eq!(record.place.parent, Some(context(CALLER).span));
    assert!(record.place.is_remote && record.start <= record.end);
}

#[test]
fn messages_of_a_batch_are_spans_below_their_request_or_linked_to_it() {
    let (tracer, mut records) = tracer(3);
    let whole = request(tracer, Some(CALLER));
    let batch = whole.of_batch();
    let first = message(&batch, None);
    first.succeeded();
    assert!(first.is_own());
    drop(first);
    drop(message(&batch, Some(OTHER)));
    drop((batch, whole));

    let first = records.try_recv().unwrap();
    let second = records.try_recv().unwrap();
    let whole = records.try_recv().unwrap().place;
    assert_eq!(first.place.context.trace, whole.context.trace);
    assert_eq!(first.place.parent, Some(whole.context.span));
    assert!(!first.place.is_remote && first.place.link.is_none());
    let outcome = |record| server(record).message.as_ref().unwrap().outcome;
    assert_eq!(outcome(&first), MessageOutcome::Success);
    assert_eq!(second.place.context.trace, context(OTHER).trace);
    assert_eq!(second.place.parent, Some(context(OTHER).span));
    assert_eq!(second.place.link, Some((whole.context, false)));
    assert_eq!(outcome(&second), MessageOutcome::None);
}

#[test]
fn a_message_says_whether_it_is_recorded() {
    let (tracer, mut records) = tracer(1);
    let whole = request(tracer, Some(CALLER));
    let alone = message(&whole, Some(NOT_SAMPLED));
    assert!(!alone.is_own());
    let attempt = attempt(&alone.span().call(), "http://api.example");
    let mut headers = HeaderMap::new();
    attempt.inject(&mut headers);
    // Nobody records a span here, so the upstream's hangs on the caller's.
    assert_eq!(headers["traceparent"], NOT_SAMPLED);
    drop((attempt, alone, whole));
    assert!(records.try_recv().is_err());
}

fn attempt(call: &super::CallTrace, base: &str) -> super::attempt::AttemptSpan {
    let base = BaseUri::parse(base).unwrap();
    call.attempt("upstream", "operation", &Method::GET, &base)
}

#[test]
fn attempts_of_a_call_are_counted_and_end_as_they_did() {
    let (tracer, mut records) = tracer(4);
    let whole = request(tracer, None);
    let call = whole.call();
    attempt(&call, "https://user.example/secret").end(Ok(StatusCode::BAD_GATEWAY));
    attempt(&call, "http://[::1]:81").end(Err(&CallError::Internal("what")));
    drop(attempt(&call, "http://api.example"));
    drop((call, whole));

    let of = |record: Record| {
        let client = client(&record);
        let server = format!("{}://{}:{}", client.scheme, client.host, client.port);
        (server, client.resends, client.outcome, record.place.parent)
    };
    let attempts = [(); 3].map(|()| of(records.try_recv().unwrap()));
    let root = records.try_recv().unwrap().place;
    assert_eq!(root.parent, None);
    let parent = Some(root.context.span);
    let expected = [
        ("https://user.example:443", 0, AttemptOutcome::Status(502)),
        ("http://[::1]:81", 1, AttemptOutcome::Failed("error")),
        ("http://api.example:80", 2, AttemptOutcome::Cancelled),
    ];
    let expected =
        expected.map(|(server, resends, outcome)| (server.to_owned(), resends, outcome, parent));
    assert_eq!(attempts, expected);
}

#[test]
fn a_full_queue_takes_no_more_and_nobody_waits() {
    let (tracer, mut records) = tracer(2);
    for _ in 0..5 {
        drop(request(tracer, None));
    }
    assert!(records.try_recv().is_ok() && records.try_recv().is_ok());
    assert!(records.try_recv().is_err());
}

/// An exporter to a collector that answers with `answer`: what it is sent, and where it is asked to send all there is.
async fn exporter(
    answer: impl IntoResponse + Clone + Send + Sync + 'static,
    queue: mpsc::Receiver<Record>,
    settings: &[(&'static str, &'static str)],
) -> (
    mpsc::UnboundedReceiver<Bytes>,
    mpsc::Sender<oneshot::Sender<()>>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (bodies, received) = mpsc::unbounded_channel();
    let collector = Router::new().fallback(async move |body: Bytes| {
        bodies.send(body).unwrap();
        answer
    });
    tokio::spawn(async move { axum::serve(listener, collector).await });
    let endpoint = ("otel-exporter-otlp-traces-endpoint", &*endpoint.leak());
    let options = used(&[&[endpoint], settings].concat());
    let (flushes, asked) = mpsc::channel(1);
    let exporter = Exporter {
        queue,
        flushes: asked,
        collector: Collector::new(&options, Default::default()).unwrap(),
        batch: options.batch,
        delay: Duration::from_secs(3600),
        patience: options.patience,
        frame: Frame::new(&options.resource),
        health: Health::default(),
    };
    tokio::spawn(exporter.run());
    (received, flushes)
}

fn record(number: u64) -> Record {
    Record {
        place: Place {
            context: SpanContext::root().with_span(SpanId(number)),
            ..Place::default()
        },
        start: 1,
        end: 2,
        subject: Subject::Server(Server::default()),
    }
}

async fn flush(flushes: &mpsc::Sender<oneshot::Sender<()>>) {
    let (done, flushed) = oneshot::channel();
    flushes.send(done).await.unwrap();
    flushed.await.unwrap();
}

#[tokio::test]
async fn a_flush_sends_all_spans_that_wait_in_bounded_requests() {
    const FIRST: u64 = 0x0123_4567_0000_0000;
    let (spans, queue) = mpsc::channel(600);
    for number in 0..600 {
        spans.try_send(record(FIRST + number)).unwrap();
    }
    let (mut received, flushes) = exporter(StatusCode::OK, queue, &[]).await;
    flush(&flushes).await;
    let bodies = [received.try_recv().unwrap(), received.try_recv().unwrap()];
    let counts = bodies.map(|body| {
        let starts = body
            .windows(4)
            .filter(|window| *window == [1, 0x23, 0x45, 0x67]);
        starts.count()
    });
    assert_eq!(counts, [512, 88]);
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn spans_that_a_collector_refuses_for_good_are_not_sent_again() {
    let (spans, queue) = mpsc::channel(512);
    let (mut received, flushes) = exporter(StatusCode::BAD_REQUEST, queue, &[]).await;
    for number in 1..=512 {
        spans.try_send(record(number)).unwrap();
    }
    // So many are sent at once.
    received.recv().await.unwrap();
    flush(&flushes).await;
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_flush_ends_the_wait_for_a_collector_that_is_busy() {
    let (spans, queue) = mpsc::channel(512);
    let (mut received, flushes) = exporter(StatusCode::SERVICE_UNAVAILABLE, queue, &[]).await;
    for number in 1..=512 {
        spans.try_send(record(number)).unwrap();
    }
    let first = received.recv().await.unwrap();
    flush(&flushes).await;
    let again = received.try_recv().unwrap();
    assert_eq!(first, again);
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_batch_is_as_large_as_it_is_set_to_be() {
    let (spans, queue) = mpsc::channel(10);
    let size = ("otel-bsp-max-export-batch-size", "3");
    let (mut received, flushes) = exporter(StatusCode::OK, queue, &[size]).await;
    for number in 1..=3 {
        spans.try_send(record(number)).unwrap();
    }
    // So many are sent at once, and one more has to wait.
    received.recv().await.unwrap();
    spans.try_send(record(4)).unwrap();
    flush(&flushes).await;
    assert!(received.try_recv().is_ok());
    assert!(received.try_recv().is_err());
}

/// Two batches wait; the first is given up, because the collector asks for more time than there is for a batch.
#[tokio::test]
async fn a_collector_that_asks_for_time_is_sent_nothing_before() {
    let (spans, queue) = mpsc::channel(10);
    for number in 1..=2 {
        spans.try_send(record(number)).unwrap();
    }
    let busy = (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]);
    let size = ("otel-bsp-max-export-batch-size", "1");
    let (mut received, flushes) = exporter(busy, queue, &[size]).await;
    received.recv().await.unwrap();
    // The second would come in a few of these milliseconds.
    let second = tokio::time::timeout(Duration::from_millis(200), received.recv());
    assert!(second.await.is_err(), "the second batch does not wait");
    flush(&flushes).await;
    assert!(received.try_recv().is_ok());
    assert!(received.try_recv().is_err());
}
