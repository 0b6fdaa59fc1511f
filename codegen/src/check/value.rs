//! What a `with` entry says, and the value that a parameter gets by it (LANGUAGE.md §5).

use super::json_template::{self, HoleUse};
use super::{Context, template};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Argument, ConstantValue, Filling, JsonTemplate, Kind, Parameter, TextPiece};
use crate::source::{Resolved, Scalar, Span};
use crate::syntax::Constant;

/// The value of a `with` entry.
#[derive(Clone, Debug)]
pub(super) enum WithValue {
    /// An inbound parameter.
    Reference(String, Span),
    /// A constant or a template.
    Written(Constant),
    /// Nothing that can be compiled; it has been reported.
    Invalid,
}

/// Reads a value of `with`. `prefixes` are those that refer to inbound parameters here.
pub(super) fn read(
    constant: &Constant,
    prefixes: &[String],
    context: &mut Context<'_>,
) -> WithValue {
    let Constant::Scalar(scalar) = constant else {
        return WithValue::Written(constant.clone());
    };
    if scalar.resolve() == Resolved::Null {
        context.push(
            Finding::new(&catalogue::WRONG_TYPE, "this `with` entry has no value")
                .at(scalar.span, "nothing is written here")
                .help("write a constant or a reference such as `rest.name`, or remove the entry"),
        );
        return WithValue::Invalid;
    }
    let text = scalar.text.as_str();
    if let Some(name) = without_prefix(text, prefixes) {
        return WithValue::Reference(name.to_owned(), scalar.span);
    }
    if text.starts_with("$.") {
        report_step(text, scalar.span, context);
        return WithValue::Invalid;
    }
    WithValue::Written(constant.clone())
}

/// The name of the inbound parameter that a reference with one of these prefixes means.
pub(super) fn without_prefix<'t>(text: &'t str, prefixes: &[String]) -> Option<&'t str> {
    prefixes
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix.as_str()))
        .filter(|name| !name.is_empty())
}

pub(super) fn report_step(text: &str, span: Span, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::UNKNOWN_REFERENCE,
            format!("`{text}` refers to a step, and there are none here"),
        )
        .at(span, "no steps")
        .help("refer to an inbound parameter, such as `rest.name` or `tools.name`"),
    );
}

/// Finds what fills a hole, by its name.
pub(super) type Fill<'f> = dyn FnMut(&str, HoleUse, &mut Context<'_>) -> Option<Filling> + 'f;

/// The value of `parameter` that is written as `constant`; `None` where it is a finding.
pub(super) fn argument(
    constant: &Constant,
    parameter: &Parameter,
    fill: &mut Fill<'_>,
    context: &mut Context<'_>,
) -> Option<Argument> {
    match (parameter.kind, constant) {
        (Kind::Object | Kind::Array | Kind::Json | Kind::JsonOrText, _) => {
            json(constant, parameter, fill, context)
        }
        (_, Constant::Scalar(scalar)) if scalar.text.contains("{{") => {
            text(scalar, parameter, fill, context)
        }
        _ => typed(constant, parameter, context).map(Argument::Constant),
    }
}

fn json(
    constant: &Constant,
    parameter: &Parameter,
    fill: &mut Fill<'_>,
    context: &mut Context<'_>,
) -> Option<Argument> {
    let read = match constant {
        // A text is JSON that is written as text, or for a body of text that very text.
        Constant::Scalar(scalar) => match json_template::of_text(&scalar.text) {
            Err(_) if parameter.kind == Kind::JsonOrText => {
                return text(scalar, parameter, fill, context);
            }
            read => read,
        },
        _ => json_template::of_constant(constant),
    };
    let template = match read {
        Ok(template) => template,
        Err(error) => {
            context.push(
                Finding::new(
                    &catalogue::WRONG_TYPE,
                    format!("this cannot be the value of `{}`", parameter.name),
                )
                .at(error.span.unwrap_or_else(|| constant.span()), error.reason)
                .help("write JSON, as YAML or as text"),
            );
            return None;
        }
    };
    if !fits(&template, parameter.kind) {
        let expected = super::kinds::described(parameter.kind);
        context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!("`{}` must be {expected}", parameter.name),
            )
            .at(constant.span(), format!("expected {expected}"))
            .help("correct the value, or the type of the parameter"),
        );
        return None;
    }
    let filled = json_template::fill(template, &mut |name, hole_use| {
        fill(name, hole_use, context)
    })?;
    Some(match filled {
        JsonTemplate::Constant(json) => Argument::Constant(ConstantValue::Json(json)),
        filled => Argument::Json(filled),
    })
}

/// Whether JSON is of the type a parameter has. A hole alone is a reference, which is judged by what it refers
/// to, so there is none here but for variables, which are text.
fn fits<H>(template: &JsonTemplate<H>, kind: Kind) -> bool {
    let starts_with = |mark: char| match template {
        JsonTemplate::Constant(json) => json.starts_with(mark),
        JsonTemplate::Object(_) => mark == '{',
        JsonTemplate::Array(_) => mark == '[',
        JsonTemplate::Hole(_) | JsonTemplate::Text(_) => false,
    };
    match kind {
        Kind::Object => starts_with('{'),
        Kind::Array => starts_with('['),
        _ => true,
    }
}

/// A text with holes. Only a parameter that is text can be made of one.
fn text(
    scalar: &Scalar,
    parameter: &Parameter,
    fill: &mut Fill<'_>,
    context: &mut Context<'_>,
) -> Option<Argument> {
    let Some(pieces) = template::split(&scalar.text) else {
        context.push(
            Finding::new(&catalogue::INVALID_TEMPLATE, "this template cannot be read")
                .at(scalar.span, "`{{` here does not enclose a name")
                .help("write `{{name}}` with the name of an inbound parameter or a variable"),
        );
        return None;
    };
    if !matches!(parameter.kind, Kind::Text | Kind::JsonOrText) {
        let expected = super::kinds::described(parameter.kind);
        context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!(
                    "a template makes text, and `{}` is {expected}",
                    parameter.name
                ),
            )
            .at(scalar.span, format!("expected {expected}"))
            .help("refer to one inbound parameter, or declare the parameter as `type: string`"),
        );
        return None;
    }
    let pieces = template::fill(pieces, &mut |name| fill(name, HoleUse::Part, context))?;
    Some(match pieces.as_slice() {
        [] => Argument::Constant(ConstantValue::Text(String::new())),
        [TextPiece::Literal(text)] => Argument::Constant(ConstantValue::Text(text.clone())),
        _ => Argument::Text(pieces),
    })
}

/// What to write instead of a constant that looks like a reference: to something that cannot be reached from here, or
/// misspelt.
pub(super) fn suspicious(
    scalar: &Scalar,
    prefixes: &[String],
    context: &Context<'_>,
) -> Option<String> {
    if scalar.text.contains("{{") {
        return None;
    }
    let (text, is_reference) = match scalar.text.strip_prefix("$this.") {
        Some(text) => (text, true),
        None => (scalar.text.as_str(), false),
    };
    let known = || {
        ["rest", "tools"]
            .into_iter()
            .chain(context.namespaces.iter().map(String::as_str))
    };
    let of_known = known()
        .filter_map(|known| text.strip_prefix(known)?.strip_prefix('.'))
        .min_by_key(|name| name.len());
    let split = || text.split_once('.').unwrap_or(("", text));
    let nearly = |namespace: &str| is_reference || nearest(namespace, known()).is_some();
    let name = match of_known {
        Some(name) => name,
        None if nearly(split().0) => split().1,
        None => return None,
    };
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && !name.contains(char::is_whitespace);
    is_name.then(|| match prefixes.first() {
        Some(prefix) => format!("write `{prefix}{name}` if the inbound parameter is meant"),
        None => "write the inbound parameter that is meant".to_owned(),
    })
}

/// The constant as the type its parameter has.
fn typed(
    constant: &Constant,
    parameter: &Parameter,
    context: &mut Context<'_>,
) -> Option<ConstantValue> {
    let value = match constant {
        Constant::Scalar(scalar) => typed_scalar(scalar, parameter.kind),
        Constant::List(items, _) if parameter.kind == Kind::List => {
            let items: Option<Vec<String>> = items.iter().map(plain_text).collect();
            items.map(ConstantValue::List)
        }
        Constant::List(..) | Constant::Mapping(..) => None,
    };
    if value.is_none() {
        let expected = match parameter.kind {
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Boolean => "`true` or `false`",
            Kind::List => "a list of texts without `{{…}}`",
            Kind::Text => "text",
            _ => "a reference to an inbound parameter",
        };
        let message = match constant {
            Constant::Scalar(scalar) => {
                format!("`{}` cannot be `{}`", scalar.text, parameter.name)
            }
            _ => format!("this cannot be the value of `{}`", parameter.name),
        };
        context.push(
            Finding::new(&catalogue::WRONG_TYPE, message)
                .at(constant.span(), format!("expected {expected}"))
                .help("correct the value, or the type of the parameter"),
        );
    }
    value
}

fn typed_scalar(scalar: &Scalar, kind: Kind) -> Option<ConstantValue> {
    match (kind, scalar.resolve()) {
        (Kind::Text, _) => Some(ConstantValue::Text(scalar.text.clone())),
        (Kind::List, _) => Some(ConstantValue::List(vec![scalar.text.clone()])),
        (Kind::Integer, _) => scalar.text.parse().ok().map(ConstantValue::Integer),
        (Kind::Number, Resolved::Integer(_) | Resolved::Float(_)) => scalar
            .text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite() && (*number != 0.0 || is_zero(&scalar.text)))
            .map(|_| ConstantValue::Number(scalar.text.clone())),
        (Kind::Boolean, _) => scalar.text.parse().ok().map(ConstantValue::Boolean),
        _ => None,
    }
}

/// Whether a number is zero as it is written, and not just closer to zero than a float can be.
fn is_zero(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    !mantissa.contains(|digit: char| matches!(digit, '1'..='9'))
}

/// The text of an item of a list; one with a hole would need a list that is made for each request.
fn plain_text(item: &Constant) -> Option<String> {
    match item {
        Constant::Scalar(scalar) if !scalar.text.contains("{{") => Some(scalar.text.clone()),
        _ => None,
    }
}
