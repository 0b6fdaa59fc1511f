//! Putting an answer together of what was found.

use super::error::ShapeError;
use super::json::{Type, cut, is_finite, push_compact, push_whole};
use super::plan::Writer;
use super::table::Form;
use super::values::Values;
use crate::decimal::Decimal;

impl Writer {
    /// Adds the value as JSON.
    pub(super) fn write(&self, values: &Values<'_>, out: &mut String) -> Result<(), ShapeError> {
        match self {
            Self::Constant(json) => out.push_str(json),
            Self::Value { slot, form, path } => {
                let json = values.text(*slot).unwrap_or("null");
                push_value(*form, json, out).map_err(|expected| mismatch(path, expected, json))?;
            }
            Self::Array { slot, path } => match values.text(*slot) {
                None => out.push_str("null"),
                Some(json) => match Type::of(json) {
                    Type::Array => out.push_str(json),
                    Type::Null => out.push_str("null"),
                    _ => return Err(mismatch(path, "an array", json)),
                },
            },
            Self::Object {
                source,
                nullable,
                members,
            } => {
                if let Some((slot, path)) = source {
                    let json = values.text(*slot).unwrap_or("null");
                    match Type::of(json) {
                        Type::Object => {}
                        Type::Null if *nullable => {
                            out.push_str("null");
                            return Ok(());
                        }
                        Type::Null => {}
                        _ => return Err(mismatch(path, "an object", json)),
                    }
                }
                out.push('{');
                for (before, member) in members {
                    out.push_str(before);
                    member.write(values, out)?;
                }
                out.push('}');
            }
        }
        Ok(())
    }
}

const WHOLE: &str = "a whole number";
const HELD: &str = "a number that a double can hold";

fn mismatch(path: &str, expected: &'static str, json: &str) -> ShapeError {
    let found = match Type::of(json) {
        Type::Number if expected == WHOLE => "a number with a fraction",
        Type::Number if expected == HELD => "a larger one",
        other => other.described(),
    };
    ShapeError::Mismatch {
        path: path.to_owned(),
        expected,
        found,
    }
}

/// Adds a value that came as `json`; the error is what was expected of it.
fn push_value(form: Form, json: &str, out: &mut String) -> Result<(), &'static str> {
    match (form, Type::of(json)) {
        (_, Type::Null) => out.push_str("null"),
        (Form::Text(limit), Type::Text) => {
            let inside = json
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            push_text(inside.unwrap_or_default(), limit, out);
        }
        (Form::Text(limit), Type::Number | Type::Boolean) => push_text(json, limit, out),
        (Form::Integer | Form::Number, Type::Number) if !is_finite(json) => return Err(HELD),
        (Form::Integer, Type::Number) if !Decimal::of(json).is_whole() => return Err(WHOLE),
        (Form::Integer | Form::Number, Type::Number) | (Form::Boolean, Type::Boolean) => {
            out.push_str(json);
        }
        (Form::AnyObject, Type::Object) => push_compact(json, out),
        (Form::Text(_), _) => return Err("text, a number or a boolean"),
        (Form::Integer, _) => return Err(WHOLE),
        (Form::Number, _) => return Err("a number"),
        (Form::Boolean, _) => return Err("a boolean"),
        _ => return Err("an object"),
    }
    Ok(())
}

fn push_text(inside: &str, limit: usize, out: &mut String) {
    out.push('"');
    push_whole(cut(inside, limit), out);
    out.push('"');
}
