//! A client that sees every byte of an answer.

use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::gateway::BOUND;

/// What came back, to the last byte.
#[derive(Debug)]
pub(crate) struct Answer(pub(crate) String);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        let status = self.0.split(' ').nth(1);
        status
            .and_then(|status| status.parse().ok())
            .unwrap_or_else(|| panic!("no answer: {:?}", self.0))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.0.split_once("\r\n\r\n")?;
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let (_, body) = self.0.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}

/// A request on a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    head: String,
    body: String,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let head =
            format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
        let body = String::new();
        Self { head, body }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A call of an MCP method, as in the revisions without a handshake in each request.
    pub(crate) fn mcp(method: &str, params: serde_json::Value) -> Self {
        let message =
            serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        Self::new("POST", "/mcp")
            .header("accept", "application/json, text/event-stream")
            .json(&message.to_string())
    }

    pub(crate) fn tool(name: &str, arguments: serde_json::Value) -> Self {
        let params = serde_json::json!({"name": name, "arguments": arguments});
        Self::mcp("tools/call", params)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn json(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        let length = body.len().to_string();
        self.header("content-type", "application/json")
            .header("content-length", &length)
    }

    pub(crate) async fn send(&self, address: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{}\r\n{}", self.head, self.body);
        stream.write_all(request.as_bytes()).await.unwrap();
        rest_of(stream).await
    }
}

/// All that comes until the other side closes the connection.
pub(crate) async fn rest_of(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let read = timeout(BOUND, stream.read_to_end(&mut bytes)).await;
    match read.expect("the connection stays open") {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => Answer(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Waits until nobody accepts connections at the address.
pub(crate) async fn refused(address: SocketAddr) {
    let polling = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(BOUND, polling).await.expect("it is served on");
}
