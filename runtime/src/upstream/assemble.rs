//! From a request to what is sent.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};
use http_body_util::Full;

use super::credential::Proof;
use super::{BaseUri, CallError, Credential, Request};
use crate::settings::Secret;

/// How an upstream is reached: what may change while the gateway runs.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) base: BaseUri,
    pub(super) credential: Credential,
    /// What of both no caller may see.
    pub(super) secrets: Vec<Secret>,
}

/// How many headers a request gets beside its own, at most.
const ADDED: usize = 5;

const USER_AGENT_VALUE: HeaderValue =
    HeaderValue::from_static(concat!("gatewright/", env!("CARGO_PKG_VERSION")));

/// The one place that joins the base URI, the path and the credential.
///
/// # Errors
/// If the request's target is not encoded: a defect of the gateway.
pub(super) fn assemble(
    access: &Access,
    request: &Request,
    proof: &Proof,
) -> Result<http::Request<Full<Bytes>>, CallError> {
    let Access {
        base, credential, ..
    } = access;
    let uri = base.join(&request.target, credential.query_pair())?;
    // The client leaves a length of 0 out; servers in front of well-known APIs then answer 411 (RFC 9110 §8.6).
    let lacks_length = request.body.as_ref().is_none_or(Bytes::is_empty)
        && matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    let proven = credential.header_pair(proof, &request.method, &uri);
    let body = request.body.clone().unwrap_or_default();
    let mut upstream = http::Request::new(Full::new(body));
    *upstream.method_mut() = request.method.clone();
    *upstream.uri_mut() = uri;
    let headers = upstream.headers_mut();
    // Room for what is added here, and for the Host. A clone would have none.
    *headers = HeaderMap::with_capacity(request.headers.len() + request.passed.len() + ADDED);
    for (name, value) in &request.headers {
        headers.append(name.clone(), value.clone());
    }
    for (name, value) in &request.passed {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    headers
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("*/*"));
    headers.entry(USER_AGENT).or_insert(USER_AGENT_VALUE);
    if let Some((name, value)) = proven {
        headers.insert(name, value);
    }
    if lacks_length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    }
    Ok(upstream)
}
