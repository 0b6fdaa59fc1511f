//! The report where each finding has to be one line.

use super::render::MOST_FINDINGS;
use super::{Finding, Report, escape};
use crate::source::SourceFile;

/// Every finding as one line: its place as `FILE:LINE:COLUMN`, which terminals and editors make a link of, the message,
/// the help and the code. Its severity is not said: what prints the line, such as cargo, says it.
pub fn render_lines(report: &Report, file: &SourceFile) -> String {
    let mut out = String::new();
    for finding in report.findings().take(MOST_FINDINGS) {
        out.push_str(&line(finding, file));
        out.push('\n');
    }
    let rest = report.findings().skip(MOST_FINDINGS).count();
    if rest > 0 {
        out.push_str(&format!("… and {rest} more\n"));
    }
    out
}

fn line(finding: &Finding, file: &SourceFile) -> String {
    let mut line = escape::line(file.name());
    if let Some(label) = finding.primary() {
        let position = file.position(label.span.start);
        line.push_str(&format!(":{}:{}", position.line, position.column));
    }
    line.push_str(&format!(": {}", escape::line(finding.message())));
    for help in finding.helps() {
        line.push_str(&format!("; {}", escape::line(help)));
    }
    line.push_str(&format!(" [{}]", finding.code().id));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::catalogue::{NOTHING_CONSUMED, UNKNOWN_KEY};
    use crate::source::Span;

    #[test]
    fn a_finding_is_a_line() {
        let file = SourceFile::new("c.yaml", "a: 1\nprot: 2\n");
        let mut report = Report::new();
        report.push(
            Finding::new(&UNKNOWN_KEY, "unknown\nkey")
                .at(Span { start: 5, end: 9 }, "not known here")
                .help("did you mean `port`?")
                .help("or remove it"),
        );
        report.push(Finding::new(&NOTHING_CONSUMED, "whole file"));
        assert_eq!(
            render_lines(&report, &file),
            "c.yaml: whole file [GW0112]\n\
             c.yaml:2:1: unknown\\nkey; did you mean `port`?; or remove it [GW0101]\n"
        );
    }

    #[test]
    fn nobody_reads_on_after_a_thousand() {
        let file = SourceFile::new("c.yaml", "x".repeat(2_000));
        let mut report = Report::new();
        for start in 0..1_005 {
            report.push(Finding::new(&UNKNOWN_KEY, "key").at(
                Span {
                    start,
                    end: start + 1,
                },
                "",
            ));
        }
        let text = render_lines(&report, &file);
        assert_eq!(text.lines().count(), 1_001);
        assert!(text.ends_with("… and 5 more\n"), "{text}");
    }
}
