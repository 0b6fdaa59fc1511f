//! What a `with` entry says (LANGUAGE.md §5).

use super::Context;
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{ConstantValue, Kind, Parameter};
use crate::source::{Resolved, Span};
use crate::syntax::Constant;

/// The value of a `with` entry.
#[derive(Clone, Debug)]
pub(super) enum WithValue {
    /// An inbound parameter.
    Reference(String, Span),
    /// A constant.
    Constant(Constant),
    /// Nothing that can be compiled; it has been reported.
    Invalid,
}

/// Reads a value of `with`. `prefixes` are those that refer to inbound parameters here.
pub(super) fn read(
    constant: &Constant,
    prefixes: &[String],
    context: &mut Context<'_>,
) -> WithValue {
    let scalar = &constant.scalar;
    if scalar.resolve() == Resolved::Null {
        context.push(
            Finding::new(&catalogue::WRONG_TYPE, "this `with` entry has no value")
                .at(scalar.span, "nothing is written here")
                .help("write a constant or a reference such as `rest.name`, or remove the entry"),
        );
        return WithValue::Invalid;
    }
    let text = scalar.text.as_str();
    for prefix in prefixes {
        if let Some(name) = text
            .strip_prefix(prefix.as_str())
            .filter(|name| !name.is_empty())
        {
            return WithValue::Reference(name.to_owned(), scalar.span);
        }
    }
    if text.contains("{{") {
        context.push(
            Finding::new(
                &catalogue::NOT_SUPPORTED,
                "a template in `with` is not supported yet",
            )
            .at(scalar.span, "the gateway could not fill this in")
            .help("refer to one inbound parameter, or write a constant"),
        );
        return WithValue::Invalid;
    }
    if text.starts_with("$.") {
        context.push(
            Finding::new(
                &catalogue::UNKNOWN_REFERENCE,
                format!("`{text}` refers to a step, and there are none here"),
            )
            .at(scalar.span, "no steps")
            .help("refer to an inbound parameter, such as `rest.name` or `tools.name`"),
        );
        return WithValue::Invalid;
    }
    check_suspicious(constant, prefixes, context);
    WithValue::Constant(constant.clone())
}

/// A constant that looks like a reference: to something that cannot be reached from here, or misspelt.
fn check_suspicious(constant: &Constant, prefixes: &[String], context: &mut Context<'_>) {
    let text = constant
        .scalar
        .text
        .strip_prefix("$this.")
        .unwrap_or(&constant.scalar.text);
    let Some((namespace, name)) = text.split_once('.') else {
        return;
    };
    let is_name = |text: &str| {
        text.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && !text.contains(char::is_whitespace)
    };
    let known = || {
        ["rest", "tools"]
            .into_iter()
            .chain(context.namespaces.iter().map(String::as_str))
    };
    let exists = known().any(|known| known == namespace);
    if !is_name(name) || !(exists || nearest(namespace, known()).is_some()) {
        return;
    }
    let help = match prefixes.first() {
        Some(prefix) => format!("write `{prefix}{name}` if the inbound parameter is meant"),
        None => "write the inbound parameter that is meant".to_owned(),
    };
    context.push(
        Finding::new(
            &catalogue::SUSPICIOUS_CONSTANT,
            format!("`{}` looks like a reference", constant.scalar.text),
        )
        .at(constant.scalar.span, "sent as this very text")
        .help(help),
    );
}

/// The constant as the type its parameter has.
pub(super) fn typed(
    constant: &Constant,
    parameter: &Parameter,
    context: &mut Context<'_>,
) -> Option<ConstantValue> {
    let scalar = &constant.scalar;
    let value = match (parameter.kind, scalar.resolve()) {
        (Kind::Text, _) => Some(ConstantValue::Text(scalar.text.clone())),
        (Kind::Integer, _) => scalar.text.parse().ok().map(ConstantValue::Integer),
        (Kind::Number, Resolved::Integer(_) | Resolved::Float(_)) => scalar
            .text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(|_| ConstantValue::Number(scalar.text.clone())),
        (Kind::Boolean, _) => scalar.text.parse().ok().map(ConstantValue::Boolean),
        _ => None,
    };
    if value.is_none() {
        let expected = match parameter.kind {
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Boolean => "`true` or `false`",
            _ => {
                "a reference to an inbound parameter; constants of this type are not supported yet"
            }
        };
        context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!("`{}` cannot be `{}`", scalar.text, parameter.name),
            )
            .at(scalar.span, format!("expected {expected}"))
            .help("correct the value, or the type of the parameter"),
        );
    }
    value
}
