//! Writing protobuf messages, as far as OTLP asks for it, and reading one field back.
//!
//! Source: protobuf.dev, "Encoding". A field that has its default value is left out, as the language version 3 does.

/// How the value of a field is written.
#[derive(Clone, Copy)]
enum Wire {
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}

/// A message that is being written. Messages within it are written in place.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Appends fields that have been written already.
    pub(super) fn append(&mut self, fields: &[u8]) {
        self.0.extend_from_slice(fields);
    }

    pub(super) fn bytes(&mut self, field: u32, value: &[u8]) {
        if !value.is_empty() {
            self.key(field, Wire::Length);
            self.varint(value.len() as u64);
            self.0.extend_from_slice(value);
        }
    }

    pub(super) fn text(&mut self, field: u32, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    pub(super) fn number(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.key(field, Wire::Varint);
            self.varint(value);
        }
    }

    pub(super) fn fixed64(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.key(field, Wire::Fixed64);
            self.0.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(super) fn fixed32(&mut self, field: u32, value: u32) {
        if value != 0 {
            self.key(field, Wire::Fixed32);
            self.0.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// A message within this one, there even where it is empty.
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.key(field, Wire::Length);
        let start = self.0.len();
        write(self);
        // Its length stands before it, and is known now.
        let mut length = Self::default();
        length.varint((self.0.len() - start) as u64);
        self.0.splice(start..start, length.0);
    }

    /// A choice of a message, there even where it has its default value.
    pub(super) fn chosen_text(&mut self, field: u32, value: &str) {
        self.key(field, Wire::Length);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// As [`Writer::chosen_text`].
    pub(super) fn chosen_number(&mut self, field: u32, value: u64) {
        self.key(field, Wire::Varint);
        self.varint(value);
    }

    fn key(&mut self, field: u32, wire: Wire) {
        self.varint((u64::from(field) << 3) | wire as u64);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// The value of a field of a message: what it holds, or where it is a number that number. `None` where the field is not
/// there, or the bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Finds a field of a message.
pub(super) fn find(mut message: &[u8], field: u64) -> Option<Value<'_>> {
    while !message.is_empty() {
        let key = take_varint(&mut message)?;
        let value = match key & 7 {
            0 => Value::Number(take_varint(&mut message)?),
            1 => Value::Bytes(take(&mut message, 8)?),
            2 => {
                let length = take_varint(&mut message)?;
                Value::Bytes(take(&mut message, usize::try_from(length).ok()?)?)
            }
            5 => Value::Bytes(take(&mut message, 4)?),
            _ => return None,
        };
        if key >> 3 == field {
            return Some(value);
        }
    }
    None
}

fn take<'a>(message: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = message.split_at_checked(length)?;
    *message = rest;
    Some(taken)
}

fn take_varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *take(message, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_written_as_the_encoding_says() {
        let mut writer = Writer::default();
        writer.number(1, 150);
        writer.text(2, "testing");
        writer.message(3, |inner| inner.number(1, 150));
        writer.fixed32(4, 1);
        writer.fixed64(16, 2);
        writer.number(5, 0);
        writer.bytes(6, b"");
        writer.chosen_text(7, "");
        writer.chosen_number(8, 0);
        writer.message(9, |_| ());
        // The first three are the examples of the documentation.
        let expected = [
            &[0x08, 0x96, 0x01][..],
            &[0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67],
            &[0x1a, 0x03, 0x08, 0x96, 0x01],
            &[0x25, 1, 0, 0, 0],
            &[0x81, 0x01, 2, 0, 0, 0, 0, 0, 0, 0],
            &[0x3a, 0],
            &[0x40, 0],
            &[0x4a, 0],
        ];
        assert_eq!(writer.into_bytes(), expected.concat());
    }

    #[test]
    fn a_long_message_has_a_long_length() {
        let mut writer = Writer::default();
        writer.message(1, |inner| inner.bytes(2, &[7; 300]));
        let bytes = writer.into_bytes();
        assert_eq!(bytes[..6], [0x0a, 0xaf, 0x02, 0x12, 0xac, 0x02]);
        let Some(Value::Bytes(inner)) = find(&bytes, 1) else {
            panic!("{bytes:?}");
        };
        assert_eq!(find(inner, 2), Some(Value::Bytes(&[7; 300])));
        assert_eq!(find(inner, 3), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 1_u64.., text in "..*", field in 1_u32..1000) {
            let mut writer = Writer::default();
            writer.fixed64(1001, number);
            writer.fixed32(1002, 9);
            writer.number(field, number);
            writer.text(field + 1, &text);
            let bytes = writer.into_bytes();
            prop_assert_eq!(find(&bytes, field.into()), Some(Value::Number(number)));
            prop_assert_eq!(find(&bytes, u64::from(field) + 1), Some(Value::Bytes(text.as_bytes())));
        }

        #[test]
        fn reading_what_is_no_message_ends(bytes: Vec<u8>, field: u64) {
            let _ = find(&bytes, field);
        }
    }
}
