//! What the end-to-end tests share: a gateway in this process, and a client that sends exactly what it is told.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that panics has failed"
)]

pub mod raw;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use gatewright_runtime::settings::{SettingValues, parse};
use gatewright_runtime::start::bind;
use tokio::sync::watch;

pub use raw::{Connection, Response};

/// The key the gateway is given.
pub const KEY: &str = "test-key";

/// A gateway in this process, on free ports.
pub struct Gateway {
    pub rest: SocketAddr,
    pub mcp: SocketAddr,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    /// Starts a gateway in front of `base_uri`.
    pub async fn start(base_uri: &str) -> Self {
        Self::with(base_uri, &[]).await
    }

    /// Starts a gateway with more flags.
    pub async fn with(base_uri: &str, more: &[&str]) -> Self {
        let flags = [
            "gateway",
            "--lago-customers-base-uri",
            base_uri,
            "--lago-api-key",
            KEY,
            "--lago-customers-rest-port",
            "0",
            "--lago-customers-mcp-port",
            "0",
        ];
        let capability = &gateway::CAPABILITY;
        let flags = parse(capability, flags.iter().chain(more).map(OsString::from)).unwrap();
        let values = SettingValues::read(capability.settings, &flags, &|_| None).unwrap();
        let listeners = bind(capability, &values).await.unwrap();
        let address = |name: &str| {
            listeners
                .iter()
                .find(|listener| listener.adapter() == name)
                .map(|listener| listener.address())
                .unwrap()
        };
        let (rest, mcp) = (
            address("lago-customers-rest"),
            address("lago-customers-mcp"),
        );
        let (stop, stopping) = watch::channel(false);
        for listener in listeners {
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            rest,
            mcp,
            _stop: stop,
        }
    }

    /// One request to the REST adapter.
    pub async fn rest(&self, method: &str, target: &str) -> Response {
        Connection::open(self.rest)
            .await
            .send(method, target, &[], b"")
            .await
    }

    /// One request with a JSON body to the REST adapter.
    pub async fn rest_json(&self, method: &str, target: &str, body: &str) -> Response {
        let headers = [("content-type", "application/json")];
        Connection::open(self.rest)
            .await
            .send(method, target, &headers, body.as_bytes())
            .await
    }

    /// Calls a tool; returns its text and whether it is an error.
    pub async fn tool(&self, name: &str, arguments: serde_json::Value) -> (String, bool) {
        let mut connection = Connection::open(self.mcp).await;
        call_tool(&mut connection, name, arguments).await
    }
}

/// Calls a tool over an open connection to the MCP adapter.
pub async fn call_tool(
    connection: &mut Connection,
    name: &str,
    arguments: serde_json::Value,
) -> (String, bool) {
    let message = serde_json::json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments},
    });
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let response = connection
        .send("POST", "/mcp", &headers, message.to_string().as_bytes())
        .await;
    assert_eq!(response.status, 200, "{}", response.text());
    let answer = response.json();
    let result = answer
        .get("result")
        .unwrap_or_else(|| panic!("no result in {answer}"));
    let text = result
        .pointer("/content/0/text")
        .and_then(|text| text.as_str())
        .unwrap();
    (
        text.to_owned(),
        result.get("isError").is_some_and(|flag| flag == true),
    )
}

/// Percent-encodes every byte that is not unreserved, as a careful caller does.
pub fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Decodes percent-encoding, independently of the gateway's own code.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            decoded.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            decoded.push(byte);
        }
    }
    decoded
}
