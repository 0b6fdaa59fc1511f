//! A key that is missing, and one beside it that was most likely meant to be it: two halves of one mistake.

use std::collections::BTreeMap;

use super::Finding;
use crate::source::Span;

/// The halves found so far, by the mapping and the key that is missing from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Misspellings(BTreeMap<(Span, String), Halves>);

#[derive(Clone, Debug, Default)]
struct Halves {
    missing: Option<Finding>,
    /// The key as it is written, and what was found about it.
    written: Option<(String, Finding)>,
}

/// What to say of a mistake.
pub(super) struct Said {
    pub(super) finding: Finding,
    /// What may have been said before of its halves, and is said no more.
    pub(super) instead_of: Vec<Finding>,
}

impl Misspellings {
    /// Takes in that `key` is missing from a mapping.
    pub(super) fn missing(&mut self, mapping: Span, key: &str, finding: Finding) -> Said {
        let halves = self.0.entry((mapping, key.to_owned())).or_default();
        halves.missing = Some(finding.clone());
        match &halves.written {
            Some((written, unknown)) => whole(finding, written, unknown.clone()),
            None => half(finding),
        }
    }

    /// Takes in that `written` stands in a mapping, where most likely `key` was meant. Only the first such key is the
    /// other half of a mistake.
    pub(super) fn written(
        &mut self,
        mapping: Span,
        key: &str,
        written: &str,
        finding: Finding,
    ) -> Said {
        let halves = self.0.entry((mapping, key.to_owned())).or_default();
        let (first, _) = halves
            .written
            .get_or_insert_with(|| (written.to_owned(), finding.clone()));
        match &halves.missing {
            Some(missing) if first == written => whole(missing.clone(), written, finding),
            _ => half(finding),
        }
    }

    /// Makes every warning an error.
    pub(super) fn deny(&mut self) {
        for halves in self.0.values_mut() {
            halves.missing = halves.missing.take().map(Finding::deny);
            let deny = |(written, finding): (String, Finding)| (written, finding.deny());
            halves.written = halves.written.take().map(deny);
        }
    }
}

fn half(finding: Finding) -> Said {
    Said {
        finding,
        instead_of: Vec::new(),
    }
}

fn whole(missing: Finding, written: &str, unknown: Finding) -> Said {
    Said {
        finding: missing.clone().explained_by(written, &unknown),
        instead_of: vec![missing, unknown],
    }
}
