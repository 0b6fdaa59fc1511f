//! What fills the holes of a `with` entry or of a parameter's own `value` (LANGUAGE.md §5): inbound parameters
//! and variables.

use super::binding::Binder;
use super::json_template::HoleUse;
use super::operation::ResolvedOperation;
use super::{Context, template, value};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{Argument, Filling, Kind, Parameter, ParameterPlace, Secrecy, TextPiece};
use crate::source::Span;
use crate::syntax::Constant;

/// The argument that is written as `constant`.
pub(super) fn argument(
    binder: &mut Binder<'_>,
    constant: &Constant,
    parameter: &Parameter,
    operation: &ResolvedOperation,
    context: &mut Context<'_>,
) -> Argument {
    let span = constant.span();
    // A hole that is the whole value is a reference: the value keeps its type.
    if let Constant::Scalar(scalar) = constant
        && let Some([TextPiece::Hole(name)]) = template::split(&scalar.text).as_deref()
        && let Some(name) = inbound_name(binder, name, context)
        && !is_elsewhere(name, context)
    {
        return binder.refer(name, Some(span), parameter, context);
    }
    let mut fill = |name: &str, hole_use: HoleUse, context: &mut Context<'_>| {
        let Some(name) = inbound_name(binder, name, context) else {
            let by = format!("the parameter `{}`", parameter.name);
            return Some(Filling::Variable(context.filling_variable(name, span, &by)));
        };
        if is_elsewhere(name, context) {
            report_elsewhere(name, span, context);
            return None;
        }
        let fed = fed_parameter(name, hole_use, parameter, operation);
        match binder.refer(name, Some(span), &fed, context) {
            Argument::Input { slot, .. } => Some(Filling::Input(slot)),
            _ => None,
        }
    };
    value::argument(constant, parameter, &mut fill, context).unwrap_or(Argument::Absent)
}

/// The inbound parameter that a hole means; `None` where it means a variable. An inbound parameter that is there
/// under that very name wins over a variable without a namespace.
fn inbound_name<'n>(binder: &Binder<'_>, name: &'n str, context: &Context<'_>) -> Option<&'n str> {
    if let Some(name) = value::without_prefix(name, &binder.surface.prefixes) {
        return Some(name);
    }
    let declared = binder.slots.iter().any(|slot| slot.name == name)
        || binder
            .surface
            .route
            .is_some_and(|variables| variables.iter().any(|variable| variable == name));
    (declared || !context.variables.means_variable(name)).then_some(name)
}

/// Whether a name is a reference to a step, or to a namespace of the file that cannot be reached from here.
fn is_elsewhere(name: &str, context: &Context<'_>) -> bool {
    name.split_once('.').is_some_and(|(namespace, _)| {
        ["rest", "tools", "$this", "$"].contains(&namespace)
            || context.namespaces.iter().any(|known| known == namespace)
    })
}

fn report_elsewhere(name: &str, span: Span, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::UNKNOWN_REFERENCE,
            format!("`{name}` cannot be reached from here"),
        )
        .at(span, "refers to a step or to another namespace")
        .help("write the name of an inbound parameter of this route or tool, or of a variable"),
    );
}

/// What an inbound parameter feeds by filling a hole: the parameter of the operation that has its name, or one
/// that stands for the hole.
fn fed_parameter(
    name: &str,
    hole_use: HoleUse,
    target: &Parameter,
    operation: &ResolvedOperation,
) -> Parameter {
    let parameters = &operation.model.parameters;
    let named = parameters.iter().find(|parameter| parameter.name == name);
    let place = match named.unwrap_or(target).place {
        // A part of a path is checked when the whole is put together.
        ParameterPlace::Path => ParameterPlace::Query,
        // A part of a body is a field of what a caller sends.
        ParameterPlace::Body => ParameterPlace::BodyField,
        place => place,
    };
    Parameter {
        name: name.to_owned(),
        wire: name.to_owned(),
        field: String::new(),
        place,
        kind: match (named, hole_use) {
            (Some(named), _) => named.kind,
            (None, HoleUse::Whole) => Kind::Json,
            (None, HoleUse::Part) => Kind::Text,
        },
        required: target.required,
        secrecy: Secrecy::Open,
        description: named.map_or_else(String::new, |named| named.description.clone()),
    }
}
