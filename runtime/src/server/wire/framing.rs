//! Following the body of an HTTP/1 request, to know where the next head starts.
//!
//! hyper decodes the body; this only has to find the same end, and refuses what could be read otherwise.

use super::head::{is_text, rest};

/// How long the extensions of a chunk, or all trailers together, may be, in bytes.
const EXTRAS_LIMIT: usize = 4096;
/// The hexadecimal digits of a size that fit any `u64`.
const SIZE_DIGITS: usize = 15;

/// What is left of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked(Chunked),
}

/// Where in a chunked body the next byte belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunked {
    Size {
        digits: usize,
        size: u64,
    },
    Extension {
        length: usize,
        size: u64,
    },
    SizeEnd {
        size: u64,
    },
    Data {
        left: u64,
    },
    DataReturn,
    DataEnd,
    /// A line of trailers; an empty one ends the body.
    Trailer {
        length: usize,
        line: usize,
    },
    TrailerEnd {
        length: usize,
        line: usize,
    },
}

/// A body that is not framed as it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misframed;

impl Framing {
    /// A chunked body from its start.
    pub(super) fn chunked() -> Self {
        Self::Chunked(Chunked::start())
    }

    /// Takes bytes of the body; returns how many of `bytes` are, and whether the body ends there.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(usize, bool), Misframed> {
        match self {
            Self::Length(left) => {
                let taken = clamped(*left, bytes.len());
                *left -= taken as u64;
                Ok((taken, *left == 0))
            }
            Self::Chunked(chunked) => {
                let mut taken = 0;
                while let Some(byte) = bytes.get(taken) {
                    if let Chunked::Data { left } = chunked {
                        let data = clamped(*left, rest(bytes, taken).len());
                        taken += data;
                        *left -= data as u64;
                        if *left == 0 {
                            *chunked = Chunked::DataReturn;
                        }
                        continue;
                    }
                    taken += 1;
                    match chunked.next(*byte)? {
                        Some(next) => *chunked = next,
                        None => return Ok((taken, true)),
                    }
                }
                Ok((taken, false))
            }
        }
    }
}

impl Chunked {
    fn start() -> Self {
        Self::Size { digits: 0, size: 0 }
    }

    /// Where the byte after `byte` belongs; `None` at the end of the body.
    fn next(self, byte: u8) -> Result<Option<Self>, Misframed> {
        let next = match (self, byte) {
            (Self::Size { digits, size }, _)
                if byte.is_ascii_hexdigit() && digits < SIZE_DIGITS =>
            {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                Self::Size {
                    digits: digits + 1,
                    size: size * 16 + u64::from(digit),
                }
            }
            (Self::Size { digits: 1.., size }, b'\r') => Self::SizeEnd { size },
            (Self::Size { digits: 1.., size }, b';') => Self::Extension { length: 0, size },
            (Self::Extension { size, .. }, b'\r') => Self::SizeEnd { size },
            (Self::Extension { length, size }, _) if is_text(&byte) && length < EXTRAS_LIMIT => {
                Self::Extension {
                    length: length + 1,
                    size,
                }
            }
            (Self::SizeEnd { size: 0 }, b'\n') => Self::Trailer { length: 0, line: 0 },
            (Self::SizeEnd { size }, b'\n') => Self::Data { left: size },
            (Self::DataReturn, b'\r') => Self::DataEnd,
            (Self::DataEnd, b'\n') => Self::start(),
            (Self::Trailer { length, line }, b'\r') => Self::TrailerEnd { length, line },
            (Self::Trailer { length, line }, _) if is_text(&byte) && length < EXTRAS_LIMIT => {
                Self::Trailer {
                    length: length + 1,
                    line: line + 1,
                }
            }
            (Self::TrailerEnd { line: 0, .. }, b'\n') => return Ok(None),
            (Self::TrailerEnd { length, .. }, b'\n') => Self::Trailer { length, line: 0 },
            _ => return Err(Misframed),
        };
        Ok(Some(next))
    }
}

/// As many bytes as are left, and as are there.
fn clamped(left: u64, there: usize) -> usize {
    usize::try_from(left).map_or(there, |left| left.min(there))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes of `bytes` the body takes, if it ends; fed byte by byte and as a whole.
    fn end(framing: Framing, bytes: &[u8]) -> Result<Option<usize>, Misframed> {
        let (taken, ended) = framing.clone().read(bytes)?;
        let mut bytewise = framing;
        let mut count = 0;
        for byte in bytes {
            let (taken, ended) = bytewise.read(&[*byte]).unwrap();
            count += taken;
            if ended {
                break;
            }
        }
        assert_eq!(count, taken);
        Ok(ended.then_some(taken))
    }

    #[test]
    fn a_body_ends_where_it_says() {
        assert_eq!(end(Framing::Length(3), b"abcdef"), Ok(Some(3)));
        assert_eq!(end(Framing::Length(3), b"ab"), Ok(None));
        for (body, taken) in [
            (&b"0\r\n\r\nGET"[..], Some(5)),
            (b"1\r\na\r\n00\r\n\r\nGET", Some(12)),
            (
                b"A;x=\"y\"\r\n0123456789\r\n0;z\r\nt: 1\r\nu: 2\r\n\r\nGET",
                Some(40),
            ),
            (b"5\r\n0\r\n\r\n\r\n", None),
            (b"1\r\na\r\n", None),
        ] {
            assert_eq!(end(Framing::chunked(), body), Ok(taken), "{body:?}");
        }
    }

    #[test]
    fn what_could_be_read_otherwise_is_refused() {
        for body in [
            &b"\r\n"[..],
            b"x\r\n",
            b"-1\r\n",
            b"+1\r\n",
            b"0x1\r\n",
            b" 1\r\n",
            b"1 \r\n",
            b"1\n",
            b"1;a\n",
            b"1;\0\r\n",
            b"1\ra",
            b"1\r\nab\r\n",
            b"1\r\na\n",
            b"0\r\n\n",
            b"0\r\nt: 1\n\r\n",
            b"0\r\nt: \0\r\n\r\n",
            b"FFFFFFFFFFFFFFFF1\r\n",
        ] {
            assert_eq!(Framing::chunked().read(body), Err(Misframed), "{body:?}");
        }
        let long = [b"1;".as_slice(), &[b'x'; EXTRAS_LIMIT + 1]].concat();
        assert_eq!(Framing::chunked().read(&long), Err(Misframed));
        let long = [b"0\r\n".as_slice(), &b"a: 1\r\n".repeat(EXTRAS_LIMIT)].concat();
        assert_eq!(Framing::chunked().read(&long), Err(Misframed));
    }
}
