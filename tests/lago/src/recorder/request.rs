//! Requests as they are on the wire.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A request as it arrived. Bytes which are no UTF-8 show as U+FFFD, except in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// Path and query just as they were sent: nothing decoded, nothing normalised.
    pub target: String,
    /// The headers in order, names in the case they were sent in.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Recorded {
    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        Some(&header.1)
    }

    /// Whether a header has a word among its values, which are separated by commas.
    fn says(&self, name: &str, word: &str) -> bool {
        self.headers
            .iter()
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(','))
            .any(|said| said.trim().eq_ignore_ascii_case(word))
    }
}

/// A request, and whether its client wants to send another one after it.
pub(super) struct Arrived {
    pub(super) request: Recorded,
    pub(super) keep_alive: bool,
}

/// Reads the next request; there is none when the client has closed the connection.
pub(super) async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Arrived>> {
    let Some(line) = line(stream).await? else {
        return Ok(None);
    };
    let mut words = line.splitn(2, ' ');
    let (method, rest) = (words.next(), words.next());
    let (Some(method), Some((target, version))) =
        (method, rest.and_then(|rest| rest.rsplit_once(' ')))
    else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut request = Recorded {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers(stream).await?,
        body: Vec::new(),
    };
    if request.says("expect", "100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    if request.says("transfer-encoding", "chunked") {
        request.body = chunks(stream).await?;
    } else if let Some(length) = request.header("content-length") {
        let length = length.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        take(stream, length, &mut request.body).await?;
    }
    let keep_alive = match version {
        "HTTP/1.1" => !request.says("connection", "close"),
        _ => request.says("connection", "keep-alive"),
    };
    Ok(Some(Arrived {
        request,
        keep_alive,
    }))
}

async fn headers(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = line(stream).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or(io::ErrorKind::InvalidData)?;
        let value = value.trim_matches([' ', '\t']);
        headers.push((name.to_owned(), value.to_owned()));
    }
}

async fn chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = line(stream).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        if size == 0 {
            // What is left are trailers, which end as headers do.
            headers(stream).await?;
            return Ok(body);
        }
        take(stream, size, &mut body).await?;
        self::line(stream).await?;
    }
}

/// Reads so many bytes, setting aside memory only for those which arrive.
async fn take(
    stream: &mut BufReader<TcpStream>,
    length: u64,
    body: &mut Vec<u8>,
) -> io::Result<()> {
    let read = stream.take(length).read_to_end(body).await?;
    if read as u64 == length {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Reads a line, without what ends it; there is none at the end of the stream.
async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await?;
    match line.strip_suffix(b"\n") {
        Some(line) => {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            Ok(Some(String::from_utf8_lossy(line).into_owned()))
        }
        None if line.is_empty() => Ok(None),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
