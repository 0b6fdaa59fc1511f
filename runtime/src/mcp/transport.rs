//! How a message came.

use http::HeaderMap;

use super::headers::PROTOCOL_VERSION;
use crate::server::{Field, field};

/// The way of a message to the server, and what it says beside the message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transport<'a> {
    /// A POST with these headers.
    Http(&'a HeaderMap),
    /// A line of standard input, which says nothing more.
    Stdio,
}

impl<'a> Transport<'a> {
    /// The revision that is named beside the message.
    pub(super) fn protocol_version(self) -> Field<'a> {
        match self {
            Self::Http(headers) => field(headers, &PROTOCOL_VERSION),
            Self::Stdio => Field::Absent,
        }
    }
}
