//! The report for other programs: one JSON object per finding and line.

use serde_json::{Value, json};

use super::{Finding, Label, Report};
use crate::source::SourceFile;

/// Every finding as one line of JSON: `code`, `severity`, `message`, `help`, `file`, `primary` (null if it is about
/// the file as a whole) and `related`. Offsets are bytes, lines and columns count from 1, columns in characters.
pub fn render_json(report: &Report, file: &SourceFile) -> String {
    let mut out = String::new();
    for finding in report.findings() {
        push_harmless(&mut out, &object(finding, file).to_string());
        out.push('\n');
    }
    out
}

fn object(finding: &Finding, file: &SourceFile) -> Value {
    json!({
        "code": finding.code().id,
        "severity": finding.severity().as_str(),
        "message": finding.message(),
        "help": finding.helps(),
        "file": file.name(),
        "primary": finding.primary().map(|label| place(label, file)),
        "related": finding.related_labels().iter().map(|label| place(label, file)).collect::<Vec<_>>(),
    })
}

fn place(label: &Label, file: &SourceFile) -> Value {
    let start = file.position(label.span.start);
    let end = file.position(label.span.end);
    json!({
        "label": label.text,
        "byte_start": label.span.start,
        "byte_end": label.span.end,
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    })
}

/// JSON escapes only the controls of ASCII. The others can only stand inside a string, where an escape means the same.
fn push_harmless(out: &mut String, json: &str) {
    for character in json.chars() {
        if crate::hidden::is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::catalogue::DUPLICATE_KEY;
    use crate::source::Span;

    #[test]
    fn one_object_per_line() {
        let file = SourceFile::new("c.yaml", "é: 1\né: 2\n");
        let mut report = Report::new();
        report.push(
            Finding::new(&DUPLICATE_KEY, "twice\u{202e}\n")
                .at(Span { start: 6, end: 8 }, "here")
                .related(Span { start: 0, end: 2 }, "first")
                .help("remove one"),
        );
        report.push(Finding::new(&DUPLICATE_KEY, "whole file"));
        let text = render_json(&report, &file);
        assert!(text.is_ascii() || !text.contains('\u{202e}'));
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["primary"], Value::Null);
        assert_eq!(
            lines[1],
            json!({
                "code": "GW0103", "severity": "error", "message": "twice\u{202e}\n", "help": ["remove one"],
                "file": "c.yaml",
                "primary": {"label": "here", "byte_start": 6, "byte_end": 8,
                    "start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 2}},
                "related": [{"label": "first", "byte_start": 0, "byte_end": 2,
                    "start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 2}}],
            })
        );
    }
}
