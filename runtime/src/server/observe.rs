//! What surrounds every request: its id and its log line.

use std::convert::Infallible;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::telemetry;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is taken over from a caller.
const REQUEST_ID_LIMIT: usize = 128;

/// What an adapter tells about a request it answered: an extension of the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed {
    /// The operation or the tool.
    pub(crate) operation: &'static str,
}

/// Serves a request, gives the answer its request id, and logs it.
pub(super) async fn observed<F>(
    adapter: &'static str,
    request: Request,
    serve: impl FnOnce(Request) -> F,
) -> Result<Response, Infallible>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    let start = Instant::now();
    let request_id = request_id(request.headers());
    let method = request.method().clone();
    let mut response: Response<Body> = serve(request).await?;
    let operation = response
        .extensions()
        .get::<Observed>()
        .map_or("-", |observed| observed.operation);
    let upstream_request_id = response
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok());
    tracing::info!(
        target: telemetry::ACCESS,
        adapter,
        operation,
        %method,
        status = response.status().as_u16(),
        duration_ms = start.elapsed().as_micros() as f64 / 1000.0,
        request_id = request_id.to_str().unwrap_or_default(),
        upstream_request_id,
        "answered"
    );
    // An upstream's own id is passed on: it is the one its support asks for.
    response
        .headers_mut()
        .entry(REQUEST_ID)
        .or_insert(request_id);
    Ok(response)
}

/// The caller's request id where it is short and plain, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    match headers.get(REQUEST_ID) {
        Some(id)
            if (1..=REQUEST_ID_LIMIT).contains(&id.len()) && id.as_bytes().iter().all(plain) =>
        {
            id.clone()
        }
        _ => new_request_id(),
    }
}

/// Random per process, counted within it.
fn new_request_id() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!(
        "{:016x}-{:08x}",
        *PROCESS,
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_str(id).unwrap());
        request_id(&headers) == id
    }

    #[test]
    fn keeps_a_plain_id_and_replaces_any_other() {
        assert!(kept("7f3a-Z_9.1"));
        assert!(!kept("") && !kept("a b") && !kept("{\"x\":1}") && !kept(&"x".repeat(129)));
    }

    #[test]
    fn new_ids_differ() {
        assert_ne!(new_request_id(), new_request_id());
    }
}
