//! All there is to say about a file.

use std::collections::BTreeSet;

use super::{Finding, Severity};

/// Collects findings while checking goes on. They come out in the file's order, whatever order they were pushed in,
/// and one found twice is said once.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: BTreeSet<Finding>,
    warnings_denied: bool,
}

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        let finding = if self.warnings_denied {
            finding.deny()
        } else {
            finding
        };
        self.findings.insert(finding);
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity() == Severity::Error)
    }

    /// The number of errors.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// The number of warnings.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings by place in the file, those about the whole file first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// Makes every warning an error, those already here and those to come.
    pub fn deny_warnings(&mut self) {
        self.warnings_denied = true;
        self.findings = std::mem::take(&mut self.findings)
            .into_iter()
            .map(Finding::deny)
            .collect();
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity() == severity)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{DUPLICATE_KEY, UNKNOWN_KEY, WRONG_TYPE};
    use super::*;
    use crate::source::Span;

    fn at(code: &'static crate::diagnostic::Code, start: usize) -> Finding {
        Finding::new(code, "message").at(Span { start, end: 9 }, "")
    }

    #[test]
    fn findings_come_in_file_order_and_once() {
        let mut report = Report::new();
        report.push(at(&WRONG_TYPE, 5));
        report.push(at(&DUPLICATE_KEY, 2));
        report.push(at(&WRONG_TYPE, 5));
        report.push(at(&UNKNOWN_KEY, 5));
        report.push(Finding::new(&WRONG_TYPE, "the whole file"));
        let order: Vec<_> = report
            .findings()
            .map(|finding| (finding.code().id, finding.primary().map(|l| l.span.start)))
            .collect();
        assert_eq!(
            order,
            [
                (WRONG_TYPE.id, None),
                (DUPLICATE_KEY.id, Some(2)),
                (UNKNOWN_KEY.id, Some(5)),
                (WRONG_TYPE.id, Some(5)),
            ]
        );
        assert_eq!((report.errors(), report.warnings()), (3, 1));
    }

    #[test]
    fn denied_warnings_are_errors_before_and_after() {
        let mut report = Report::new();
        report.push(at(&UNKNOWN_KEY, 1));
        assert!(!report.has_errors());
        report.deny_warnings();
        report.push(at(&UNKNOWN_KEY, 2));
        assert_eq!((report.errors(), report.warnings()), (2, 0));
    }
}
