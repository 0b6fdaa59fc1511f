//! One inbound connection.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::{LocalAddress, observe};

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
    let local_address = stream.local_addr().ok().map(LocalAddress);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        async move {
            let mut request = request.map(axum::body::Body::new);
            if let Some(local_address) = local_address {
                request.extensions_mut().insert(local_address);
            }
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

#[cfg(test)]
mod tests {
    use axum::extract::Extension;
    use axum::routing::get;
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::oneshot;

    use super::*;

    /// A connection to `app`, on which a request has been sent, and what keeps it from being stopped.
    async fn connect(app: Router) -> (TcpStream, GracefulShutdown) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        let connections = GracefulShutdown::new();
        tokio::spawn(serve(stream, "test", app, connections.watcher()));
        let mut client = client.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        client.write_all(request).await.unwrap();
        (client, connections)
    }

    #[tokio::test]
    async fn a_request_knows_the_address_it_came_to() {
        let handler = |Extension(local): Extension<LocalAddress>| async move {
            format!("{} {}", local.0, local.is_loopback())
        };
        let (mut client, _connections) = connect(Router::new().route("/", get(handler))).await;
        let expected = format!("{} true", client.peer_addr().unwrap());
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with(&expected), "{answer}");
    }

    #[tokio::test]
    async fn a_caller_that_leaves_cancels_its_request() {
        let (started, starting) = oneshot::channel::<oneshot::Receiver<()>>();
        let started = std::sync::Arc::new(std::sync::Mutex::new(Some(started)));
        let handler = move || async move {
            let (_held, dropped) = oneshot::channel::<()>();
            if let Some(started) = started.lock().unwrap().take() {
                started.send(dropped).unwrap();
            }
            std::future::pending::<()>().await
        };
        let (client, _connections) = connect(Router::new().route("/", get(handler))).await;
        let dropped = starting.await.unwrap();
        drop(client);
        // The sender is gone when the future of the request is.
        assert!(dropped.await.is_err());
    }
}
