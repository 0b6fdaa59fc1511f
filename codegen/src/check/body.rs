//! `body` of a consumed operation: a template whose holes are parameters of the operation (LANGUAGE.md §3).

use super::body_template::{Form, Language, Template};
use super::json_template::{self, HoleUse};
use super::names::{self, Match};
use super::operation_parameters::{Builder, OwnValue};
use super::{forms, sparql, template};
use crate::model::{BodyTemplate, Escape, Kind, ParameterPlace, TextPiece};
use crate::source::Span;

/// Replaces the names by the parameters that fill the holes; those that are not declared are added.
pub(super) fn resolve(written: Template, builder: &mut Builder<'_, '_>) -> Option<BodyTemplate> {
    let span = written.span;
    match written.form {
        Form::Json(json) => json_template::fill(json, &mut |name, hole_use| {
            parameter(name, hole_use, span, builder)
        })
        .map(BodyTemplate::Json),
        Form::Text(language, pieces) => {
            let mut state = sparql::State::default();
            let pieces: Option<Vec<_>> = (0..pieces.len())
                .filter_map(|position| pieces.get(position..))
                .map(|rest| match rest.first()? {
                    TextPiece::Literal(text) => {
                        state.read(rest);
                        Some(TextPiece::Literal(text.clone()))
                    }
                    TextPiece::Hole(name) => {
                        let index = parameter(name, HoleUse::Part, span, builder)?;
                        let escape = match language {
                            Language::Plain => Escape::None,
                            Language::Xml => Escape::Xml,
                            Language::Sparql => escape_in_sparql(&state, index, span, builder)?,
                        };
                        Some(TextPiece::Hole((index, escape)))
                    }
                })
                .collect();
            Some(BodyTemplate::Text {
                media_type: language.media_type(),
                pieces: pieces?,
            })
        }
        Form::Fields { multipart, fields } => {
            let fields: Option<Vec<_>> = fields
                .into_iter()
                .map(|(name, pieces)| {
                    let is_part = multipart && matches!(pieces.as_slice(), [TextPiece::Hole(_)]);
                    let pieces = template::fill(pieces, &mut |name| match is_part {
                        true => filling(name, HoleUse::Part, span, builder),
                        false => parameter(name, HoleUse::Part, span, builder),
                    })?;
                    Some((name, pieces))
                })
                .collect();
            Some(BodyTemplate::Form {
                multipart,
                fields: fields?,
            })
        }
    }
}

/// The index of the parameter that fills a hole of text or JSON, which a file cannot.
fn parameter(
    name: &str,
    hole_use: HoleUse,
    span: Span,
    builder: &mut Builder<'_, '_>,
) -> Option<usize> {
    let index = filling(name, hole_use, span, builder)?;
    let is_file = builder.parameters.get(index)?.kind == Kind::File;
    if is_file {
        forms::report_file(name, span, ParameterPlace::Template, builder.context);
        return None;
    }
    Some(index)
}

/// The index of the parameter that fills a hole: a declared one, a variable, or one that is added.
fn filling(
    name: &str,
    hole_use: HoleUse,
    span: Span,
    builder: &mut Builder<'_, '_>,
) -> Option<usize> {
    let known = builder.parameters.iter().map(|known| known.name.as_str());
    match names::find(name, known) {
        Match::One(index) => return Some(index),
        Match::Several(several) => {
            let names: Vec<String> = several
                .iter()
                .filter_map(|index| builder.parameters.get(*index))
                .map(|parameter| parameter.name.clone())
                .collect();
            let names = names.iter().map(String::as_str);
            super::binding::report_clash(name, span, names, builder.context);
            return None;
        }
        Match::None => {}
    }
    if builder.context.variables.means_variable(name) {
        let by = format!("the operation `{}`", builder.operation.name.value);
        let variable = builder.context.filling_variable(name, span, &by);
        let value = Some(OwnValue::Variable(variable));
        return Some(builder.push_undeclared(name, Kind::Text, value));
    }
    let kind = match hole_use {
        HoleUse::Whole => Kind::Json,
        HoleUse::Part => Kind::Text,
    };
    Some(builder.push_undeclared(name, kind, None))
}

/// A value may stand where it cannot end what it stands in: within quotes or `<…>`; a number anywhere.
fn escape_in_sparql(
    state: &sparql::State,
    index: usize,
    span: Span,
    builder: &mut Builder<'_, '_>,
) -> Option<Escape> {
    let parameter = builder.parameters.get(index)?;
    let is_plain = matches!(parameter.kind, Kind::Integer | Kind::Number | Kind::Boolean);
    match state.place() {
        sparql::Place::String => Some(Escape::SparqlString),
        sparql::Place::Iri => Some(Escape::SparqlIri),
        sparql::Place::Comment | sparql::Place::Query if is_plain => Some(Escape::None),
        sparql::Place::Comment | sparql::Place::Query => {
            let name = parameter.name.clone();
            let reason =
                format!("`{name}` is text, and stands neither within quotes nor within `<…>`");
            super::body_template::report(span, &reason, builder.context);
            None
        }
    }
}
