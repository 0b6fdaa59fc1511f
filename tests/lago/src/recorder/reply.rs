//! What the recorder answers, and how it goes about it.

use axum::http::StatusCode;

/// How many bytes are promised beyond those which are sent, where an answer breaks off.
const MISSING: usize = 64;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers in order, sent as they are. The recorder adds what frames the body, unless it is here.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What happens instead of, or after, sending all that.
    pub behaviour: Behaviour,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should be; the connection stays open for the next request.
    #[default]
    Normal,
    /// The connection is closed, and nothing is sent.
    CloseBeforeAnswer,
    /// Nothing is sent, and the connection stays open until the client or the recorder goes away.
    NeverAnswer,
    /// `content-length` promises more than the body; the connection is closed after the body.
    CutOff,
    /// The body is sent as a chunk; the connection is closed in the middle of the next one.
    CutOffChunked,
    /// The body alone is sent, with nothing of HTTP around it, and the connection is closed.
    Garbage,
    /// Status and headers are sent, but no body; the connection stays open as for [`Behaviour::NeverAnswer`].
    HangAfterHeaders,
}

impl Default for Reply {
    fn default() -> Reply {
        Reply::json(200, "{}")
    }
}

impl Reply {
    /// A JSON text.
    pub fn json(status: u16, body: &str) -> Reply {
        Reply {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
            behaviour: Behaviour::Normal,
        }
    }

    /// Any bytes, with no headers but those which frame them.
    pub fn bytes(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: body.into(),
            behaviour: Behaviour::Normal,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Behaves in this way.
    pub fn behaving(mut self, behaviour: Behaviour) -> Reply {
        self.behaviour = behaviour;
        self
    }

    /// Whether the headers say that the connection ends with this answer.
    pub(super) fn closes(&self) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(name, value)| {
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
        })
    }

    /// All bytes to be sent. An answer to HEAD promises its body, but does not have it.
    pub(super) fn encode(&self, to_head: bool) -> Vec<u8> {
        let length = self.body.len();
        match self.behaviour {
            Behaviour::CloseBeforeAnswer | Behaviour::NeverAnswer => Vec::new(),
            Behaviour::Garbage => self.body.clone(),
            Behaviour::HangAfterHeaders => self.head(Some(&content_length(length.max(1)))),
            Behaviour::CutOff => {
                let mut bytes = self.head(Some(&content_length(length + MISSING)));
                bytes.extend(&self.body);
                bytes
            }
            Behaviour::CutOffChunked => {
                let mut bytes = self.head(Some("transfer-encoding: chunked\r\n"));
                if length > 0 {
                    bytes.extend(format!("{length:x}\r\n").bytes());
                    bytes.extend(&self.body);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(format!("{MISSING:x}\r\n").bytes());
                bytes
            }
            Behaviour::Normal if self.has_no_body() => self.head(None),
            Behaviour::Normal => {
                let mut bytes = self.head(Some(&content_length(length)));
                if !to_head {
                    bytes.extend(&self.body);
                }
                bytes
            }
        }
    }

    fn head(&self, framing: Option<&str>) -> Vec<u8> {
        let status = StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason());
        let mut head = format!(
            "HTTP/1.1 {} {}\r\n",
            self.status,
            reason.unwrap_or_default()
        );
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.extend(framing.filter(|_| !self.is_framed()));
        head.push_str("\r\n");
        head.into_bytes()
    }

    fn is_framed(&self) -> bool {
        self.headers.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case("content-length")
                || name.eq_ignore_ascii_case("transfer-encoding")
        })
    }

    fn has_no_body(&self) -> bool {
        matches!(self.status, 100..200 | 204 | 304)
    }
}

fn content_length(length: usize) -> String {
    format!("content-length: {length}\r\n")
}
