//! Passes every request on to one upstream with a credential, and its answer back: no limits, no checks, no log.
//!
//!     minimal-proxy PORT UPSTREAM_PORT

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Upstream {
    client: Client<HttpConnector, Body>,
    port: u16,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut port = || -> Result<u16, Box<dyn std::error::Error>> {
        Ok(arguments
            .next()
            .ok_or("usage: minimal-proxy PORT UPSTREAM_PORT")?
            .parse()?)
    };
    let (own, upstream) = (port()?, port()?);
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let upstream = Upstream {
            client: Client::builder(TokioExecutor::new()).build(connector),
            port: upstream,
        };
        let app = Router::new().fallback(pass_on).with_state(upstream);
        let listener = TcpListener::bind(("127.0.0.1", own)).await?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, app).await?;
        Ok(())
    })
}

async fn pass_on(State(upstream): State<Upstream>, mut request: Request) -> Response {
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let Ok(uri) = Uri::try_from(format!("http://127.0.0.1:{}/api{target}", upstream.port)) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.remove(HOST);
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer bench"));
    match upstream.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
