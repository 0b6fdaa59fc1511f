//! The recorder over real sockets: what it remembers, and how it misbehaves.
#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod behaviours;
mod recording;

use lago_stand_in::recorder::Recorder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GET: &str = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

/// Connects and sends these bytes.
async fn send(recorder: &Recorder, bytes: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(recorder.address()).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    stream
}

/// All bytes of the answer, up to the end of the connection.
async fn to_end(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}
