//! All there is to say about a file.

use std::collections::BTreeSet;

use super::misspelling::{Misspellings, Said};
use super::{Finding, Severity};
use crate::source::Span;

/// Collects findings while checking goes on. They come out in the file's order, whatever order they were pushed in,
/// and one found twice is said once.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: BTreeSet<Finding>,
    /// How many of them are errors, which is asked for again and again while checking goes on.
    errors: usize,
    misspellings: Misspellings,
    warnings_denied: bool,
}

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        let finding = self.judged(finding);
        self.insert(finding);
    }

    /// Adds a finding about a key that the mapping at `mapping` lacks. A key beside it that is a misspelling of it
    /// ([`Report::push_misspelt`]) makes one finding with it.
    pub(crate) fn push_missing(&mut self, finding: Finding, mapping: Span, key: &str) {
        let finding = self.judged(finding);
        let said = self.misspellings.missing(mapping, key, finding);
        self.say(said);
    }

    /// Adds a finding about a key of the mapping at `mapping` that is `written`, where most likely `key` was meant.
    pub(crate) fn push_misspelt(
        &mut self,
        finding: Finding,
        mapping: Span,
        key: &str,
        written: &str,
    ) {
        let finding = self.judged(finding);
        let said = self.misspellings.written(mapping, key, written, finding);
        self.say(said);
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The number of errors.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// The number of warnings.
    pub fn warnings(&self) -> usize {
        self.findings.len() - self.errors
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
        self.errors = self.findings.len();
        self.misspellings.deny();
    }

    fn judged(&self, finding: Finding) -> Finding {
        if self.warnings_denied {
            finding.deny()
        } else {
            finding
        }
    }

    fn say(&mut self, said: Said) {
        for half in &said.instead_of {
            self.remove(half);
        }
        self.insert(said.finding);
    }

    fn insert(&mut self, finding: Finding) {
        let is_error = finding.severity() == Severity::Error;
        if self.findings.insert(finding) {
            self.errors += usize::from(is_error);
        }
    }

    fn remove(&mut self, finding: &Finding) {
        if self.findings.remove(finding) {
            self.errors -= usize::from(finding.severity() == Severity::Error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{DUPLICATE_KEY, MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE};
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

    /// Two halves of a mistake in the mapping at 0: `name` is missing, `nmae` is not known.
    fn halves() -> [Finding; 2] {
        [
            Finding::new(&MISSING_KEY, "an operation has no `name`")
                .at(Span { start: 0, end: 20 }, "missing here")
                .help("add `name:`"),
            Finding::new(&UNKNOWN_KEY, "`nmae` is not a key of an operation")
                .at(Span { start: 3, end: 7 }, "not known here")
                .help("did you mean `name`?"),
        ]
    }

    #[test]
    fn a_misspelt_key_and_the_one_that_is_missing_are_one_finding() {
        let mapping = Span { start: 0, end: 20 };
        for written_first in [false, true] {
            let mut report = Report::new();
            let [missing, unknown] = halves();
            if written_first {
                report.push_misspelt(unknown.clone(), mapping, "name", "nmae");
                assert_eq!((report.errors(), report.warnings()), (0, 1));
            }
            // What is found twice is said once.
            for _ in 0..2 {
                report.push_missing(missing.clone(), mapping, "name");
                report.push_misspelt(unknown.clone(), mapping, "name", "nmae");
            }
            assert_eq!((report.errors(), report.warnings()), (1, 0));
            let finding = report.findings().next().unwrap();
            assert_eq!(
                (finding.code(), finding.message()),
                (
                    &MISSING_KEY,
                    "an operation has no `name`: `nmae` is not a key of it"
                )
            );
            assert_eq!(finding.primary(), unknown.primary());
            assert_eq!(finding.helps(), ["did you mean `name`?"]);
        }
    }

    #[test]
    fn a_second_misspelling_and_other_mappings_are_mistakes_of_their_own() {
        let mapping = Span { start: 0, end: 20 };
        let mut report = Report::new();
        let [missing, unknown] = halves();
        report.push_missing(missing, mapping, "name");
        report.push_misspelt(
            at(&UNKNOWN_KEY, 9),
            Span { start: 2, end: 20 },
            "name",
            "nmae",
        );
        assert_eq!((report.errors(), report.warnings()), (1, 1));
        report.push_misspelt(unknown, mapping, "name", "nmae");
        assert_eq!((report.errors(), report.warnings()), (1, 1));
        report.push_misspelt(at(&UNKNOWN_KEY, 8), mapping, "name", "naem");
        assert_eq!((report.errors(), report.warnings()), (1, 2));
        report.deny_warnings();
        assert_eq!((report.errors(), report.warnings()), (3, 0));
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
