//! Why an answer could not be given the shape that is declared.

/// Why an upstream's answer could not be given the shape that is declared. It names types and the paths of the capability,
/// and nothing of what the upstream sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// The answer is no JSON.
    NotJson,
    /// The answer is compressed or otherwise encoded.
    Encoded,
    /// What is made of the answer would be too long to be held; in bytes.
    TooLong {
        /// The limit that it passed.
        limit: usize,
    },
    /// A value is of another type than the capability declares.
    Mismatch {
        /// Where it stands, as a JSONPath with the positions of this answer.
        path: String,
        /// What is declared.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
}

impl ShapeError {
    /// The same, seen from farther up: `prefix` leads to where its path starts.
    pub(super) fn under(mut self, prefix: &str) -> Self {
        if let Self::Mismatch { path, .. } = &mut self {
            path.insert_str(0, prefix);
        }
        self
    }
}

impl std::fmt::Display for ShapeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJson => formatter.write_str("it is not JSON"),
            Self::Encoded => formatter.write_str("its body has a `Content-Encoding`"),
            Self::TooLong { limit } => {
                write!(
                    formatter,
                    "what is declared of it is longer than {limit} bytes"
                )
            }
            Self::Mismatch {
                path,
                expected,
                found,
            } => write!(formatter, "`{path}` must be {expected}, and is {found}"),
        }
    }
}

impl std::error::Error for ShapeError {}
