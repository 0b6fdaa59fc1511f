//! One inbound connection.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Version};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tracing::Level;

use super::current_guard::CurrentGuard;
use super::front::{Admission, Front, Rejection};
use super::limits::Limits;
use super::observe::Entry;
use super::wire::{Activity, Protocol, Refusal, Wire};
use super::{
    Answered, Application, LocalAddress, RequestContext, Surroundings, cache_control, panic,
};
use crate::telemetry::{InFlight, Traffic};

/// The smallest buffer hyper takes, in bytes.
const SMALLEST_BUFFER: usize = 8 * 1024;
/// How many streams a caller may open and reset at once before its connection is closed (CVE-2023-44487).
const RESET_LIMIT: usize = 20;
/// How many streams of a connection may end by the caller's faults before it is closed.
const FAULT_LIMIT: usize = 64;
/// How much of one answer waits for an HTTP/2 caller, and how much of a body a caller may send ahead, in bytes.
const STREAM_WINDOW: u32 = 64 * 1024;
/// How much of all bodies of an HTTP/2 connection a caller may send ahead, in bytes.
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// How long a connection without a request is kept when the gateway stops, for bytes that have come already.
const LAST_BYTES: Duration = Duration::from_millis(50);

/// The adapter a connection came to.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) traffic: Arc<Traffic>,
    /// At which level its requests are logged.
    pub(super) access: Level,
    pub(super) guard: CurrentGuard,
    pub(super) application: Arc<dyn Application>,
    pub(super) front: Arc<Front>,
}

/// Serves the requests of one connection, until it ends or `stop` turns true. Then it ends with the request that is in flight or
/// whose first byte has come; one that was sent behind it unasked is told to come again by its `Connection: close` (RFC 9112 §9.6).
pub(super) async fn serve(
    stream: TcpStream,
    service: Arc<Service>,
    refusal: Option<Refusal>,
    mut stop: watch::Receiver<bool>,
) {
    // Without it, an answer in two writes waits for the caller's delayed acknowledgement: 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let local = stream.local_addr().ok().map(LocalAddress);
    let limits = service.front.limits;
    let mut wire = match refusal {
        Some(refusal) => Wire::refusing(stream, limits, refusal),
        None => Wire::new(stream, limits),
    };
    let (adapter, activity) = (service.traffic.name(), wire.activity());
    let progress = activity.clone();
    let told = stop.clone();
    let mut last_request_has_begun = pin!(async {
        stopped(&mut stop).await;
        // What came before the signal may still be on its way from the system to here.
        tokio::time::sleep(LAST_BYTES).await;
        while progress.reads_head() {
            tokio::time::sleep(LAST_BYTES).await;
        }
    });
    let protocol = tokio::select! {
        biased;
        protocol = poll_fn(|context| wire.poll_protocol(context)) => protocol,
        () = last_request_has_begun.as_mut() => return,
    };
    let answering = service_fn(move |request: Request<Incoming>| {
        service.clone().answer(request, local, &activity)
    });
    macro_rules! drive {
        ($builder:expr) => {{
            let mut connection = pin!($builder.serve_connection(TokioIo::new(wire), answering));
            match ended(connection.as_mut(), last_request_has_begun, &told).await {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }};
    }
    let outcome = match protocol {
        Ok(Protocol::Http1) => drive!(http1(&limits)),
        // On the heap, where it is: a connection of HTTP/1 would carry its size along.
        Ok(Protocol::Http2) => Box::pin(async { drive!(http2(&limits)) }).await,
        Err(error) => {
            tracing::debug!(adapter, %error, "a connection ended before its first request");
            return;
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(adapter, %error, "a connection ended with an error");
    }
}

/// How a connection ended; `None` if it has to be told to end. What it has read is served before that: it is asked first.
async fn ended<C: Future>(
    mut connection: Pin<&mut C>,
    mut last_request_has_begun: Pin<&mut impl Future<Output = ()>>,
    told: &watch::Receiver<bool>,
) -> Option<C::Output> {
    // A connection may be taken on when the gateway is stopping already.
    let mut is_stopping = *told.borrow();
    let mut is_awaited = false;
    poll_fn(|context| {
        if let Poll::Ready(ended) = connection.as_mut().poll(context) {
            return Poll::Ready(Some(ended));
        }
        is_stopping = is_stopping || told.has_changed().unwrap_or(true);
        // Asked once, to be woken, and then not before there is news: to ask at each step of each request costs more.
        let is_due = !std::mem::replace(&mut is_awaited, true) || is_stopping;
        if is_due && last_request_has_begun.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await
}

/// The wire bounds the heads in size and time.
fn http1(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        .max_headers(limits.headers)
        .max_buf_size(limits.head.max(SMALLEST_BUFFER));
    builder
}

/// HTTP/2 with prior knowledge.
fn http2(limits: &Limits) -> http2::Builder<Streams> {
    let count = |limit: usize| u32::try_from(limit).unwrap_or(u32::MAX);
    let mut builder = http2::Builder::new(Streams(limits.stream_timeout));
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(count(limits.streams))
        .max_header_list_size(count(limits.head))
        .max_pending_accept_reset_streams(RESET_LIMIT)
        .max_local_error_reset_streams(FAULT_LIMIT)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(STREAM_WINDOW as usize);
    builder
}

/// Waits until the value turns true, or nobody is left to turn it.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone: the gateway stops.
    let _ = stop.wait_for(|stopping| *stopping).await;
}

impl Service {
    fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
        local: Option<LocalAddress>,
        activity: &Activity,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>> + use<> {
        let (admission, outcome) = self.front.admit(&mut request, activity);
        let in_flight = self.traffic.enter();
        let entry = Entry::new(self.traffic.clone(), self.access, &request, local);
        let mut request = request.map(|body| match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(body),
        });
        // One block for all of it: what is handed from one to the next is carried along by both.
        async move {
            let answered = match outcome {
                Err(rejection) => rejected(rejection, request.version()).into(),
                Ok(()) => {
                    let serving = self.serve(&mut request, Some(entry.context()), local);
                    panic::caught(pin!(serving)).await
                }
            };
            Ok(entry.end(answered).map(|body| Answer {
                body,
                _admission: admission,
                _in_flight: in_flight,
            }))
        }
    }

    /// Serves a request that the guard lets in. What is left of it is an empty one: a future that took it over would hold
    /// it twice.
    async fn serve(
        &self,
        request: &mut axum::extract::Request,
        context: Option<&RequestContext>,
        local: Option<LocalAddress>,
    ) -> Answered {
        let guard = self.guard.get();
        if let Err(answer) = guard.admit(request, self.traffic.name()).await {
            return answer.into();
        }
        let is_safe = request.method().is_safe();
        let application = self.application.clone();
        let surroundings = Surroundings { context, local };
        let answering = application.respond(std::mem::take(request), surroundings);
        let mut answered = answering.await;
        if guard.is_some() {
            cache_control::keep_private(answered.response.headers_mut(), is_safe);
        }
        answered
    }
}

fn rejected(rejection: Rejection, version: Version) -> Response {
    let mut response = rejection.problem.into_response();
    if rejection.closes && version != Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// The body of an answer. Its request is in flight until it has been sent.
struct Answer {
    body: Body,
    _admission: Admission,
    _in_flight: InFlight,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        panic::caught_body(|| Pin::new(&mut self.body).poll_frame(context))
            .unwrap_or_else(|panicked| Poll::Ready(Some(Err(axum::Error::new(panicked)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Runs the streams of an HTTP/2 connection, none for longer than this.
#[derive(Clone, Debug)]
struct Streams(Duration);

impl<F> Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, stream: F) {
        tokio::spawn(tokio::time::timeout(self.0, stream));
    }
}
