//! `outputRawFormat`: what an upstream answers with (LANGUAGE.md §3).

use super::Context;
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::RawFormat;
use crate::syntax::Text;

/// The formats an answer can have, by name.
pub(crate) const FORMATS: [(&str, RawFormat); 12] = [
    ("json", RawFormat::Json),
    ("xml", RawFormat::Xml),
    ("yaml", RawFormat::Yaml),
    ("csv", RawFormat::Csv),
    ("tsv", RawFormat::Tsv),
    ("psv", RawFormat::Psv),
    ("html", RawFormat::Html),
    ("markdown", RawFormat::Markdown),
    ("avro", RawFormat::Avro),
    ("protobuf", RawFormat::Protobuf),
    ("text", RawFormat::Text),
    ("binary", RawFormat::Binary),
];

/// The format; JSON where none is written. An unknown one is a finding.
pub(super) fn resolve(format: Option<&Text>, context: &mut Context<'_>) -> RawFormat {
    let Some(text) = format else {
        return RawFormat::Json;
    };
    if let Some((_, known)) = FORMATS.iter().find(|(name, _)| *name == text.value) {
        return *known;
    }
    let names = FORMATS.map(|(name, _)| name);
    let finding = Finding::new(
        &catalogue::UNKNOWN_FORMAT,
        format!("`{}` is not an output format", text.value),
    )
    .at(text.span, "unknown format");
    context.push(match nearest(text.as_str(), names) {
        Some(known) => finding.help(format!("did you mean `{known}`?")),
        None => finding.help(format!("known: {}", names.join(", "))),
    });
    RawFormat::Json
}
