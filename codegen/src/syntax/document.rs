//! The root of the document.

use super::binds::lower_bind;
use super::consumes::lower_consumes;
use super::exposes::lower_exposes;
use super::fields::{Fields, list, missing, named, text};
use super::releases::{IKANOS, NAFTIKO};
use super::tree::{Document, Info, Unread};
use crate::diagnostic::{Finding, Report, catalogue};
use crate::source::{Node, Value};

/// Lowers a parsed file. `None` where it is no capability at all.
pub fn lower(root: &Node, report: &mut Report) -> Option<Document> {
    let mut fields = Fields::of(root, "a capability file", report)?;
    let naftiko = fields.take(&["naftiko"], report);
    let ikanos = fields.take(&["ikanos"], report);
    match (naftiko, ikanos) {
        (Some(node), None) => check_release("naftiko", node, NAFTIKO, report)?,
        (None, Some(node)) => check_release("ikanos", node, IKANOS, report)?,
        (Some(first), Some(second)) => report.push(
            Finding::new(&catalogue::DUPLICATE_KEY, "the file names two formats")
                .at(
                    second.span,
                    "`ikanos` continues `naftiko`; a file has one of them",
                )
                .related(first.span, "the other is here")
                .help("keep `ikanos`"),
        ),
        (None, None) => {
            let finding = Finding::new(&catalogue::MISSING_KEY, "the file has no `naftiko`")
                .at(root.span, "`naftiko` is missing here")
                .help("add `naftiko:`");
            // Either of the two may have been meant.
            report.push_missing(finding.clone(), root.span, "naftiko");
            report.push_missing(finding, root.span, "ikanos");
        }
    }
    let info = fields
        .take(&["info"], report)
        .map(|node| lower_info(node, report))
        .unwrap_or_default();
    let mut unread = Unread::default();
    let of_root = fields.take(&["binds"], report);
    let mut binds = entries(of_root, "`binds`", lower_bind, &mut unread.binds, report);
    let capability = fields.take(&["capability"], report);
    fields.finish(report);
    let Some(capability) = capability else {
        missing("capability", "the file", root.span, report);
        return None;
    };
    let mut fields = Fields::of(capability, "`capability`", report)?;
    let of_capability = fields.take(&["binds"], report);
    binds.extend(entries(
        of_capability,
        "`binds`",
        lower_bind,
        &mut unread.binds,
        report,
    ));
    unread.binds |= binds.iter().any(|bind| bind.unread);
    let consumes = entries(
        fields.take(&["consumes"], report),
        "`consumes`",
        lower_consumes,
        &mut unread.consumes,
        report,
    );
    let exposes = entries(
        fields.take(&["exposes"], report),
        "`exposes`",
        lower_exposes,
        &mut unread.exposes,
        report,
    );
    unread.exposes |= fields.unsupported(&["aggregates"], report);
    fields.finish(report);
    Some(Document {
        info,
        binds,
        consumes,
        exposes,
        unread,
        span: capability.span,
    })
}

/// The entries of a list. `unread` becomes true where not all of them could be read.
fn entries<T>(
    node: Option<&Node>,
    what: &str,
    lower: fn(&Node, &mut Report) -> Option<T>,
    unread: &mut bool,
    report: &mut Report,
) -> Vec<T> {
    let errors = report.errors();
    let nodes = list(node, what, report);
    *unread |= report.errors() > errors;
    let entries: Vec<T> = nodes
        .iter()
        .filter_map(|node| lower(node, report))
        .collect();
    *unread |= entries.len() < nodes.len();
    entries
}

fn check_release(format: &str, node: &Node, known: &[&str], report: &mut Report) -> Option<()> {
    if let Value::Mapping(_) = node.value {
        report.push(
            Finding::new(&catalogue::WRONG_DOCUMENT, "this is not a capability file")
                .at(
                    node.span,
                    "a mapping here marks another kind of document, such as a schema",
                )
                .help(format!(
                    "a capability starts with a release, such as `{format}: {}`",
                    known.last()?
                )),
        );
        return None;
    }
    let release = text(Some(node), &format!("`{format}`"), report)?;
    if !known.contains(&release.as_str()) {
        let newest = known.last()?;
        report.push(
            Finding::new(
                &catalogue::UNKNOWN_RELEASE,
                format!("{format} `{}` is not a known release", release.value),
            )
            .at(release.span, format!("read as {newest}"))
            .help(format!("known: {}", known.join(", "))),
        );
    }
    Some(())
}

fn lower_info(node: &Node, report: &mut Report) -> Info {
    let Some(mut fields) = Fields::of(node, "`info`", report) else {
        return Info::default();
    };
    let label = text(
        fields.take(&["label", "display", "title", "name"], report),
        "`label`",
        report,
    );
    let description = text(
        fields.take(&["description"], report),
        "`description`",
        report,
    );
    let version = text(fields.take(&["version"], report), "`version`", report);
    for tag in list(fields.take(&["tags"], report), "`tags`", report) {
        text(Some(tag), "a tag", report);
    }
    fields.documentation(&["created", "modified"], report);
    let stakeholders = fields.take(&["stakeholders"], report);
    named(stakeholders, "`stakeholders`", report);
    fields.finish(report);
    Info {
        label,
        description,
        version,
    }
}
