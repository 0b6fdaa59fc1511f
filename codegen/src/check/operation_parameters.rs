//! The parameters of a consumed operation, and the path they stand in.

use super::names::{self, Match, UniqueNames, snake_case};
use super::operation_variables::{ENVIRONMENT, is_environment, report_unused_variable};
use super::parameter::{Declared, check_fits, declared, is_dropped, kind, place};
use super::{Context, body, body_template, forms, secrecy};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{BodyTemplate, Credential, Kind, Parameter, ParameterPlace, PathPart};
use crate::source::Span;
use crate::syntax::{Constant, ConsumedOperation, InputParameter, Text};

/// The parameters of an operation, and the path they stand in.
pub(super) struct LoweredParameters {
    pub(super) parameters: Vec<Parameter>,
    /// The value that each parameter has by its declaration, in the same order.
    pub(super) values: Vec<Option<OwnValue>>,
    /// The names of parameters that the file declares and that are not sent.
    pub(super) dropped: Vec<String>,
    pub(super) path: Vec<PathPart>,
    /// The query that every request carries, encoded; empty where there is none.
    pub(super) fixed_query: String,
    pub(super) body: Option<BodyTemplate>,
}

/// The value that a parameter has by its declaration.
#[derive(Clone, Debug)]
pub(super) enum OwnValue {
    /// A constant or a template.
    Written(Constant),
    /// The variable of this index.
    Variable(usize),
}

/// Lowers the parameters that are declared on the API, the resource and the operation (`levels`), and the
/// variables of the `template`, which need no declaration.
pub(super) fn lower(
    levels: &[&[InputParameter]],
    template: &Text,
    operation: &ConsumedOperation,
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
        operation,
        hole_place: ParameterPlace::Template,
        context,
    };
    let (path, query) = template
        .value
        .split_once('?')
        .unwrap_or((&template.value, ""));
    let path = builder.lower_path(path, template.span);
    let fixed_query = builder.lower_query(query, template.span);
    let written = operation.body.as_ref();
    if let Some(body) = written.filter(|_| matches!(method, "GET" | "HEAD")) {
        builder.report_body_on_get(body.data.span(), method);
    }
    let template = written.and_then(|body| body_template::read(body, builder.context));
    if template
        .as_ref()
        .is_some_and(body_template::Template::is_form)
    {
        builder.hole_place = ParameterPlace::FormTemplate;
    }
    let holes = template.as_ref().map(body_template::Template::names);
    builder.add_declared(credential, method, &holes.unwrap_or_default());
    let body = template.and_then(|template| body::resolve(template, &mut builder));
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
        body,
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

/// The parameters of an operation, as they are found.
pub(super) struct Builder<'b, 'a> {
    pub(super) parameters: Vec<Parameter>,
    values: Vec<Option<OwnValue>>,
    fields: UniqueNames,
    dropped: Vec<String>,
    pub(super) declared: &'b [&'b InputParameter],
    pub(super) operation: &'b ConsumedOperation,
    /// The place of what fills the body's template.
    hole_place: ParameterPlace,
    pub(super) context: &'b mut Context<'a>,
}

impl<'b> Builder<'b, '_> {
    /// Adds what is declared; `holes` are the names that the body's template has.
    fn add_declared(&mut self, credential: &Credential, method: &str, holes: &[String]) {
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
        let bodies = self.declared.iter().filter(|it| forms::is_in(it, "body"));
        let bodies = bodies.count();
        if self.operation.body.is_none() {
            let first = |place| self.declared.iter().find(|it| forms::is_in(it, place));
            let span = |place| first(place).map(|parameter| parameter.name.span);
            forms::check_one_body(span("formData"), span("body"), self.context);
        }
        let fills_hole = |parameter: &InputParameter| {
            let name = parameter.name.as_str();
            let found = names::find(name, holes.iter().map(String::as_str));
            parameter.place.as_ref().is_none_or(fills_templates) && found != Match::None
        };
        for parameter in self.declared {
            let name = &parameter.name.value;
            if fills_hole(parameter) {
                let required = parameter.required.unwrap_or(false);
                let place = self.hole_place;
                let declaration = Some(*parameter);
                self.push(name.clone(), name.clone(), place, declaration, required);
                continue;
            }
            if parameter.place.as_ref().is_some_and(is_environment) {
                // What is declared further up may be meant for another operation.
                let is_own = self
                    .operation
                    .input_parameters
                    .iter()
                    .any(|own| own.name.span == parameter.name.span);
                if is_own && !is_in_template(name) {
                    report_unused_variable(parameter, self.context);
                }
                continue;
            }
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
                    if let Some(body) = &self.operation.body {
                        self.report_second_body(parameter, body.data.span());
                        continue;
                    }
                    if bodies > 1 {
                        target = ParameterPlace::BodyField;
                    }
                    if matches!(method, "GET" | "HEAD") {
                        self.report_body_on_get(parameter.name.span, method);
                    }
                }
                ParameterPlace::FormField => {
                    if let Some(body) = &self.operation.body {
                        self.report_second_body(parameter, body.data.span());
                        continue;
                    }
                    target = forms::encoding(self.declared);
                    if matches!(method, "GET" | "HEAD") {
                        self.report_body_on_get(parameter.name.span, method);
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

    pub(super) fn push(
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
        if let Some(parameter) = declaration {
            check_fits(parameter, declared, place, self.context);
        }
        let description = declaration.and_then(|parameter| parameter.description.as_ref());
        let variable = declaration.filter(|it| it.place.as_ref().is_some_and(is_environment));
        let value = match variable {
            Some(parameter) => Some(self.variable_of(parameter)),
            None => declaration
                .and_then(|parameter| parameter.value.clone())
                .map(OwnValue::Written),
        };
        let kind = match variable {
            Some(_) => Kind::Text,
            None => kind(declared, place),
        };
        self.parameters.push(Parameter {
            field: self.fields.take(snake_case(&name, "parameter")),
            name,
            wire,
            place,
            kind,
            required,
            secrecy: secrecy::of_declaration(value.as_ref(), kind, &self.context.variables),
            description: description.map_or_else(String::new, |text| text.value.clone()),
        });
        self.values.push(value);
        self.parameters.len() - 1
    }

    /// Adds a parameter that the file does not declare, for a hole of the body.
    pub(super) fn push_undeclared(
        &mut self,
        name: &str,
        kind: Kind,
        value: Option<OwnValue>,
    ) -> usize {
        self.parameters.push(Parameter {
            field: self.fields.take(snake_case(name, "parameter")),
            name: name.to_owned(),
            wire: name.to_owned(),
            place: self.hole_place,
            kind,
            required: true,
            secrecy: secrecy::of_declaration(value.as_ref(), kind, &self.context.variables),
            description: String::new(),
        });
        self.values.push(value);
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
        let finding = Finding::new(
            &catalogue::MISSING_KEY,
            format!("the parameter `{}` has no `in`", parameter.name.value),
        )
        .at(parameter.name.span, "where does it go?")
        .help("add `in: query`, or the place that is meant");
        self.context.push_missing(finding, parameter.span, "in");
    }

    fn report_second_body(&mut self, parameter: &InputParameter, body: Span) {
        let name = &parameter.name.value;
        self.dropped.push(name.clone());
        self.context.push(
            Finding::new(
                &catalogue::SECOND_BODY,
                format!("`{name}` would be a second body"),
            )
            .at(parameter.name.span, "declared as a part of the body")
            .related(body, "the body is spelt out here, without it")
            .help(format!(
                "write `{{{{{name}}}}}` where its value belongs in the body, or remove it"
            )),
        );
    }

    fn report_body_on_get(&mut self, span: Span, method: &str) {
        self.context.push(
            Finding::new(
                &catalogue::BODY_ON_GET,
                format!("a {method} request with a body"),
            )
            .at(span, "it is sent, and many servers ignore it")
            .help("check the API's documentation; most likely the method is wrong"),
        );
    }
}

/// Whether a parameter in this place is sent by filling a hole of the body's template, where it has one.
fn fills_templates(place: &Text) -> bool {
    matches!(place.as_str(), "body" | "formData" | ENVIRONMENT)
}
