//! Making a connection: name resolution, TCP and TLS, within the time that all of it may take.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::Service;

use super::resolver::Resolver;

/// Makes connections. The pool clones it for every request, so that must cost nothing.
#[derive(Clone)]
pub(super) struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    limit: Duration,
    https: HttpsConnector<HttpConnector<Resolver>>,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connector")
            .field("limit", &self.shared.limit)
            .finish_non_exhaustive()
    }
}

impl Connector {
    pub(super) fn new(limit: Duration, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::default());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Each of a name's addresses gets its share of the time, so that one that is dead leaves some for the next.
        tcp.set_connect_timeout(Some(limit));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(tcp);
        Self {
            shared: Arc::new(Shared { limit, https }),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let shared = self.shared.clone();
        Box::pin(async move {
            let connecting = shared.https.clone().call(uri);
            match timeout(shared.limit, connecting).await {
                Ok(connected) => connected,
                Err(_) => {
                    let limit = shared.limit.as_secs_f32();
                    Err(format!("no connection within {limit} s").into())
                }
            }
        })
    }
}
