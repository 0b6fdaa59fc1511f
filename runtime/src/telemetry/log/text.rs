//! A line as text: `TIME LEVEL TARGET: MESSAGE NAME=VALUE …`.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use super::line::{Line, stands_for_itself};

/// Writes an event as text.
pub(super) fn write(line: &mut Line, time: &[u8], event: &Event<'_>) {
    line.push(time);
    line.push(padded(*event.metadata().level()));
    line.push(event.metadata().target().as_bytes());
    line.push(b":");
    event.record(&mut Fields(line));
}

/// The name of a level, as wide as that of each other.
fn padded(level: Level) -> &'static [u8] {
    match level {
        Level::ERROR => b" ERROR ",
        Level::WARN => b"  WARN ",
        Level::INFO => b"  INFO ",
        Level::DEBUG => b" DEBUG ",
        Level::TRACE => b" TRACE ",
    }
}

/// The message, and the fields after it.
struct Fields<'a>(&'a mut Line);

impl Fields<'_> {
    fn name(&mut self, field: &Field) -> &mut Line {
        self.0.push_byte(b' ');
        self.0.push(field.name().as_bytes());
        self.0.push_byte(b'=');
        self.0
    }
}

impl Visit for Fields<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.name(field).json(&value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field).json(&value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let line = self.name(field);
        if !line.decimal(value) {
            let _ = write!(line, "{value:?}");
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field).json(&value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if is_message(field) {
            self.0.push_byte(b' ');
            self.0.text(value, b"", is_printable, escaped_message);
        } else {
            let line = self.name(field);
            line.text(value, b"\"", stands_for_itself, escaped);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if is_message(field) {
            self.0.push_byte(b' ');
            self.0.shown(value, b"", is_printable, escaped_message);
        } else {
            self.name(field).shown(value, b"", is_of_a_word, escaped);
        }
    }
}

fn is_message(field: &Field) -> bool {
    field.name() == "message"
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Whether a value needs no quotes for this byte: with none of the others can it be taken for two fields, or for a text.
fn is_of_a_word(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'=' | b'\\')
}

fn escaped(line: &mut Line, text: &str) {
    let _ = write!(line, "{text:?}");
}

/// A message has no quotes around it, so those in it stay as they are.
fn escaped_message(line: &mut Line, text: &str) {
    for character in text.chars() {
        let _ = match character {
            '"' | '\'' | '\\' => line.write_char(character),
            _ => write!(line, "{}", character.escape_debug()),
        };
    }
}
