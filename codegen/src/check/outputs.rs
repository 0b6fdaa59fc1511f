//! `outputParameters`: the shape of an answer (LANGUAGE.md §6).

use super::Context;
use super::claims::{Claim, Claims, Place};
use super::constants::constant;
use super::json_path::{self, JsonPath, PathError};
use super::names::snake_case;
use super::output_keys::{check_keys, check_names, kind, name_of};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{self, Output, OutputForm, RawFormat, Shape, Step};
use crate::source::Span;
use crate::syntax::{Constant, Exposed, OutputParameter, Text};

/// How many levels of an answer are looked into: a reader of JSON has a limit of its own.
const DEEPEST: usize = 100;

/// The index of the shape of what `exposed` answers with; `None` where that is the answer of `called` as it came, or where
/// it cannot be told, which is a finding. `name` is that of the route or tool.
pub(super) fn resolve(
    exposed: &Exposed,
    name: &str,
    called: &model::Operation,
    line: usize,
    context: &mut Context<'_>,
) -> Option<usize> {
    let outputs = exposed.output_parameters.as_slice();
    let first = outputs.first()?;
    if is_payload(outputs) {
        return None;
    }
    if called.format != RawFormat::Json {
        let finding = super::not_supported("an answer that is made of something else than JSON");
        context.push(
            finding
                .at(
                    first.span,
                    "the operation that is called has another `outputRawFormat`",
                )
                .help("leave the answer as it is: remove `outputParameters`"),
        );
        return None;
    }
    let root = match outputs {
        [only] if only.name.is_none() => output(only, "the answer", &mut Scope::root(context))?,
        _ => Output {
            path: None,
            form: OutputForm::Object(members(outputs, &mut Scope::root(context))?),
            description: String::new(),
        },
    };
    let next = context.shapes.len();
    let index = *context.shapes_of.entry(root.clone()).or_insert(next);
    if index == next {
        let name = context.shape_names.take(snake_case(name, "answer"));
        let name = name.trim_start_matches("r#").to_uppercase();
        context.shapes.push(Shape { name, root, line });
    }
    Some(index)
}

/// Checks the outputs of a consumed operation. They are what the steps of an operation read, and there are none yet.
pub(super) fn check_consumed(
    outputs: &[OutputParameter],
    operation: &str,
    context: &mut Context<'_>,
) {
    let Some(first) = outputs.first().filter(|_| !is_payload(outputs)) else {
        return;
    };
    let scope = &mut Scope::root(context);
    check_names(outputs, scope.context);
    for output in outputs {
        let what = name_of(output, "this output");
        kind(output, &what, scope.context);
        if let Some(source) = source_path(output) {
            path(&source, &what, scope);
        }
    }
    let span = first.name.as_ref().map_or(first.span, |name| name.span);
    context.push(
        Finding::new(
            &catalogue::UNUSED_OUTPUT,
            format!("nothing reads the outputs of `{operation}`"),
        )
        .at(span, "only steps would, and there are none")
        .help(
            "to shape what a route or tool answers, write `outputParameters` with `mapping` there",
        ),
    );
}

/// Whether the answer is that of the upstream as it came: at most one output, of all that there is.
fn is_payload(outputs: &[OutputParameter]) -> bool {
    let [output] = outputs else {
        return outputs.is_empty();
    };
    let is_root = |text: &str| matches!(text, "$" | "$.");
    let value_is_root = |value: &Constant| match value {
        Constant::Scalar(scalar) => is_root(&scalar.text),
        Constant::List(..) | Constant::Mapping(..) => false,
    };
    output
        .mapping
        .as_ref()
        .is_none_or(|path| is_root(path.as_str()))
        && output.value.as_ref().is_none_or(value_is_root)
        && output.fixed.is_none()
        && output.max_length.is_none()
        && output.properties.is_none()
        && output.items.is_none()
}

/// Where an output is looked for.
struct Scope<'s, 'c> {
    context: &'s mut Context<'c>,
    /// What is said of the values of one context: the answer, or an item.
    claims: Claims,
    /// The value that encloses the output.
    place: Place,
    /// How many levels down that is.
    depth: usize,
    /// Whether the output is what an item is made of.
    is_item: bool,
}

impl<'s, 'c> Scope<'s, 'c> {
    fn root(context: &'s mut Context<'c>) -> Self {
        Self {
            context,
            claims: Claims::default(),
            place: Place::default(),
            depth: 0,
            is_item: false,
        }
    }
}

/// The members of an object, which all have names of their own.
fn members(
    outputs: &[OutputParameter],
    scope: &mut Scope<'_, '_>,
) -> Option<Vec<(String, Output)>> {
    let are_named = check_names(outputs, scope.context);
    let members = outputs.iter().map(|member| {
        let found = output(member, &name_of(member, "this output"), scope)?;
        Some((member.name.as_ref()?.value.clone(), found))
    });
    // All of them are looked at, whatever is wrong with one.
    let members: Vec<Option<(String, Output)>> = members.collect();
    let members: Option<Vec<(String, Output)>> = members.into_iter().collect();
    members.filter(|_| are_named)
}

/// One output; `what` is its name in messages.
fn output(output: &OutputParameter, what: &str, scope: &mut Scope<'_, '_>) -> Option<Output> {
    if output.unread {
        return None;
    }
    let kind = kind(output, what, scope.context)?;
    let keys_fit = check_keys(output, what, kind, scope.context);
    let described = |path, form| Output {
        path,
        form,
        description: output
            .description
            .as_ref()
            .map_or_else(String::new, |text| text.value.trim().to_owned()),
    };
    let fixed = output.value.as_ref().filter(|value| !value.is_path());
    if let Some(fixed) = output.fixed.as_ref().or(fixed) {
        let json = constant(fixed, kind, what, scope.context)?;
        return keys_fit.then(|| described(None, OutputForm::Constant(json)));
    }
    let source = source_path(output);
    let is_group = kind == "object" && output.properties.is_some() && !scope.is_item;
    let (steps, each) = match &source {
        Some(source) => {
            let JsonPath { steps, each } = path(source, what, scope)?;
            if each.is_some() && kind != "array" {
                report_several(source, what, kind, scope.context);
                return None;
            }
            (Some(steps), each)
        }
        None if scope.is_item => (Some(Vec::new()), None),
        None if is_group => (None, None),
        None => {
            report_no_source(output, what, kind, scope.context);
            return None;
        }
    };
    let span = source.map_or(output.span, |source| source.span);
    let (place, depth) = (scope.place, scope.depth);
    if let Some(steps) = &steps {
        scope.place = scope.claim(steps, kind, span);
        scope.depth += steps.len();
    }
    let form = form(output, what, kind, each, scope);
    scope.place = place;
    scope.depth = depth;
    let form = form?;
    keys_fit.then(|| described(steps, form))
}

impl Scope<'_, '_> {
    /// The place at the end of `steps`, of which an output of the type `kind` says what it is.
    fn claim(&mut self, steps: &[Step], kind: &str, span: Span) -> Place {
        let claim = match kind {
            "object" => Claim::Object,
            "array" => Claim::Array,
            _ => Claim::Scalar,
        };
        let (place, contradicted) = self.claims.enter(self.place, steps, claim, span);
        if let Some(first) = contradicted {
            self.context.push(
                Finding::new(
                    &catalogue::CONTRADICTING_OUTPUTS,
                    "two outputs take one value of the answer for different things",
                )
                .at(span, "a value on this path is one thing here")
                .related(first, "and another here")
                .help("correct the path or the type of one of them"),
            );
        }
        place
    }
}

/// What an output is whose sources and type are known.
fn form(
    output: &OutputParameter,
    what: &str,
    kind: &str,
    each: Option<Vec<Step>>,
    scope: &mut Scope<'_, '_>,
) -> Option<OutputForm> {
    let is_item = std::mem::replace(&mut scope.is_item, false);
    let form = match (kind, &output.properties) {
        ("object", Some((properties, _))) => members(properties, scope).map(OutputForm::Object),
        ("object", None) => Some(OutputForm::AnyObject),
        ("array", _) => items(output, what, each.unwrap_or_default(), scope),
        ("integer", _) => Some(OutputForm::Integer),
        ("number", _) => Some(OutputForm::Number),
        ("boolean", _) => Some(OutputForm::Boolean),
        _ => {
            let length = output.max_length.map(|(length, _)| length.value);
            Some(OutputForm::Text(
                length.map(|length| usize::try_from(length).unwrap_or_default()),
            ))
        }
    };
    scope.is_item = is_item;
    form
}

fn items(
    output: &OutputParameter,
    what: &str,
    each: Vec<Step>,
    scope: &mut Scope<'_, '_>,
) -> Option<OutputForm> {
    let Some((item, _)) = &output.items else {
        let finding = Finding::new(
            &catalogue::MISSING_KEY,
            format!("the array {what} has no `items`"),
        )
        .at(output.span, "nothing says what its items are")
        .help("add `items: {type: …}`; `items: {type: object}` leaves objects as they are");
        scope.context.push_missing(finding, output.span, "items");
        return None;
    };
    let mut within = Scope {
        depth: scope.depth + 1 + each.len(),
        is_item: true,
        ..Scope::root(scope.context)
    };
    let item = self::output(item, &format!("an item of {what}"), &mut within)?;
    Some(OutputForm::Array {
        each,
        item: Box::new(item),
    })
}

/// The path that an output is found by, under either key.
fn source_path(output: &OutputParameter) -> Option<Text> {
    let of_value = || match &output.value {
        Some(Constant::Scalar(scalar)) if output.value.as_ref()?.is_path() => Some(Text {
            value: scalar.text.clone(),
            span: scalar.span,
        }),
        _ => None,
    };
    output.mapping.clone().or_else(of_value)
}

fn path(text: &Text, what: &str, scope: &mut Scope<'_, '_>) -> Option<JsonPath> {
    let parsed = json_path::parse(text.as_str());
    let finding = match parsed {
        Ok(path) if scope.depth + path.steps.len() <= DEEPEST => return Some(path),
        Ok(_) => super::not_supported("an output more than 100 levels deep")
            .at(text.span, "the gateway could not honour this")
            .help("take a value that encloses it"),
        Err(PathError::Unsupported(construct)) => super::not_supported(construct)
            .at(text.span, "the gateway could not honour this")
            .help(
                "write a path of names, positions and at most one `[*]`, such as `$.items[*].id`",
            ),
        Err(PathError::Invalid(reason)) => Finding::new(
            &catalogue::INVALID_OUTPUT_PATH,
            format!("the path of {what} cannot be read"),
        )
        .at(text.span, reason)
        .help("write a JSONPath, such as `$.customer.name` or `$.items[0]['full name']`"),
    };
    scope.context.push(finding);
    None
}

fn report_several(path: &Text, what: &str, kind: &str, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::INVALID_OUTPUT_PATH,
            format!("the path of {what} selects a value of each item, and `{kind}` is one value"),
        )
        .at(path.span, "`[*]` selects several values")
        .help(
            "declare `type: array` with `items`, or write the position of one item, such as `[0]`",
        ),
    );
}

fn report_no_source(output: &OutputParameter, what: &str, kind: &str, context: &mut Context<'_>) {
    let finding = Finding::new(
        &catalogue::OUTPUT_WITHOUT_SOURCE,
        format!("nothing says where {what} comes from"),
    )
    .at(output.span, "there is no `mapping` and no `const`");
    context.push(match (&output.name, kind) {
        (Some(name), _) => finding.help(format!(
            "if the API has the same name for it, add `mapping: $.{}`",
            name.value
        )),
        (None, "object") => finding.help("add `mapping: $.`, or `properties`"),
        (None, _) => finding.help("add `mapping:`, such as `mapping: $.`"),
    });
}
