//! Finding things by names that published files write in several ways (LANGUAGE.md §5, "Name folding").

use std::collections::HashMap;

/// The name without case and without what is neither a letter nor a digit.
pub(in crate::check) fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a search by a possibly renamed name came to.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::check) enum Match {
    /// No name matches.
    None,
    /// The name of this index.
    One(usize),
    /// Several names match folded, none exactly.
    Several(Vec<usize>),
}

/// Finds a name: an exact match wins, then one that is equal after folding.
pub(in crate::check) fn find<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Match {
    let folded = fold(name);
    let mut matches = Vec::new();
    for (index, candidate) in names.into_iter().enumerate() {
        if candidate == name {
            return Match::One(index);
        }
        if !folded.is_empty() && fold(candidate) == folded {
            matches.push(index);
        }
    }
    match matches.as_slice() {
        [] => Match::None,
        [only] => Match::One(*only),
        _ => Match::Several(matches),
    }
}

/// Names by which things are found many times: [`find`], without looking at each name each time.
#[derive(Debug, Default)]
pub(in crate::check) struct NameIndex {
    exact: HashMap<String, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
}

impl NameIndex {
    /// An index of these names by their positions.
    pub(in crate::check) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut index = Self::default();
        for (position, name) in names.into_iter().enumerate() {
            index
                .exact
                .entry(name.to_owned())
                .or_default()
                .push(position);
            index.folded.entry(fold(name)).or_default().push(position);
        }
        index
    }

    /// Every index of exactly this name.
    pub(in crate::check) fn exact(&self, name: &str) -> &[usize] {
        self.exact.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every index of a name that is equal after folding.
    pub(in crate::check) fn folded(&self, name: &str) -> &[usize] {
        match fold(name) {
            folded if folded.is_empty() => &[],
            folded => self.folded.get(&folded).map_or(&[], Vec::as_slice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_wins_over_a_folded_one() {
        assert_eq!(
            find("external_id", ["external-id", "external_id"]),
            Match::One(1)
        );
        assert_eq!(find("externalid", ["external-id"]), Match::One(0));
        assert_eq!(
            find("external.id", ["external-id", "external_id"]),
            Match::Several(vec![0, 1])
        );
        assert_eq!(find("id", ["external-id"]), Match::None);
        assert_eq!(find("$", ["@"]), Match::None);
    }
}
