//! Outputs that are always the same.

use super::Context;
use super::json_template;
use crate::diagnostic::{Finding, catalogue};
use crate::model::JsonTemplate;
use crate::source::{Resolved, Scalar};
use crate::syntax::Constant;

/// The JSON of a constant that is declared as `kind`; an empty `kind` stands for any. `None` where it is a finding.
pub(super) fn constant(
    constant: &Constant,
    kind: &str,
    what: &str,
    context: &mut Context<'_>,
) -> Option<String> {
    if holds_template(constant) {
        let finding = super::not_supported("a template in an output");
        context.push(
            finding
                .at(constant.span(), "the gateway could not honour this")
                .help(
                    "write a text without `{{…}}`, or take the value from the answer by `mapping`",
                ),
        );
        return None;
    }
    let json = match constant {
        Constant::Scalar(scalar) => of_scalar(scalar, kind),
        Constant::List(..) if matches!(kind, "array" | "") => of_value(constant),
        Constant::Mapping(..) if matches!(kind, "object" | "") => of_value(constant),
        Constant::List(..) | Constant::Mapping(..) => None,
    };
    if json.is_none() {
        let expected = match kind {
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "`true` or `false`",
            "array" => "a list",
            "object" => "a mapping",
            "string" => "text",
            _ => "a value that JSON has",
        };
        context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!("this constant cannot be {what}"),
            )
            .at(constant.span(), format!("expected {expected}"))
            .help("correct the constant, or the type of the output"),
        );
    }
    json
}

fn holds_template(constant: &Constant) -> bool {
    match constant {
        Constant::Scalar(scalar) => scalar.text.contains("{{"),
        Constant::List(items, _) => items.iter().any(holds_template),
        Constant::Mapping(entries, _) => entries.iter().any(|(_, value)| holds_template(value)),
    }
}

/// A scalar as it is read where that type is expected (LANGUAGE.md §1): any is text.
fn of_scalar(scalar: &Scalar, kind: &str) -> Option<String> {
    match (kind, scalar.resolve()) {
        ("string", _) => Some(serde_json::Value::from(scalar.text.as_str()).to_string()),
        ("integer", _) => Some(scalar.text.parse::<i64>().ok()?.to_string()),
        ("boolean", _) => Some(scalar.text.parse::<bool>().ok()?.to_string()),
        ("number", Resolved::Integer(_) | Resolved::Float(_)) | ("", _) => {
            of_value(&Constant::Scalar(scalar.clone()))
        }
        _ => None,
    }
}

fn of_value(constant: &Constant) -> Option<String> {
    match json_template::of_constant(constant).ok()? {
        JsonTemplate::Constant(json) => Some(json),
        _ => None,
    }
}
