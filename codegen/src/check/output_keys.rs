//! The keys of one output, and the names of several: whether they go together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Context;
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::source::Span;
use crate::syntax::OutputParameter;

/// The types an output can have.
pub(crate) const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "object", "array"];

/// The name of an output for messages.
pub(super) fn name_of(output: &OutputParameter, otherwise: &str) -> String {
    let name = output.name.as_ref();
    name.map_or_else(|| otherwise.to_owned(), |name| format!("`{}`", name.value))
}

/// Reports outputs without a name, and names that come twice. Returns whether there are none.
pub(super) fn check_names(outputs: &[OutputParameter], context: &mut Context<'_>) -> bool {
    let mut places: HashMap<&str, Span> = HashMap::new();
    let mut is_fine = true;
    for output in outputs {
        let name = output.name.as_ref().filter(|name| !name.value.is_empty());
        let finding = match name.map(|name| (name.span, places.entry(&name.value))) {
            None => {
                let finding = Finding::new(&catalogue::UNNAMED_ITEM, "an output has no name")
                    .at(output.span, "it would be a field of the answer")
                    .help("add `name:`; an answer that is one value has one output");
                context.push_missing(finding, output.span, "name");
                is_fine = false;
                continue;
            }
            Some((span, Entry::Occupied(first))) => {
                let what = format!("two outputs are named `{}`", first.key());
                Finding::new(&catalogue::DUPLICATE_NAME, what)
                    .at(span, "named so again")
                    .related(*first.get(), "named so first")
                    .help("rename one of them")
            }
            Some((span, Entry::Vacant(place))) => {
                place.insert(span);
                continue;
            }
        };
        context.push(finding);
        is_fine = false;
    }
    is_fine
}

/// The type; what has none is of the type that its other keys belong to. `None` where it is a finding.
pub(super) fn kind(
    output: &OutputParameter,
    what: &str,
    context: &mut Context<'_>,
) -> Option<&'static str> {
    let Some(kind) = &output.kind else {
        if output.properties.is_some() {
            return Some("object");
        }
        if output.items.is_some() {
            return Some("array");
        }
        if output.fixed.is_some() {
            return Some("");
        }
        let finding = Finding::new(&catalogue::MISSING_KEY, format!("{what} has no `type`"))
            .at(output.span, "nothing says what callers get")
            .help(format!("add `type:`, one of {}", TYPES.join(", ")));
        context.push_missing(finding, output.span, "type");
        return None;
    };
    let known = TYPES.iter().find(|known| **known == kind.value);
    if known.is_none() {
        let finding = Finding::new(
            &catalogue::UNKNOWN_TYPE,
            format!("`{}` is not a type of an output", kind.value),
        )
        .at(kind.span, "unknown type");
        context.push(match nearest(kind.as_str(), TYPES) {
            Some(known) => finding.help(format!("did you mean `{known}`?")),
            None => finding.help(format!("the types are {}", TYPES.join(", "))),
        });
    }
    known.copied()
}

/// Reports keys that do not go together. Returns whether there are none.
pub(super) fn check_keys(
    output: &OutputParameter,
    what: &str,
    kind: &str,
    context: &mut Context<'_>,
) -> bool {
    let mapping = output.mapping.as_ref().map(|it| ("mapping", it.span));
    let value = output.value.as_ref().map(|it| ("value", it.span()));
    let fixed = output.fixed.as_ref().map(|it| ("const", it.span()));
    let is_fixed = fixed.is_some() || output.value.as_ref().is_some_and(|it| !it.is_path());
    let mut sources = [mapping, value, fixed].into_iter().flatten();
    let mut push = |message: String, span: Span, label: &str, help: &str| {
        context.push(
            Finding::new(&catalogue::OUTPUT_KEYS, message)
                .at(span, label)
                .help(help),
        );
    };
    let mut is_fine = true;
    if let (Some((first, _)), Some((second, span))) = (sources.next(), sources.next()) {
        let message = format!("{what} has a `{first}` and a `{second}`");
        push(
            message,
            span,
            "a second source of one value",
            "keep one of them",
        );
        is_fine = false;
    }
    let properties = output.properties.as_ref().map(|it| it.1);
    let items = output.items.as_ref().map(|it| it.1);
    let length = output.max_length.map(|it| it.1);
    for (key, span, wanted) in [
        ("properties", properties, "object"),
        ("items", items, "array"),
        ("maxLength", length, "string"),
    ] {
        let Some(span) = span else { continue };
        if is_fixed {
            let message = format!("{what} is a constant, and has `{key}`");
            push(
                message,
                span,
                "a constant is given as it is written",
                "remove the key",
            );
            is_fine = false;
        } else if kind != wanted {
            let message = format!("`{key}` is for the type `{wanted}`, and {what} is `{kind}`");
            push(
                message,
                span,
                "this key means nothing here",
                "correct `type`, or remove the key",
            );
            is_fine = false;
        }
    }
    if let Some((length, _)) = output.max_length.filter(|(length, _)| length.value < 0) {
        let message = format!("`maxLength` of {what} is less than nothing");
        push(
            message,
            length.span,
            "a number of characters",
            "write a whole number from 0 on",
        );
        is_fine = false;
    }
    is_fine
}
