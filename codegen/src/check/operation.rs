//! Operations of a consumed API: method, path, parameters.

use super::names::{UniqueNames, pascal_case, snake_case};
use super::operation_parameters::{self, LoweredParameters, OwnValue};
use super::{Context, format, outputs, path};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Credential, Operation};
use crate::source::Span;
use crate::syntax::{ConsumedOperation, ConsumedResource, Consumes, Text};

/// The methods an operation can have.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// An operation, and what the rules need besides the model.
#[derive(Debug)]
pub(super) struct ResolvedOperation {
    pub(super) model: Operation,
    pub(super) name: Text,
    /// Parameters that the file declares and that are not sent.
    pub(super) dropped: Vec<String>,
    /// The value that each parameter has by its declaration, in the order of the model's.
    pub(super) values: Vec<Option<OwnValue>>,
    pub(super) used: bool,
    /// Whether its path, its parameters or its body hold an error, so that there may be parameters that are not known.
    pub(super) unread: bool,
}

/// The method in upper case; an unknown one is a finding.
pub(super) fn method(
    method: Option<&Text>,
    span: Span,
    context: &mut Context<'_>,
) -> Option<String> {
    let Some(method) = method else {
        let finding = Finding::new(&catalogue::MISSING_KEY, "this operation has no `method`")
            .at(span, "`method` is missing here")
            .help("add `method: GET`, or the method that is meant");
        context.push_missing(finding, span, "method");
        return None;
    };
    let upper = method.value.to_ascii_uppercase();
    if METHODS.contains(&upper.as_str()) {
        return Some(upper);
    }
    let finding = Finding::new(
        &catalogue::UNKNOWN_METHOD,
        format!("`{}` is not an HTTP method", method.value),
    )
    .at(method.span, "unknown method");
    context.push(match nearest(&upper, METHODS) {
        Some(known) => finding.help(format!("did you mean `{known}`?")),
        None => finding.help(format!("the methods are {}", METHODS.join(", "))),
    });
    None
}

/// Resolves one operation; `credential` is what the API's `authentication` sets.
pub(super) fn resolve(
    consumes: &Consumes,
    resource: &ConsumedResource,
    operation: &ConsumedOperation,
    credential: &Credential,
    names: &mut OperationNames,
    context: &mut Context<'_>,
) -> ResolvedOperation {
    // A missing method was found when the document was read.
    let method = match &operation.method {
        Some(text) => method(Some(text), operation.name.span, context).unwrap_or_default(),
        None => String::new(),
    };
    let template =
        [&resource.path, &operation.path].map(|path| path.as_ref().map_or("", Text::as_str));
    let span = operation
        .path
        .as_ref()
        .or(resource.path.as_ref())
        .map_or(operation.name.span, |path| path.span);
    let template = path::join(&template);
    let template = if template.is_empty() || template.starts_with('/') {
        template
    } else {
        format!("/{template}")
    };
    let levels = [
        &consumes.input_parameters[..],
        &resource.input_parameters,
        &operation.input_parameters,
    ];
    let text = Text {
        value: template.clone(),
        span,
    };
    let errors = context.report.errors();
    let LoweredParameters {
        parameters,
        values,
        dropped,
        path,
        fixed_query,
        body,
    } = operation_parameters::lower(&levels, &text, operation, credential, &method, context);
    let unread = context.report.errors() > errors;
    outputs::check_consumed(&operation.output_parameters, &operation.name.value, context);
    let model = Operation {
        type_name: names
            .types
            .take_type(pascal_case(&operation.name.value, "Operation")),
        function: names
            .functions
            .take(snake_case(&operation.name.value, "operation")),
        name: operation.name.value.clone(),
        method,
        description: operation
            .description
            .as_ref()
            .map_or_else(String::new, |text| text.value.clone()),
        template,
        path,
        fixed_query,
        parameters,
        body,
        format: format::resolve(operation.output_raw_format.as_ref(), context),
        line: context.line(operation.name.span),
    };
    ResolvedOperation {
        model,
        name: operation.name.clone(),
        dropped,
        values,
        used: false,
        unread,
    }
}

/// The names given out in the generated client module.
#[derive(Debug)]
pub(super) struct OperationNames {
    types: UniqueNames,
    functions: UniqueNames,
}

impl OperationNames {
    /// The names that the module itself uses are taken, and for types those of a client's constructors.
    pub(super) fn new() -> Self {
        let types = [
            "Body",
            "Call",
            "CallError",
            "Credential",
            "Default",
            "File",
            "FromUpstream",
            "Joined",
            "Json",
            "JsonObject",
            "JsonTemplate",
            "Method",
            "New",
            "Option",
            "Parameter",
            "Request",
            "Result",
            "Secret",
            "SettingsError",
            "Some",
            "String",
            "TextPiece",
            "Upstream",
            "UpstreamOptions",
            "Vec",
        ];
        Self {
            types: UniqueNames::with(&types),
            functions: UniqueNames::with(&["new", "from_upstream"]),
        }
    }

    /// The name of the client for a namespace.
    pub(super) fn client(&mut self, namespace: &str) -> String {
        self.types.take_type(pascal_case(namespace, "Client"))
    }
}
