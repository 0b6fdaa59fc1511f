//! One request and its answer on a connection that stays open.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take. A load that waits for ever would not stop by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to the server that is measured.
pub struct Connection {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Connection {
    pub fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            held: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads the whole answer, of which it returns the status.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request)?;
        self.held.clear();
        loop {
            if let Some(status) = complete(&self.held)? {
                return Ok(status);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut space = [0; 8 * 1024];
        match self.stream.read(&mut space)? {
            0 => Err(broken("the connection was closed")),
            count => {
                self.held.extend_from_slice(&space[..count]);
                Ok(())
            }
        }
    }
}

/// The status of an answer, once all of it is there.
pub fn complete(held: &[u8]) -> io::Result<Option<u16>> {
    let Some(end) = find(held, b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, body) = (&held[..end], &held[end + 4..]);
    let text = std::str::from_utf8(head).map_err(|_| broken("the head is no text"))?;
    let status = text.get(9..12).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| broken("the answer has no status"))?;
    let field = |name: &str| {
        let mut fields = text.lines().filter_map(|line| line.split_once(':'));
        fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then(|| value.trim()))
    };
    let is_complete = if let Some(length) = field("content-length") {
        let length: usize = length.parse().map_err(|_| broken("the length is none"))?;
        body.len() >= length
    } else if field("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        // The answers that are measured hold no such bytes within a chunk.
        body.starts_with(b"0\r\n\r\n") || body.ends_with(b"\r\n0\r\n\r\n")
    } else {
        return Err(broken("the end of the answer cannot be told"));
    };
    Ok(is_complete.then_some(status))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn broken(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}
