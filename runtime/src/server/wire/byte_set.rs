//! Sets of bytes.

/// A set of bytes. Whether it holds a byte is one look, and not one for each byte of the set: the head of every request is
/// judged byte by byte.
pub(super) struct ByteSet([bool; 256]);

impl ByteSet {
    /// The letters and digits of ASCII, and these.
    pub(super) const fn alphanumeric_and(others: &[u8]) -> Self {
        let mut set = [false; 256];
        let (mut byte, mut rest) = (0, others);
        // Evaluated by the compiler, which would notice an index that is not there.
        #[allow(clippy::indexing_slicing)]
        while byte < set.len() {
            set[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        #[allow(clippy::indexing_slicing)]
        while let [first, others @ ..] = rest {
            set[*first as usize] = true;
            rest = others;
        }
        Self(set)
    }

    pub(super) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|held| *held)
    }

    /// Whether it holds each of these.
    pub(super) fn holds_all(&self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| self.holds(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_it_is_made_of() {
        static SET: ByteSet = ByteSet::alphanumeric_and(b"-~");
        let held: Vec<u8> = (0..=u8::MAX).filter(|byte| SET.holds(*byte)).collect();
        let expected = (0..=u8::MAX)
            .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'~'));
        assert_eq!(held, expected.collect::<Vec<_>>());
        assert!(SET.holds_all(b"a-Z~9") && !SET.holds_all(b"a b"));
    }
}
