//! `outputParameters`: as long as shaping is not built, only the payload as it is (LANGUAGE.md §6).

use super::fields::{Fields, is_null, named, not_supported, text};
use crate::diagnostic::Report;
use crate::source::Node;

/// Checks that outputs are the payload as it is: at most one, mapped to the root. Returns whether they are
/// something else, which has been reported.
pub(super) fn check_outputs(node: Option<&Node>, report: &mut Report) -> bool {
    let errors = report.errors();
    let outputs = named(node, "`outputParameters`", report);
    if let Some(second) = outputs.get(1) {
        report.push(not_supported(
            "an answer of several output parameters",
            second.node.span,
        ));
        return true;
    }
    for output in outputs {
        if is_null(output.node) {
            continue;
        }
        let Some(mut fields) = Fields::of(output.node, "an output parameter", report) else {
            continue;
        };
        fields.documentation(&["name", "type", "description"], report);
        for key in ["mapping", "value"] {
            let Some(path) = text(fields.take(&[key], report), &format!("`{key}`"), report) else {
                continue;
            };
            if !matches!(path.as_str(), "$" | "$.") {
                report.push(not_supported(
                    &format!("an output of `{}`", path.value),
                    path.span,
                ));
            }
        }
        // One parameter is one construct, and one finding.
        if report.errors() > errors {
            continue;
        }
        fields.unsupported(&["properties", "items", "const", "maxLength"], report);
        fields.finish(report);
    }
    report.errors() > errors
}
