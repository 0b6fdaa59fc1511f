//! Any request is judged: no panic, never an answer of a defect, and what passes has values of the types the table says.
#![no_main]

use axum::body::Body;
use gatewright_fuzz::{adapters, backend, block_on};
use gatewright_runtime::rest::router;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use libfuzzer_sys::fuzz_target;
use tower::ServiceExt;

fuzz_target!(|input: (&[u8], &[u8], Vec<(u8, &[u8])>, &[u8])| {
    const NAMES: [&str; 8] = [
        "content-type",
        "cookie",
        "x-list",
        "x-number",
        "content-encoding",
        "host",
        "origin",
        "range",
    ];
    let (method, target, headers, body) = input;
    let mut request = Request::new(Body::from(body.to_vec()));
    *request.method_mut() = Method::from_bytes(method).unwrap_or(Method::POST);
    let Ok(uri) = Uri::try_from(target) else {
        return;
    };
    if uri.authority().is_some() {
        return;
    }
    *request.uri_mut() = uri;
    for (name, value) in headers {
        let name = HeaderName::from_static(NAMES[usize::from(name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers_mut().append(name, value);
        }
    }
    block_on(async {
        let Ok(response) = router(&adapters::REST, backend(), Default::default())
            .oneshot(request)
            .await;
        let status = response.status().as_u16();
        // 502: the request passed, and nobody listens where it would go; 503: which the breaker has noticed.
        assert!(status < 500 || matches!(status, 502 | 503), "{status}");
    });
});
