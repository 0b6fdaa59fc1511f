//! Tests over the router: what goes on the wire, in each revision.

mod calls;
mod legacy;
mod modern;
mod stdio;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{McpAdapter, McpOptions, McpTransport, Tool, router};
use crate::capability::Backend;
use crate::capability::Handler;
use crate::inbound::{Input, Inputs, Kind};
use crate::server::{AllowedCallers, BodyLimits, Guard};
use crate::settings::Secret;
use crate::upstream::{CallError, Credential, Request, Upstream, UpstreamOptions};

const BODY_LIMIT: usize = 64 * 1024;
const OPTIONS: McpOptions = McpOptions {
    body: BodyLimits {
        bytes: BODY_LIMIT,
        time: Duration::from_secs(30),
    },
    result_limit: 1024,
    progress_interval: Duration::from_secs(5),
    callers: AllowedCallers::NONE,
};
const MODERN: &str = "2026-07-28";

static ADAPTER: McpAdapter = McpAdapter {
    namespace: "things-mcp",
    transport: McpTransport::Http {
        address: "things-mcp-address",
        port: "things-mcp-port",
    },
    guard: |_| Ok(Guard::none()),
    title: "Things \"quoted\"",
    version: "1.2.3",
    instructions: "Finds things.",
    tools: &[
        &Tool {
            name: "find-thing",
            inputs: &[
                Input::argument("id", Kind::Text).segment(),
                Input::argument("limit", Kind::Integer),
                Input::argument("tags", Kind::List),
            ],
            handler: Handler::new(0, find_thing),
            shape: None,
        },
        &Tool {
            name: "café",
            inputs: &[],
            handler: Handler::new(1, nothing),
            shape: None,
        },
        &Tool {
            name: "defect",
            inputs: &[],
            handler: Handler::new(9, nothing),
            shape: None,
        },
    ],
    tools_list: r#"[{"name":"find-thing","inputSchema":{"type":"object"}},{"name":"café","inputSchema":{"type":"object"}}]"#,
};

static PLAIN: McpAdapter = McpAdapter {
    namespace: "plain",
    transport: McpTransport::Http {
        address: "plain-address",
        port: "plain-port",
    },
    guard: |_| Ok(Guard::none()),
    title: "",
    version: "0",
    instructions: "",
    tools: &[],
    tools_list: "[]",
};

fn find_thing(inputs: &mut Inputs) -> Result<Request, CallError> {
    let id: String = inputs.take(0)?;
    let limit: Option<i64> = inputs.take(1)?;
    let tags: Option<Vec<String>> = inputs.take(2)?;
    Ok(Request::new(Method::GET, "find")
        .literal("/things/")
        .segment("id", &id)
        .query("limit", &limit)
        .query("tag", &tags))
}

fn nothing(_: &mut Inputs) -> Result<Request, CallError> {
    Ok(Request::new(Method::GET, "nothing").literal("/nothing"))
}

/// The upstream: what it answers depends on the thing's id.
async fn thing(Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let of_type = |media_type: &'static str, body: &'static [u8]| {
        ([(CONTENT_TYPE, media_type)], body).into_response()
    };
    match id.as_str() {
        "gone" => (StatusCode::NOT_FOUND, "{\"error\":\"no such thing\"}").into_response(),
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "hang" => std::future::pending().await,
        // Long for a progress that is told every millisecond.
        "late" => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            "late".into_response()
        }
        "large" => "y".repeat(5000).into_response(),
        "flood" => (StatusCode::BAD_REQUEST, "x".repeat(100_000)).into_response(),
        "none" => StatusCode::NO_CONTENT.into_response(),
        "empty" => StatusCode::CREATED.into_response(),
        "moved" => (StatusCode::FOUND, [(LOCATION, "/elsewhere?api_key=canary")]).into_response(),
        "image" => of_type("image/png", b"\x89PNG"),
        "latin" => of_type("text/plain", b"caf\xe9"),
        _ => {
            let text = format!("{{\"id\": \"{id}\", \"query\": {:?}}}\n", query.as_deref());
            ([(CONTENT_TYPE, "application/json")], text).into_response()
        }
    }
}

/// A base URI of this machine where nobody listens.
async fn vacant() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn upstream(base_uri: &str) -> Upstream {
    let key = Credential::query_key("api_key", &Secret::new("canary"));
    Upstream::new("api", base_uri, key, &UpstreamOptions::default()).unwrap()
}

/// An upstream that runs as long as the test.
async fn things() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_uri = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/things/{id}", get(thing));
    tokio::spawn(async move { axum::serve(listener, app).await });
    base_uri
}

/// The adapter over such an upstream.
async fn gateway() -> Router {
    let upstreams: Arc<[Upstream]> = [upstream(&things().await), upstream(&vacant().await)].into();
    router(&ADAPTER, Backend::new(upstreams), OPTIONS)
}

/// The adapter where no upstream is called.
fn alone(adapter: &'static McpAdapter) -> Router {
    router(adapter, Backend::new([]), OPTIONS)
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        assert_eq!(
            self.headers.get(CONTENT_TYPE).map(|value| value.as_bytes()),
            Some(b"application/json".as_slice())
        );
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The status, and the code and message of a JSON-RPC error.
    fn error(&self) -> (u16, i64, String) {
        let json = self.json();
        assert_eq!(json["jsonrpc"], "2.0");
        let code = json["error"]["code"].as_i64();
        (
            self.status.as_u16(),
            code.unwrap_or_else(|| panic!("{json}")),
            json["error"]["message"].as_str().unwrap().to_owned(),
        )
    }

    fn code(&self) -> (u16, i64) {
        let (status, code, _) = self.error();
        (status, code)
    }

    fn result(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let mut json = self.json();
        assert_eq!(json.get("error"), None);
        json["result"].take()
    }
}

async fn send(gateway: &Router, request: http::Request<Body>) -> Answer {
    let response = gateway.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.into()).unwrap(),
    }
}

async fn post(gateway: &Router, headers: &[(&str, &str)], body: impl ToString) -> Answer {
    let mut request = http::Request::post("/mcp").header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(gateway, request.body(Body::from(body.to_string())).unwrap()).await
}

/// A request of the stateless protocol with all it must have.
fn modern_body(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

async fn modern(gateway: &Router, method: &str, params: Value) -> Answer {
    let mut headers = vec![("MCP-Protocol-Version", MODERN), ("Mcp-Method", method)];
    let body = modern_body(method, params);
    if let Some(name) = body["params"]["name"].as_str() {
        headers.push(("Mcp-Name", name));
    }
    post(gateway, &headers, &body).await
}

/// A request of the protocol with `initialize`, without a version header.
async fn legacy(gateway: &Router, method: &str, params: Value) -> Answer {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    post(gateway, &[], body).await
}
