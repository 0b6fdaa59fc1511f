//! Passes every GET on to one upstream with a credential, as `minimal-proxy` does, with the client that the gateway uses.
//!
//!     reqwest-proxy PORT UPSTREAM_PORT

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{self, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Upstream {
    client: reqwest::Client,
    port: u16,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut port = || -> Result<u16, Box<dyn std::error::Error>> {
        Ok(arguments
            .next()
            .ok_or("usage: reqwest-proxy PORT UPSTREAM_PORT")?
            .parse()?)
    };
    let (own, upstream) = (port()?, port()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let upstream = Upstream {
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(Duration::from_secs(30))
                .tcp_nodelay(true)
                .no_proxy()
                .build()?,
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

async fn pass_on(State(upstream): State<Upstream>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let url = format!("http://127.0.0.1:{}/api{target}", upstream.port);
    let Ok(url) = reqwest::Url::parse(&url) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut passed = reqwest::Request::new(parts.method, url);
    *passed.headers_mut() = parts.headers;
    passed.headers_mut().remove(HOST);
    passed
        .headers_mut()
        .insert(AUTHORIZATION, HeaderValue::from_static("Bearer bench"));
    match upstream.client.execute(passed).await {
        Ok(response) => http::Response::<reqwest::Body>::from(response).map(Body::new),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
