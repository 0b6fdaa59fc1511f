//! The HTTP client: connections, their pool, which versions of HTTP are spoken, and the time a request is given.

mod body;
mod connector;
mod deadline;
mod error;
mod http1;
mod http2;
#[cfg(feature = "otlp")]
mod pem;
mod pool;
mod resolver;
pub(super) mod tls;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::connect::Connection as _;
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};

use self::connector::Connector;
use self::error::Unanswered;
use self::http1::Http1;
use self::http2::Http2;
use self::pool::{Keeping, Pool, Server, Taken};
use super::UpstreamOptions;
#[cfg(feature = "otlp")]
use crate::settings::SettingsError;

pub(crate) use body::AnswerBody;
pub(crate) use error::Failure;
pub(super) use error::FailureKind;
#[cfg(feature = "otlp")]
pub(crate) use pem::{PemFile, PemFiles};

/// A client that follows no redirect, asks no proxy, keeps no cookies, and repeats no request that may have reached
/// a server. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    connector: Connector,
    pool: Arc<Pool>,
    call_timeout: Duration,
}

impl Client {
    /// A client that keeps to the limits of `options`. HTTP/2 is spoken where the server chooses it in the TLS
    /// handshake (RFC 9113 §3.2).
    pub(super) fn new(options: &UpstreamOptions, tls: ClientConfig) -> Self {
        Self {
            connector: Connector::new(options.connect_timeout, tls),
            pool: Arc::new(Pool::new(Keeping {
                connections: options.idle_connections,
                time: options.idle_timeout,
            })),
            call_timeout: options.call_timeout,
        }
    }

    /// A client that trusts, and is trusted by, what is in these files.
    ///
    /// # Errors
    /// If they cannot be used.
    #[cfg(feature = "otlp")]
    pub(crate) fn with_identity(
        options: &UpstreamOptions,
        files: &PemFiles,
    ) -> Result<Self, SettingsError> {
        Ok(Self::new(options, files.client_config()?))
    }

    /// When a call that begins now has to be over.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline_of(Instant::now())
    }

    /// When a call that began then has to be over.
    pub(super) fn deadline_of(&self, start: Instant) -> Instant {
        start + self.call_timeout
    }

    /// Sends a request, whose URI is absolute, and reads the answer up to its body. `deadline` is for all of it, the
    /// body included. What is left of the request is an empty one: a future that took it over would hold it twice.
    ///
    /// # Errors
    /// If there is no connection, or it breaks before the head of an answer is there, or `deadline` passes.
    pub(crate) async fn send(
        &self,
        request: &mut Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<Response<AnswerBody>, Failure> {
        let uri = std::mem::take(request.uri_mut());
        let Some(server) = self.pool.server(&uri) else {
            return Err(Failure::unreachable("the URI is not absolute".into()));
        };
        loop {
            let kept = server.take();
            let is_kept = kept.is_some();
            let connection = match kept {
                Some(connection) => connection,
                None => self.connect(&server, &uri, deadline).await?,
            };
            let answered = match connection {
                Taken::Http1(connection) => {
                    *request.uri_mut() = origin_form(&uri);
                    let host = request.headers_mut().entry(HOST);
                    host.or_insert_with(|| server.host().clone());
                    let sending = connection.exchange(std::mem::take(request), deadline);
                    sending.await.map(|(answer, connection)| {
                        answer.map(|incoming| {
                            AnswerBody::over_http1(incoming, connection, server.clone())
                        })
                    })
                }
                Taken::Http2(connection) => {
                    *request.uri_mut() = uri.clone();
                    let sending = connection.exchange(std::mem::take(request), deadline);
                    sending.await.map(|(answer, deadline)| {
                        answer.map(|incoming| AnswerBody::over_http2(incoming, deadline))
                    })
                }
            };
            *request = match answered {
                Ok(answer) => return Ok(answer),
                // Its server ended the connection while it was unused.
                Err(Unanswered::NotSent(unsent, _)) if is_kept => *unsent,
                Err(Unanswered::NotSent(_, error)) => return Err(Failure::unanswered(error)),
                Err(Unanswered::Failed(failure)) => return Err(failure),
            };
        }
    }

    async fn connect(
        &self,
        server: &Arc<Server>,
        uri: &Uri,
        deadline: Instant,
    ) -> Result<Taken, Failure> {
        let connecting = async {
            let stream = self
                .connector
                .connect(uri.clone())
                .await
                .map_err(Failure::unreachable)?;
            if stream.connected().is_negotiated_h2() {
                // On the heap by itself: most connections are of HTTP/1.1, and it is the largest part of making one.
                let beginning = Box::pin(Http2::begin(stream));
                let connection = beginning.await.map_err(Failure::unanswered)?;
                server.share(&connection);
                return Ok(Taken::Http2(connection));
            }
            let connection = Http1::begin(stream).await.map_err(Failure::unanswered)?;
            Ok(Taken::Http1(connection))
        };
        // On the heap: a request that finds a connection would carry its size along.
        let connecting = timeout_at(deadline, Box::pin(connecting));
        connecting.await.unwrap_or(Err(Failure::timed_out()))
    }
}

/// RFC 9112 §3.2.1.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query()
        .map_or_else(Uri::default, |target| Uri::from(target.clone()))
}
