//! A line as JSON: an object of time stamp, level, message, fields and target.

use std::fmt;

use tracing::Event;
use tracing::field::{Field, Visit};

use super::line::{Line, stands_for_itself};

/// Writes an event as JSON.
pub(super) fn write(line: &mut Line, time: &[u8], event: &Event<'_>) {
    line.push(br#"{"timestamp":""#);
    line.push(time);
    line.push(br#"","level":""#);
    line.push(event.metadata().level().as_str().as_bytes());
    line.push_byte(b'"');
    event.record(&mut Fields(line));
    line.push(br#","target":""#);
    line.push(event.metadata().target().as_bytes());
    line.push(br#""}"#);
}

struct Fields<'a>(&'a mut Line);

impl Fields<'_> {
    /// Names, like targets, are words of the source that need no escape.
    fn name(&mut self, field: &Field) -> &mut Line {
        self.0.push(br#",""#);
        self.0.push(field.name().as_bytes());
        self.0.push(br#"":"#);
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
            line.json(&value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field).json(&value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.name(field)
            .text(value, b"\"", stands_for_itself, escaped);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let line = self.name(field);
        line.shown(value, b"\"", stands_for_itself, escaped);
    }
}

fn escaped(line: &mut Line, text: &str) {
    line.json(text);
}
