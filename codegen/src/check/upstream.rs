//! A consumed API as a whole.

use super::names::NameIndex;
use super::operation::{self, OperationNames, ResolvedOperation};
use super::operation_variables::check_shared_variables;
use super::{Context, authentication, base_uri};
use crate::diagnostic::{Finding, catalogue};
use crate::model::Upstream;
use crate::syntax::Consumes;

/// A consumed API, and what the rules need besides the model.
#[derive(Debug)]
pub(super) struct ResolvedUpstream {
    pub(super) model: Upstream,
    pub(super) operations: Vec<ResolvedOperation>,
    /// The operations by their names in the file.
    pub(super) names: NameIndex,
}

pub(super) fn resolve(
    consumes: &Consumes,
    type_name: String,
    names: &mut OperationNames,
    context: &mut Context<'_>,
) -> ResolvedUpstream {
    let namespace = &consumes.namespace.value;
    let base_uri = base_uri::resolve(consumes, context);
    let credential =
        authentication::resolve(consumes.authentication.as_ref(), namespace, "of", context);
    let mut operations = Vec::new();
    for resource in &consumes.resources {
        let first = operations.len();
        for operation in &resource.operations {
            operations.push(operation::resolve(
                consumes,
                resource,
                operation,
                &credential,
                names,
                context,
            ));
        }
        let of_resource = operations.get(first..).unwrap_or_default();
        check_shared_variables(&resource.input_parameters, of_resource, context);
    }
    check_shared_variables(&consumes.input_parameters, &operations, context);
    let secrets = context.settings.secrets(&base_uri, credential.secret());
    let model = Upstream {
        namespace: namespace.clone(),
        type_name,
        description: consumes
            .description
            .as_ref()
            .map_or_else(String::new, |text| text.value.clone()),
        base_uri,
        credential,
        secrets,
        operations: operations
            .iter()
            .map(|operation| operation.model.clone())
            .collect(),
        line: context.line(consumes.namespace.span),
    };
    let names = NameIndex::new(operations.iter().map(|operation| operation.name.as_str()));
    ResolvedUpstream {
        model,
        operations,
        names,
    }
}

/// An operation that nothing exposes is reachable from Rust only; that is worth a word.
pub(super) fn check_unused(upstreams: &[ResolvedUpstream], context: &mut Context<'_>) {
    for upstream in upstreams {
        for operation in upstream
            .operations
            .iter()
            .filter(|operation| !operation.used && !operation.name.value.is_empty())
        {
            context.push(
                Finding::new(
                    &catalogue::UNUSED_OPERATION,
                    format!(
                        "the operation `{}.{}` is never called",
                        upstream.model.namespace, operation.name.value
                    ),
                )
                .at(operation.name.span, "no route and no tool calls it")
                .help("expose it, or remove it"),
            );
        }
    }
}
