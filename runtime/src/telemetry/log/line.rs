//! The bytes of a line, and the ways in which a value comes into them. None lets a value end the line or its own place in it.

use std::fmt::{self, Write};

use serde::Serialize;

/// A line that is being written.
pub(super) struct Line(Vec<u8>);

impl Line {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn end(&mut self) {
        self.0.push(b'\n');
    }

    /// Makes it empty. Its memory is kept, unless it is more than `kept` bytes.
    pub(super) fn clear(&mut self, kept: usize) {
        self.0.clear();
        if self.0.capacity() > kept {
            self.0 = Vec::new();
        }
    }

    /// As it is: for what stands in the source, and not for values.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn push_byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// A JSON value.
    pub(super) fn json<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Memory takes all bytes, and a number or a text can always be serialised.
        let _ = serde_json::to_writer(&mut self.0, value);
    }

    /// A number, where it has three decimals at most, as JSON and Rust write it. Says whether it has.
    ///
    /// Milliseconds are such numbers, and so this is what nearly all need. It has 15 digits at most: no other number of so
    /// few is the same `f64`, so it is the shortest that is.
    pub(super) fn decimal(&mut self, number: f64) -> bool {
        let thousandths = (number * 1000.0).round();
        let is_one = (0.0..1e15).contains(&thousandths)
            && thousandths / 1000.0 == number
            && number.is_sign_positive();
        if is_one {
            let thousandths = thousandths as u64;
            self.json(&(thousandths / 1000));
            let digit = |unit: u64| b'0' + (thousandths / unit % 10) as u8;
            self.push(&[b'.', digit(100)]);
            match (digit(10), digit(1)) {
                (b'0', b'0') => {}
                (hundredth, b'0') => self.push_byte(hundredth),
                (hundredth, thousandth) => self.push(&[hundredth, thousandth]),
            }
        }
        is_one
    }

    /// A text between two of `quote` where all its bytes are `plain`, else as `escaped` writes it.
    pub(super) fn text(
        &mut self,
        text: &str,
        quote: &[u8],
        plain: impl Fn(u8) -> bool,
        escaped: fn(&mut Self, &str),
    ) {
        if are_all(text.as_bytes(), plain) {
            self.0.extend_from_slice(quote);
            self.0.extend_from_slice(text.as_bytes());
            self.0.extend_from_slice(quote);
        } else {
            escaped(self, text);
        }
    }

    /// What a value shows of itself, in the same way. Where it shows nothing, that is `escaped` as well.
    pub(super) fn shown(
        &mut self,
        value: &dyn fmt::Debug,
        quote: &[u8],
        plain: impl Fn(u8) -> bool,
        escaped: fn(&mut Self, &str),
    ) {
        let start = self.0.len();
        self.0.extend_from_slice(quote);
        let begin = self.0.len();
        // A value that fails to show itself is cut off where it did.
        let _ = write!(self, "{value:?}");
        let shown = self.0.get(begin..).unwrap_or_default();
        if !shown.is_empty() && are_all(shown, plain) {
            self.0.extend_from_slice(quote);
        } else {
            let shown = self.0.split_off(begin);
            self.0.truncate(start);
            escaped(self, &String::from_utf8_lossy(&shown));
        }
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Whether a byte is the same inside quotes as outside, in text and in JSON.
pub(super) fn stands_for_itself(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// Looks at every byte, also where one has settled it: many are looked at in one step so.
fn are_all(bytes: &[u8], kind: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(true, |all, byte| all & kind(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_a_line_serves_the_next_one_unless_it_is_much() {
        let mut line = Line::new();
        line.push(b"a line");
        let capacity = line.0.capacity();
        line.clear(4096);
        assert_eq!((line.0.len(), line.0.capacity()), (0, capacity));
        line.push(&[b'x'; 4097]);
        line.clear(4096);
        assert_eq!((line.0.len(), line.0.capacity()), (0, 0));
    }
}
