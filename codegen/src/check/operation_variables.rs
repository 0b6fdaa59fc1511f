//! Parameters that are declared `in: environment`: their values are variables (LANGUAGE.md §2, §3).

use super::Context;
use super::names;
use super::operation::ResolvedOperation;
use super::operation_parameters::{Builder, OwnValue};
use crate::diagnostic::{Finding, catalogue};
use crate::syntax::{InputParameter, Text};

impl Builder<'_, '_> {
    /// The value of a parameter that is declared `in: environment`: a variable, which is text.
    pub(super) fn variable_of(&mut self, parameter: &InputParameter) -> OwnValue {
        let kind = parameter.kind.as_ref();
        if let Some(kind) = kind.filter(|kind| kind.value != "string") {
            self.context.push(
                Finding::new(
                    &catalogue::WRONG_TYPE,
                    format!("a variable is text, not `{}`", kind.value),
                )
                .at(kind.span, "expected `string`")
                .related(parameter.name.span, "declared `in: environment`")
                .help("write `type: string`"),
            );
        }
        if let Some(value) = &parameter.value {
            self.context.push(
                Finding::new(
                    &catalogue::UNKNOWN_KEY,
                    "`value` means nothing to a parameter that is declared `in: environment`",
                )
                .at(value.span(), "this value is not used")
                .help("remove it; the value is read from the environment at start"),
            );
        }
        let name = &parameter.name;
        let by = format!("the parameter `{}`", name.value);
        OwnValue::Variable(self.context.filling_variable(&name.value, name.span, &by))
    }
}

pub(super) fn report_unused_variable(parameter: &InputParameter, context: &mut Context<'_>) {
    let name = &parameter.name.value;
    context.push(
        Finding::new(
            &catalogue::UNUSED_VARIABLE,
            format!("the variable `{name}` is never used"),
        )
        .at(parameter.name.span, "declared `in: environment`")
        .help(format!(
            "write `{{{{{name}}}}}` in the path or the body of an operation, or remove it"
        )),
    );
}

/// Reports variables that are declared for several operations, and that none of them uses.
pub(super) fn check_shared_variables(
    declared: &[InputParameter],
    operations: &[ResolvedOperation],
    context: &mut Context<'_>,
) {
    for parameter in declared {
        let is_used = operations
            .iter()
            .flat_map(|operation| &operation.model.parameters)
            .any(|used| names::fold(&used.name) == names::fold(&parameter.name.value));
        if parameter.place.as_ref().is_some_and(is_environment) && !is_used {
            report_unused_variable(parameter, context);
        }
    }
}

/// The place of a parameter whose value is a variable.
pub(super) const ENVIRONMENT: &str = "environment";

pub(super) fn is_environment(place: &Text) -> bool {
    place.value == ENVIRONMENT
}
