//! One inbound connection.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::observe;

/// How long the head of a request may take, the wait for it on an idle connection included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// How large the head of a request may be, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// Serves the requests of one connection, until it ends or the gateway stops.
pub(super) async fn serve(stream: TcpStream, adapter: &'static str, app: Router, watcher: Watcher) {
    // Without it, an answer in two writes waits for the caller's delayed acknowledgement: 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        async move {
            let request = request.map(axum::body::Body::new);
            observe::observed(adapter, request, |request| app.oneshot(request)).await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(adapter, %error, "a connection ended with an error");
    }
}
