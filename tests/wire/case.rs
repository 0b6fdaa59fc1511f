//! A case of the corpus.

/// Where it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adapter {
    Rest,
    Mcp,
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The gateway serves the next request on it.
    Open,
    /// The gateway closes it.
    Closed,
    /// The caller ends it: the case is not complete.
    Broken,
}

/// Bytes, and what comes of them.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) adapter: Adapter,
    pub(crate) bytes: Vec<u8>,
    /// The status of every answer.
    pub(crate) statuses: Vec<u16>,
    /// What the upstream sees, each as method, target and body.
    pub(crate) upstream: &'static [&'static str],
    pub(crate) end: End,
}

impl Case {
    fn new(name: &'static str, bytes: impl AsRef<[u8]>, statuses: &[u16], end: End) -> Self {
        Self {
            name,
            adapter: Adapter::Rest,
            bytes: bytes.as_ref().to_vec(),
            statuses: statuses.to_vec(),
            upstream: &[],
            end,
        }
    }

    /// It could be read in two ways, or not at all: it is refused, and its connection closed.
    pub(crate) fn refused(name: &'static str, bytes: impl AsRef<[u8]>, status: u16) -> Self {
        Self::new(name, bytes, &[status], End::Closed)
    }

    /// It is well-formed, and answered without the upstream.
    pub(crate) fn answered(name: &'static str, bytes: impl AsRef<[u8]>, status: u16) -> Self {
        Self::new(name, bytes, &[status], End::Open)
    }

    /// It is served: this reaches the upstream.
    pub(crate) fn served(
        name: &'static str,
        bytes: impl AsRef<[u8]>,
        upstream: &'static [&'static str],
    ) -> Self {
        let statuses = vec![200; upstream.len()];
        Self {
            upstream,
            ..Self::new(name, bytes, &statuses, End::Open)
        }
    }

    /// It ends too early: whatever is answered, nothing reaches the upstream.
    pub(crate) fn broken(name: &'static str, bytes: impl AsRef<[u8]>, statuses: &[u16]) -> Self {
        Self::new(name, bytes, statuses, End::Broken)
    }

    /// The same, with the statuses of several answers.
    pub(crate) fn with_statuses(mut self, statuses: &[u16]) -> Self {
        self.statuses = statuses.to_vec();
        self
    }

    /// The same, where the connection is closed.
    pub(crate) fn closing(mut self) -> Self {
        self.end = End::Closed;
        self
    }

    /// The same, sent to the MCP adapter.
    pub(crate) fn over_mcp(mut self) -> Self {
        self.adapter = Adapter::Mcp;
        self
    }
}

/// A GET with these header lines.
pub(crate) fn get(headers: impl AsRef<[u8]>) -> Vec<u8> {
    let start = b"GET /v1/customers HTTP/1.1\r\nHost: g\r\n";
    [start, headers.as_ref(), b"\r\n"].concat()
}

/// A POST of JSON with these header lines and this body.
pub(crate) fn post(headers: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Vec<u8> {
    let start = b"POST /v1/customers HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n";
    [start, headers.as_ref(), b"\r\n", body.as_ref()].concat()
}

/// A POST with this body in chunks as they are written.
pub(crate) fn chunked(body: impl AsRef<[u8]>) -> Vec<u8> {
    post("Transfer-Encoding: chunked\r\n", body)
}

/// A request with this request line.
pub(crate) fn line(line: impl AsRef<[u8]>) -> Vec<u8> {
    [line.as_ref(), b"\r\nHost: g\r\n\r\n"].concat()
}
