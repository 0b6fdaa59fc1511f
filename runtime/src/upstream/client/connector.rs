//! Making a connection: name resolution, TCP and TLS, within the time that all of it may take.

use std::error::Error;
use std::sync::Arc;
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

/// A connection on which no HTTP has been spoken yet.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Makes connections. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connector {
    limit: Duration,
    https: Arc<HttpsConnector<HttpConnector<Resolver>>>,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connector")
            .field("limit", &self.limit)
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
            limit,
            https: Arc::new(https),
        }
    }

    /// A connection to the server that an absolute URI names.
    ///
    /// # Errors
    /// If there is none, or not in time.
    pub(super) async fn connect(&self, uri: Uri) -> Result<Stream, Box<dyn Error + Send + Sync>> {
        let mut https = HttpsConnector::clone(&self.https);
        match timeout(self.limit, https.call(uri)).await {
            Ok(connected) => connected,
            Err(_) => {
                let limit = self.limit.as_secs_f32();
                Err(format!("no connection within {limit} s").into())
            }
        }
    }
}
