//! The parameters of a consumed operation, and the path they stand in.

use super::names::{self, Match, UniqueNames, snake_case};
use super::parameter::{Declared, declared, is_dropped, kind, place};
use super::{Context, path};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{Credential, Parameter, ParameterPlace, PathPart};
use crate::source::Span;
use crate::syntax::{Constant, InputParameter, Text};

/// The parameters of an operation, and the path they stand in.
pub(super) struct LoweredParameters {
    pub(super) parameters: Vec<Parameter>,
    /// The constant that each parameter has by its declaration, in the same order.
    pub(super) values: Vec<Option<Constant>>,
    /// The names of parameters that the file declares and that are not sent.
    pub(super) dropped: Vec<String>,
    pub(super) path: Vec<PathPart>,
    /// The query that every request carries, encoded; empty where there is none.
    pub(super) fixed_query: String,
}

/// Lowers the parameters that are declared on the API, the resource and the operation (`levels`), and the
/// variables of the `template`, which need no declaration.
pub(super) fn lower(
    levels: &[&[InputParameter]],
    template: &Text,
    credential: &Credential,
    method: &str,
    context: &mut Context<'_>,
) -> LoweredParameters {
    for level in levels {
        check_duplicates(level, context);
    }
    let declared = merge(levels);
    let mut builder = Builder {
        parameters: Vec::new(),
        values: Vec::new(),
        fields: UniqueNames::default(),
        dropped: Vec::new(),
        declared: &declared,
        context,
    };
    let (path, query) = template
        .value
        .split_once('?')
        .unwrap_or((&template.value, ""));
    let path = builder.lower_path(path, template.span);
    let fixed_query = builder.lower_query(query, template.span);
    builder.add_declared(credential, method);
    let Builder {
        parameters,
        values,
        dropped,
        ..
    } = builder;
    LoweredParameters {
        parameters,
        values,
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
    // The names of headers have no case.
    let name = |parameter: &InputParameter| match place(parameter).as_deref() {
        Some("header") => parameter.name.value.to_ascii_lowercase(),
        _ => parameter.name.value.clone(),
    };
    name(first) == name(second) && place(first) == place(second)
}

/// Parameters of several levels: the more specific declaration wins.
pub(super) fn merge<'a>(levels: &[&'a [InputParameter]]) -> Vec<&'a InputParameter> {
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
    values: Vec<Option<Constant>>,
    fields: UniqueNames,
    dropped: Vec<String>,
    declared: &'b [&'b InputParameter],
    context: &'b mut Context<'a>,
}

impl<'b> Builder<'b, '_> {
    /// The path up to its query: literal text, and a parameter for each variable.
    fn lower_path(&mut self, path: &str, span: Span) -> Vec<PathPart> {
        let text = Text {
            value: path.to_owned(),
            span,
        };
        if let Some(segment) = path
            .split('/')
            .find(|segment| path::is_dot_segment(segment))
        {
            self.context.push(
                Finding::new(
                    &catalogue::INVALID_PATH,
                    format!("the path has the segment `{segment}`"),
                )
                .at(
                    span,
                    "a request would address another resource than is written here",
                )
                .help("write the path that is meant, without `.` and `..`"),
            );
        }
        let parts = path::parse(&text, self.context.report).unwrap_or_default();
        let mut lowered = Vec::new();
        for part in parts {
            lowered.push(match part {
                path::Part::Literal(text) => PathPart::Literal(path::encode_literal(&text)),
                path::Part::Variable(name) => PathPart::Parameter(self.path_variable(name)),
            });
        }
        lowered
    }

    fn path_variable(&mut self, name: String) -> usize {
        let known = |known: &Parameter| known.name == name && known.place == ParameterPlace::Path;
        if let Some(index) = self.parameters.iter().position(known) {
            return index;
        }
        let declaration = self.declaration(&name, &["path"]);
        self.push(name.clone(), name, ParameterPlace::Path, declaration, true)
    }

    /// The declaration of a variable of the template: of its exact or folded name, in one of these places or
    /// in none.
    fn declaration(&self, name: &str, places: &[&str]) -> Option<&'b InputParameter> {
        let fits = |parameter: &&&InputParameter| {
            parameter
                .place
                .as_ref()
                .is_none_or(|place| places.contains(&place.as_str()))
        };
        let candidates: Vec<&&'b InputParameter> = self.declared.iter().filter(fits).collect();
        match names::find(
            name,
            candidates.iter().map(|parameter| parameter.name.as_str()),
        ) {
            Match::One(index) => candidates.get(index).map(|parameter| **parameter),
            Match::None | Match::Several(_) => None,
        }
    }

    /// A query in the path: a pair without a variable goes with every request, a variable is the value of a
    /// query parameter.
    fn lower_query(&mut self, query: &str, span: Span) -> String {
        let mut fixed: Vec<String> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let text = Text {
                value: pair.to_owned(),
                span,
            };
            let parts = path::parse(&text, self.context.report).unwrap_or_default();
            match parts.as_slice() {
                [] => {}
                [path::Part::Literal(text)] => fixed.push(path::encode_query(text)),
                [path::Part::Literal(text), path::Part::Variable(name)] if is_key(text) => {
                    let wire = text.trim_end_matches('=').to_owned();
                    let declaration = self.declaration(name, &["path", "query"]);
                    let required = declaration.is_none_or(|it| {
                        it.place.as_ref().is_none_or(|place| place.value == "path")
                            || it.required == Some(true)
                    });
                    self.push(
                        name.clone(),
                        wire,
                        ParameterPlace::Query,
                        declaration,
                        required,
                    );
                }
                _ => self.context.push(
                    Finding::new(
                        &catalogue::INVALID_PATH,
                        "a variable in a query must be a whole value",
                    )
                    .at(span, format!("`{pair}` is more than a name and a variable"))
                    .help("write `?name={variable}`, or declare a parameter `in: query`"),
                ),
            }
        }
        fixed.join("&")
    }

    fn add_declared(&mut self, credential: &Credential, method: &str) {
        let template: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect();
        let is_in_template = |name: &str| {
            !matches!(
                names::find(name, template.iter().map(String::as_str)),
                Match::None
            )
        };
        let in_query: Vec<String> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.place == ParameterPlace::Query)
            .map(|parameter| parameter.name.clone())
            .collect();
        let in_body = |parameter: &&&InputParameter| {
            parameter
                .place
                .as_ref()
                .is_some_and(|place| place.value == "body")
        };
        let bodies = self.declared.iter().filter(in_body).count();
        for parameter in self.declared {
            let name = &parameter.name.value;
            let Some(written) = &parameter.place else {
                if !is_in_template(name) {
                    self.report_placeless(parameter);
                }
                continue;
            };
            let Some(mut target) = place(written, self.context) else {
                continue;
            };
            match target {
                ParameterPlace::Path if is_in_template(name) => continue,
                ParameterPlace::Path => {
                    self.report_not_in_path(parameter);
                    continue;
                }
                ParameterPlace::Query if in_query.contains(name) => continue,
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
            if is_dropped(parameter, target, credential, self.context) {
                self.dropped.push(name.clone());
                continue;
            }
            let required = parameter.required.unwrap_or(false);
            self.push(
                name.clone(),
                name.clone(),
                target,
                Some(parameter),
                required,
            );
        }
    }

    fn push(
        &mut self,
        name: String,
        wire: String,
        place: ParameterPlace,
        declaration: Option<&InputParameter>,
        required: bool,
    ) -> usize {
        let declared = match declaration {
            Some(parameter) => {
                declared(parameter.kind.as_ref(), self.context).unwrap_or(Declared::String)
            }
            None => Declared::String,
        };
        let description = declaration.and_then(|parameter| parameter.description.as_ref());
        self.parameters.push(Parameter {
            field: self.fields.take(snake_case(&name, "parameter")),
            name,
            wire,
            place,
            kind: kind(declared, place),
            required,
            description: description.map_or_else(String::new, |text| text.value.clone()),
        });
        self.values
            .push(declaration.and_then(|parameter| parameter.value.clone()));
        self.parameters.len() - 1
    }

    fn report_not_in_path(&mut self, parameter: &InputParameter) {
        let name = &parameter.name.value;
        self.dropped.push(name.clone());
        self.context.push(
            Finding::new(
                &catalogue::UNUSED_PATH_PARAMETER,
                format!("the path has no variable `{name}`"),
            )
            .at(parameter.name.span, "declared `in: path`, and ignored")
            .help(format!(
                "write `{{{name}}}` in the path, or remove the parameter"
            )),
        );
    }

    fn report_placeless(&mut self, parameter: &InputParameter) {
        self.context.push(
            Finding::new(
                &catalogue::MISSING_KEY,
                format!("the parameter `{}` has no `in`", parameter.name.value),
            )
            .at(parameter.name.span, "where does it go?")
            .help("add `in: query`, or the place that is meant"),
        );
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
}

/// Whether a text is `name=`.
fn is_key(text: &str) -> bool {
    text.strip_suffix('=')
        .is_some_and(|name| !name.is_empty() && !name.contains('='))
}
