//! As much of an answer's body as is shown of it.

use std::fmt;

use bytes::Bytes;

/// The beginning of a body.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// The whole body, or one byte more of it than may be shown: what stands before that byte then is as it is in the
    /// whole, where a text is cut between characters and the first that are not UTF-8 are replaced.
    pub(crate) bytes: Bytes,
    /// How much of it may be shown, in bytes.
    pub(crate) limit: usize,
    /// How long the whole is.
    pub(crate) length: Length,
}

impl Excerpt {
    /// A body that was read to its end.
    pub(super) fn whole(bytes: Bytes, limit: usize) -> Self {
        Self {
            length: Length::Exactly(bytes.len() as u64),
            bytes,
            limit,
        }
    }

    /// A body that goes on after `limit` bytes.
    pub(super) fn beginning(mut bytes: Bytes, limit: usize, length: Option<u64>) -> Self {
        bytes.truncate(limit.saturating_add(1));
        Self {
            length: length.map_or(Length::MoreThan(limit as u64), Length::Exactly),
            bytes,
            limit,
        }
    }

    /// Whether these are all bytes of the body.
    pub(crate) fn is_whole(&self) -> bool {
        self.length == Length::Exactly(self.bytes.len() as u64)
    }
}

/// How many bytes a body has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// So many: it was read to its end, or its head says so.
    Exactly(u64),
    /// It was not read to its end.
    MoreThan(u64),
}

impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(bytes) => write!(formatter, "{bytes} bytes"),
            Self::MoreThan(bytes) => write!(formatter, "more than {bytes} bytes"),
        }
    }
}
