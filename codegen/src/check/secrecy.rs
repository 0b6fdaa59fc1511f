//! Which parameters of operations may hold a variable, which may be a secret: the generated client never shows those.

use super::operation_parameters::OwnValue;
use super::template;
use super::upstream::ResolvedUpstream;
use super::variables::Variables;
use crate::model::{Argument, Call, Filling, Kind, Secrecy, TextPiece};
use crate::syntax::Constant;

/// What the declaration of a parameter says of it.
pub(super) fn of_declaration(
    value: Option<&OwnValue>,
    kind: Kind,
    variables: &Variables,
) -> Secrecy {
    let may_hold_variable = match value {
        None => false,
        Some(OwnValue::Variable(_)) => true,
        Some(OwnValue::Written(constant)) => may_hold_variable(constant, variables),
    };
    match (may_hold_variable, kind) {
        (false, _) => Secrecy::Open,
        (true, Kind::Text) => Secrecy::Secret,
        (true, _) => Secrecy::Hidden,
    }
}

fn may_hold_variable(constant: &Constant, variables: &Variables) -> bool {
    match constant {
        // What cannot be split is left to those who report it, and hidden.
        Constant::Scalar(scalar) => template::split(&scalar.text).is_none_or(|pieces| {
            pieces.iter().any(
                |piece| matches!(piece, TextPiece::Hole(name) if variables.means_variable(name)),
            )
        }),
        Constant::List(items, _) => items.iter().any(|item| may_hold_variable(item, variables)),
        Constant::Mapping(entries, _) => entries
            .iter()
            .any(|(_, value)| may_hold_variable(value, variables)),
    }
}

/// Hides each parameter that a route or a tool gives a variable to. Its type stays: what is exposed does not change the
/// client.
pub(super) fn hide(calls: &[Call], upstreams: &mut [ResolvedUpstream]) {
    for call in calls {
        let Some(operation) = upstreams
            .get_mut(call.upstream)
            .and_then(|upstream| upstream.model.operations.get_mut(call.operation))
        else {
            continue;
        };
        for (parameter, argument) in operation.parameters.iter_mut().zip(&call.arguments) {
            if parameter.secrecy == Secrecy::Open && reads_variable(argument) {
                parameter.secrecy = Secrecy::Hidden;
            }
        }
    }
}

fn reads_variable(argument: &Argument) -> bool {
    let mut found = false;
    argument.each_filling(&mut |filling| found |= matches!(filling, Filling::Variable(_)));
    found
}
