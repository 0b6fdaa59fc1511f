//! What a request says of itself, and HTTP/2 towards upstreams, over TLS.

mod answers;
mod connections;
mod sharing;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, Version};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::assemble::{Access, assemble};
use super::client::tls;
use super::credential::Proof;
use super::{BaseUri, CallError, Credential, Request, Upstream, UpstreamOptions};

/// Of 127.0.0.1, signed by itself, for a hundred years.
const CERTIFICATE: &[u8] = include_bytes!("localhost.pem");
const KEY: &[u8] = include_bytes!("localhost.key.pem");

async fn listener(alpn: &[&str]) -> (TcpListener, TlsAcceptor) {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    (TcpListener::bind("127.0.0.1:0").await.unwrap(), acceptor)
}

/// A server that says which version of HTTP it was asked in, and counts its connections.
async fn server(alpn: &[&str]) -> (String, Arc<AtomicUsize>) {
    let (listener, acceptor) = listener(alpn).await;
    let base_uri = format!("https://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(async |request: http::Request<_>| {
                    let version = format!("{:?}", request.version());
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(version))))
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (base_uri, connections)
}

fn upstream(base_uri: &str) -> Upstream {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap())
        .unwrap();
    let tls = tls::client_config(roots).unwrap();
    let options = UpstreamOptions::default();
    Upstream::with_tls("api", base_uri, Credential::none(), &options, tls).unwrap()
}

async fn version(upstream: &Upstream) -> String {
    let request = Request::new(Method::GET, "find").literal("/x");
    upstream.send(request).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_chooses_it() {
    for (alpn, spoken) in [
        (&["h2", "http/1.1"][..], Version::HTTP_2),
        (&["h2"], Version::HTTP_2),
        (&["http/1.1"], Version::HTTP_11),
        (&[], Version::HTTP_11),
    ] {
        let (base_uri, connections) = server(alpn).await;
        let upstream = upstream(&base_uri);
        for _ in 0..3 {
            assert_eq!(version(&upstream).await, format!("{spoken:?}"), "{alpn:?}");
        }
        assert_eq!(connections.load(Ordering::Relaxed), 1, "{alpn:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_not_reached() {
    let (base_uri, _) = server(&["h2"]).await;
    let options = UpstreamOptions::default();
    let upstream = Upstream::new("api", &base_uri, Credential::none(), &options).unwrap();
    let error = upstream.send(Request::new(Method::GET, "find")).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "the upstream `api` could not be reached"
    );
    let statistics = upstream.statistics();
    assert_eq!((statistics.calls.get(), statistics.attempts.get()), (1, 2));
    assert_eq!(
        (statistics.retries.get(), statistics.unreachable.get()),
        (1, 2)
    );
    assert_eq!(upstream.calls_under_way(), 0);
}

#[test]
fn what_is_passed_on_does_not_replace_what_is_declared() {
    let own = HeaderValue::from_static("gateway");
    let names = ["x-request-id", "traceparent"].map(HeaderName::from_static);
    let request = Request::new(Method::GET, "find")
        .header("X-Request-Id", "declared")
        .passing(names.map(|name| (name, &own)));
    let access = Access {
        base: BaseUri::parse("http://a.test").unwrap(),
        credential: Credential::none(),
        secrets: Vec::new(),
    };
    let assembled = assemble(&access, &request, &Proof::Fixed).unwrap();
    assert_eq!(assembled.headers()["x-request-id"], "declared");
    assert_eq!(assembled.headers()["traceparent"], "gateway");
}

#[test]
fn the_method_says_whether_it_is_idempotent_unless_the_capability_does() {
    let is_idempotent = |method| Request::new(method, "find").idempotent;
    assert!(is_idempotent(Method::PUT) && is_idempotent(Method::DELETE));
    assert!(!is_idempotent(Method::POST) && !is_idempotent(Method::PATCH));
    assert!(
        Request::new(Method::POST, "find")
            .idempotent(true)
            .idempotent
    );
}

/// A server of HTTP/2 that refuses the first request of every connection before it reads it, and answers the others.
async fn refusing_server() -> String {
    let (listener, acceptor) = listener(&["h2"]).await;
    let base_uri = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let mut is_first = true;
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            if std::mem::take(&mut is_first) {
                respond.send_reset(h2::Reason::REFUSED_STREAM);
            } else {
                respond.send_response(Response::new(()), true).unwrap();
            }
        }
    });
    base_uri
}

#[tokio::test]
async fn what_an_upstream_did_not_begin_is_repeated_whatever_it_is() {
    let upstream = upstream(&refusing_server().await);
    let request = Request::new(Method::POST, "create").literal("/x");
    assert_eq!(upstream.send(request).await.unwrap().status(), 200);
    let statistics = upstream.statistics();
    assert_eq!((statistics.calls.get(), statistics.attempts.get()), (1, 2));
    assert_eq!(statistics.retries.get(), 1);
}
