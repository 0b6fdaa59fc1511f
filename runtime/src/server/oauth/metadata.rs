//! What a client has to know to get a token: the metadata of a protected resource (RFC 9728).

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use serde::Serialize;

use super::uri::Identifier;

/// Where it is, before the path of the resource (RFC 9728 §3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata as it is served.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    document: Bytes,
    /// Its path for this resource.
    path: String,
    /// Its URI, as callers reach it.
    uri: String,
}

/// RFC 9728 §2.
#[derive(Serialize)]
struct Document<'a> {
    resource: &'a str,
    authorization_servers: [&'a str; 1],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes_supported: &'a [String],
    bearer_methods_supported: [&'a str; 1],
}

impl Metadata {
    pub(super) fn new(resource: &Identifier, issuer: &Identifier, scopes: &[String]) -> Self {
        let document = Document {
            resource: resource.as_str(),
            authorization_servers: [issuer.as_str()],
            scopes_supported: scopes,
            bearer_methods_supported: ["header"],
        };
        let path = format!("{WELL_KNOWN}{}", resource.path());
        Self {
            // Texts and lists of texts can always be written.
            document: serde_json::to_vec(&document).unwrap_or_default().into(),
            uri: format!("{}{path}", resource.origin()),
            path,
        }
    }

    /// The URI that a challenge names (RFC 9728 §5.1).
    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// The answer to a request for it: at the path for the resource, and without the resource's own path, where clients
    /// of MCP look too.
    pub(super) fn answer(&self, method: &Method, path: &str) -> Option<Response> {
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        if !is_read || (path != self.path && path != WELL_KNOWN) {
            return None;
        }
        let mut response = Response::new(Body::from(self.document.clone()));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Some(response)
    }
}
