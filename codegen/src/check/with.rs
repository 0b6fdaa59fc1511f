//! The `with` entries of a route or tool, and the parameters they set (LANGUAGE.md §5).

use super::Context;
use super::binding::{Surface, report_clash};
use super::kinds;
use super::names::{self, Match};
use super::operation::ResolvedOperation;
use super::value::{self, WithValue};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Kind, Parameter};
use crate::source::{Scalar, Span};
use crate::syntax::Constant;

/// The `with` entries, each with the indexes of the parameters it sets, and the place of its name.
pub(super) fn read(
    surface: &Surface<'_>,
    operation: &ResolvedOperation,
    context: &mut Context<'_>,
) -> Vec<(Vec<usize>, Span, WithValue)> {
    let mut entries: Vec<(Vec<usize>, Span, WithValue)> = Vec::new();
    let parameters = &operation.model.parameters;
    for (name, constant) in &surface.exposed.with {
        let value = value::read(constant, &surface.prefixes, context);
        let exact = indexes(parameters, |parameter| parameter.name == name.value);
        let found = match names::find(
            &name.value,
            parameters.iter().map(|parameter| parameter.name.as_str()),
        ) {
            _ if !exact.is_empty() => exact,
            Match::One(index) => vec![index],
            Match::None => Vec::new(),
            Match::Several(several) => {
                let several = several.iter().filter_map(|index| parameters.get(*index));
                report_clash(
                    &name.value,
                    name.span,
                    several.map(|parameter| parameter.name.as_str()),
                    context,
                );
                continue;
            }
        };
        if found.is_empty() {
            if !operation.dropped.contains(&name.value) {
                report_unused_with(&name.value, name.span, operation, context);
            }
            continue;
        }
        if let Some((_, first, _)) = entries
            .iter()
            .find(|(indexes, ..)| indexes.iter().any(|it| found.contains(it)))
        {
            context.push(
                Finding::new(
                    &catalogue::FOLDED_CLASH,
                    format!("`{}` is set twice", name.value),
                )
                .at(
                    name.span,
                    "set again here, by a name that differs in case or punctuation only",
                )
                .related(*first, "set first here")
                .help("keep one of the entries"),
            );
            continue;
        }
        let suspicious = match &value {
            WithValue::Written(Constant::Scalar(scalar)) => {
                value::suspicious(scalar, &surface.prefixes, context).map(|help| (scalar, help))
            }
            _ => None,
        };
        if let Some((scalar, help)) = suspicious {
            let kinds = found.iter().filter_map(|index| parameters.get(*index));
            if report_suspicious(scalar, help, kinds.map(|it| it.kind), context) {
                entries.push((found, name.span, WithValue::Invalid));
                continue;
            }
        }
        entries.push((found, name.span, value));
    }
    entries
}

/// Reports a constant that looks like a reference. Returns whether one of the parameters it sets cannot be such a text.
fn report_suspicious(
    scalar: &Scalar,
    help: String,
    mut kinds: impl Iterator<Item = Kind>,
    context: &mut Context<'_>,
) -> bool {
    let is_text = |kind: &Kind| matches!(kind, Kind::Text | Kind::JsonOrText | Kind::List);
    let other = kinds.find(|kind| !is_text(kind));
    let (code, label) = match other {
        None => (
            &catalogue::SUSPICIOUS_CONSTANT,
            "sent as this very text".to_owned(),
        ),
        Some(kind) => (
            &catalogue::WRONG_TYPE,
            format!("expected {}", kinds::described(kind)),
        ),
    };
    let message = format!("`{}` looks like a reference", scalar.text);
    context.push(
        Finding::new(code, message)
            .at(scalar.span, label)
            .help(help),
    );
    other.is_some()
}

fn indexes(parameters: &[Parameter], test: impl Fn(&Parameter) -> bool) -> Vec<usize> {
    parameters
        .iter()
        .enumerate()
        .filter(|(_, parameter)| test(parameter))
        .map(|(index, _)| index)
        .collect()
}

fn report_unused_with(
    name: &str,
    span: Span,
    operation: &ResolvedOperation,
    context: &mut Context<'_>,
) {
    let known = operation
        .model
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str());
    let meant = nearest(name, known);
    // It may be a parameter that could not be read.
    if meant.is_none() && operation.unread {
        return;
    }
    let finding = Finding::new(
        &catalogue::UNUSED_WITH,
        format!(
            "the operation `{}` has no parameter `{name}`",
            operation.name.value
        ),
    )
    .at(span, "sets nothing")
    .related(operation.name.span, "the operation is declared here");
    context.push(match meant {
        Some(known) => finding.help(format!("did you mean `{known}`?")),
        None => {
            finding.help("declare it among the operation's `inputParameters`, or remove the entry")
        }
    });
}
