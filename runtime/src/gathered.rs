//! The bytes of a body, put together from the pieces they come in.

use bytes::{Bytes, BytesMut};

/// Pieces in one buffer. Kept one by one, pieces of a byte each would take fifty times their size; one that is all there
/// is, as most bodies come, is not copied.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    first: Bytes,
    joined: BytesMut,
}

impl Gathered {
    /// How many bytes there are so far.
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.joined.len()
    }

    /// Appends a piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
        } else {
            self.joined
                .extend_from_slice(&std::mem::take(&mut self.first));
            self.joined.extend_from_slice(&piece);
        }
    }

    /// All bytes.
    pub(crate) fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() {
            self.first
        } else {
            self.joined.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(pieces: &[Bytes]) -> Bytes {
        let mut gathered = Gathered::default();
        for piece in pieces {
            gathered.push(piece.clone());
        }
        assert_eq!(gathered.len(), pieces.iter().map(Bytes::len).sum::<usize>());
        gathered.into_bytes()
    }

    #[test]
    fn one_piece_is_not_copied() {
        let piece = Bytes::from(b"abc".to_vec());
        for pieces in [&[piece.clone()][..], &[Bytes::new(), piece.clone()]] {
            assert_eq!(gathered(pieces).as_ptr(), piece.as_ptr());
        }
    }

    #[test]
    fn pieces_keep_their_order() {
        let pieces = ["a", "", "bc", "d"].map(Bytes::from);
        assert_eq!(gathered(&pieces), "abcd");
        assert_eq!(gathered(&[]), "");
    }
}
