//! The parameters of a consumed operation, and the path they stand in.

use super::names::{self, Match, UniqueNames, snake_case};
use super::parameter::{Declared, declared, is_dropped_header, kind, place};
use super::{Context, path};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{Parameter, ParameterPlace, PathPart};
use crate::source::Span;
use crate::syntax::{InputParameter, Text};

/// The parameters of an operation, and the path they stand in.
pub(super) struct LoweredParameters {
    pub(super) parameters: Vec<Parameter>,
    /// The names of parameters that the file declares and that are not sent.
    pub(super) dropped: Vec<String>,
    pub(super) path: Vec<PathPart>,
    /// The query that every request carries, encoded; empty where there is none.
    pub(super) fixed_query: String,
}

/// Lowers the parameters that are declared on the API, the resource and the operation (`levels`), and the
/// variables of the path, which need no declaration.
pub(super) fn lower(
    levels: &[&[InputParameter]],
    parts: &[path::Part],
    span: Span,
    authenticated: bool,
    method: &str,
    context: &mut Context<'_>,
) -> LoweredParameters {
    for level in levels {
        check_duplicates(level, context);
    }
    let declared = merge(levels);
    let mut builder = Builder {
        parameters: Vec::new(),
        fields: UniqueNames::default(),
        dropped: Vec::new(),
        context,
    };
    let query_start = builder.add_path_variables(parts, &declared);
    builder.add_declared(&declared, authenticated, method);
    let (path, fixed_query) = builder.lower_path(parts, query_start, span);
    let Builder {
        parameters,
        dropped,
        ..
    } = builder;
    LoweredParameters {
        parameters,
        dropped,
        path,
        fixed_query,
    }
}

/// One name in one place is one parameter; only a more specific level may declare it again.
fn check_duplicates(level: &[InputParameter], context: &mut Context<'_>) {
    for (position, parameter) in level.iter().enumerate() {
        let earlier = level
            .iter()
            .take(position)
            .find(|earlier| is_same(earlier, parameter));
        if let Some(earlier) = earlier {
            context.push(
                Finding::new(
                    &catalogue::DUPLICATE_NAME,
                    format!("the parameter `{}` is declared twice", parameter.name.value),
                )
                .at(parameter.name.span, "declared again here")
                .related(earlier.name.span, "declared first here")
                .help("keep one of them"),
            );
        }
    }
}

fn is_same(first: &InputParameter, second: &InputParameter) -> bool {
    let place =
        |parameter: &InputParameter| parameter.place.as_ref().map(|place| place.value.clone());
    first.name.value == second.name.value && place(first) == place(second)
}

/// The more specific declaration wins.
fn merge<'a>(levels: &[&'a [InputParameter]]) -> Vec<&'a InputParameter> {
    let mut merged: Vec<&InputParameter> = Vec::new();
    for parameter in levels.iter().flat_map(|level| level.iter()) {
        match merged.iter_mut().find(|known| is_same(known, parameter)) {
            Some(known) => *known = parameter,
            None => merged.push(parameter),
        }
    }
    merged
}

struct Builder<'b, 'a> {
    parameters: Vec<Parameter>,
    fields: UniqueNames,
    dropped: Vec<String>,
    context: &'b mut Context<'a>,
}

impl Builder<'_, '_> {
    /// Adds a parameter for each variable of the path. Returns the index of the part the query starts in.
    fn add_path_variables(
        &mut self,
        parts: &[path::Part],
        declared: &[&InputParameter],
    ) -> Option<usize> {
        let query = parts
            .iter()
            .position(|part| matches!(part, path::Part::Literal(text) if text.contains('?')));
        for (index, part) in parts.iter().enumerate() {
            let path::Part::Variable(name) = part else {
                continue;
            };
            let target = if query.is_some_and(|query| index > query) {
                ParameterPlace::Query
            } else {
                ParameterPlace::Path
            };
            if self
                .parameters
                .iter()
                .any(|known| known.name == *name && known.place == target)
            {
                continue;
            }
            let candidates: Vec<&&InputParameter> = declared
                .iter()
                .filter(|parameter| {
                    matches!(
                        parameter.place.as_ref().map(Text::as_str),
                        Some("path") | None
                    )
                })
                .collect();
            let found = match names::find(
                name,
                candidates.iter().map(|parameter| parameter.name.as_str()),
            ) {
                Match::One(index) => candidates.get(index).copied(),
                Match::None | Match::Several(_) => None,
            };
            let (declared_kind, description) = match found {
                Some(parameter) => {
                    let declared = declared_of(parameter, self.context);
                    (
                        declared,
                        parameter
                            .description
                            .as_ref()
                            .map_or_else(String::new, |text| text.value.clone()),
                    )
                }
                None => (Declared::String, String::new()),
            };
            self.push(
                name.clone(),
                target,
                kind(declared_kind, target),
                true,
                description,
            );
        }
        query
    }

    fn add_declared(&mut self, declared: &[&InputParameter], authenticated: bool, method: &str) {
        let in_body = |parameter: &&&InputParameter| {
            parameter
                .place
                .as_ref()
                .is_some_and(|place| place.value == "body")
        };
        let bodies = declared.iter().filter(in_body).count();
        for parameter in declared {
            let Some(written) = &parameter.place else {
                self.check_placeless(parameter);
                continue;
            };
            let Some(mut target) = place(written, self.context) else {
                continue;
            };
            match target {
                ParameterPlace::Path => {
                    self.check_in_path(parameter);
                    continue;
                }
                ParameterPlace::Header
                    if is_dropped_header(parameter, authenticated, self.context) =>
                {
                    self.dropped.push(parameter.name.value.clone());
                    continue;
                }
                ParameterPlace::Body => {
                    if bodies > 1 {
                        target = ParameterPlace::BodyField;
                    }
                    if matches!(method, "GET" | "HEAD") {
                        self.report_body_on_get(parameter, method);
                    }
                }
                _ => {}
            }
            let declared = declared_of(parameter, self.context);
            let description = parameter
                .description
                .as_ref()
                .map_or_else(String::new, |text| text.value.clone());
            let required = parameter.required.unwrap_or(false);
            self.push(
                parameter.name.value.clone(),
                target,
                kind(declared, target),
                required,
                description,
            );
        }
    }

    fn push(
        &mut self,
        name: String,
        place: ParameterPlace,
        kind: crate::model::Kind,
        required: bool,
        description: String,
    ) {
        let field = self.fields.take(snake_case(&name, "parameter"));
        self.parameters.push(Parameter {
            wire: name.clone(),
            name,
            field,
            place,
            kind,
            required,
            description,
        });
    }

    fn is_path_variable(&self, name: &str) -> bool {
        let known = self
            .parameters
            .iter()
            .map(|parameter| parameter.name.as_str());
        !matches!(names::find(name, known), Match::None)
    }

    fn check_in_path(&mut self, parameter: &InputParameter) {
        if !self.is_path_variable(&parameter.name.value) {
            self.dropped.push(parameter.name.value.clone());
            self.context.push(
                Finding::new(
                    &catalogue::UNUSED_PATH_PARAMETER,
                    format!("the path has no variable `{}`", parameter.name.value),
                )
                .at(parameter.name.span, "declared `in: path`, and ignored")
                .help(format!(
                    "write `{{{}}}` in the path, or remove the parameter",
                    parameter.name.value
                )),
            );
        }
    }

    fn check_placeless(&mut self, parameter: &InputParameter) {
        if !self.is_path_variable(&parameter.name.value) {
            self.context.push(
                Finding::new(
                    &catalogue::MISSING_KEY,
                    format!("the parameter `{}` has no `in`", parameter.name.value),
                )
                .at(parameter.name.span, "where does it go?")
                .help("add `in: query`, or the place that is meant"),
            );
        }
    }

    fn report_body_on_get(&mut self, parameter: &InputParameter, method: &str) {
        self.context.push(
            Finding::new(
                &catalogue::BODY_ON_GET,
                format!("a {method} request with a body"),
            )
            .at(
                parameter.name.span,
                "it is sent, and many servers ignore it",
            )
            .help("check the API's documentation; most likely the method is wrong"),
        );
    }

    /// The path up to its `?`, and the fixed query after it. A variable in the query is the value of a
    /// query parameter.
    fn lower_path(
        &mut self,
        parts: &[path::Part],
        query: Option<usize>,
        span: Span,
    ) -> (Vec<PathPart>, String) {
        let mut lowered = Vec::new();
        let mut fixed = String::new();
        for (index, part) in parts.iter().enumerate() {
            let in_query = query.is_some_and(|query| index > query);
            match part {
                path::Part::Literal(text) if !in_query => {
                    let (text, after) = text.split_once('?').unwrap_or((text, ""));
                    if !text.is_empty() {
                        lowered.push(PathPart::Literal(path::encode_literal(text)));
                    }
                    fixed.push_str(after);
                }
                path::Part::Literal(text) => fixed.push_str(text),
                path::Part::Variable(name) => {
                    let found = self
                        .parameters
                        .iter()
                        .position(|parameter| parameter.name == *name);
                    if let (Some(index), false) = (found, in_query) {
                        lowered.push(PathPart::Parameter(index));
                    } else if let Some(parameter) =
                        found.and_then(|index| self.parameters.get_mut(index))
                    {
                        // `?name={variable}`: the name before the `=` is what goes on the wire.
                        let start = fixed.rfind('&').map_or(0, |position| position + 1);
                        match fixed.get(start..).and_then(|pair| pair.strip_suffix('=')) {
                            Some(key) => {
                                parameter.wire = key.to_owned();
                                fixed.truncate(start.saturating_sub(1));
                            }
                            None => self.context.push(
                                Finding::new(
                                    &catalogue::INVALID_PATH,
                                    "a variable in a query must be a whole value",
                                )
                                .at(
                                    span,
                                    format!("`{{{name}}}` does not stand alone after a `=`"),
                                )
                                .help(
                                    "write `?name={variable}`, or declare a parameter `in: query`",
                                ),
                            ),
                        }
                    }
                }
            }
        }
        (lowered, path::encode_query(fixed.trim_matches('&')))
    }
}

fn declared_of(parameter: &InputParameter, context: &mut Context<'_>) -> Declared {
    declared(parameter.kind.as_ref(), context).unwrap_or(Declared::String)
}
