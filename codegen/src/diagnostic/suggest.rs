//! Did you mean.

/// Names longer than this are not typed by hand, and comparing them costs the product of their lengths.
const LONGEST: usize = 128;

/// The candidate a writer most likely meant by `name`, if one is near: at most about a third of its letters wrong,
/// not counting case and punctuation. Among equals the first wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = name.chars().take(LONGEST + 1).collect();
    if written.len() > LONGEST {
        return None;
    }
    let folded = fold(&written);
    let threshold = written.len().max(3) / 3;
    let mut best: Option<((usize, usize), &'a str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        if other.len() > LONGEST {
            continue;
        }
        let other_folded = fold(&other);
        let is_bare = folded.is_empty() || other_folded.is_empty();
        let (from, to) = if is_bare {
            (&written, &other)
        } else {
            (&folded, &other_folded)
        };
        // Most candidates are farther than the best so far, and that is cheaper to see than how far.
        let limit = best.map_or(threshold, |((least, _), _)| least);
        if fewest_edits(from, to) > limit {
            continue;
        }
        let loose = distance(from, to);
        // Every name is near to a name as short as the threshold.
        let length = folded.len().max(other_folded.len());
        if loose > limit || (loose > 0 && loose >= length) {
            continue;
        }
        let rank = (loose, distance(&written, &other));
        if best.is_none_or(|(found, _)| rank < found) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(name: &[char]) -> Vec<char> {
    name.iter()
        .filter(|character| character.is_alphanumeric())
        .flat_map(|character| character.to_lowercase())
        .collect()
}

/// A lower bound of the distance: the letters that one has and the other lacks, counted by their low bits.
fn fewest_edits(left: &[char], right: &[char]) -> usize {
    let mut counts = [0_i32; 64];
    for (name, step) in [(left, 1), (right, -1)] {
        for character in name {
            if let Some(count) = counts.get_mut(*character as usize % 64) {
                *count += step;
            }
        }
    }
    let sum = |sign: i32| {
        counts
            .iter()
            .map(|count| (count * sign).max(0))
            .sum::<i32>()
    };
    usize::try_from(sum(1).max(sum(-1))).unwrap_or(usize::MAX)
}

/// Damerau-Levenshtein distance where no letter is moved twice (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    // What both begin and end with is not moved.
    let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
        pairs.take_while(|(left, right)| left == right).count()
    };
    let start = same(&mut left.iter().zip(right));
    let (left, right) = (
        left.get(start..).unwrap_or_default(),
        right.get(start..).unwrap_or_default(),
    );
    let end = same(&mut left.iter().rev().zip(right.iter().rev()));
    let (left, right) = (
        left.get(..left.len() - end).unwrap_or_default(),
        right.get(..right.len() - end).unwrap_or_default(),
    );
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_previous = None;
    for (row, from) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(right.len() + 1);
        current.push(row + 1);
        let mut right_previous = None;
        for (column, to) in right.iter().enumerate() {
            let cell =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut best = (cell(&last, column) + usize::from(from != to))
                .min(cell(&last, column + 1) + 1)
                .min(cell(&current, column) + 1);
            if left_previous == Some(to) && right_previous == Some(from) {
                best = best.min(cell(&before_last, column.saturating_sub(1)) + 1);
            }
            current.push(best);
            right_previous = Some(to);
        }
        before_last = std::mem::replace(&mut last, current);
        left_previous = Some(from);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let measure = |left: &str, right: &str| {
            let left: Vec<char> = left.chars().collect();
            let right: Vec<char> = right.chars().collect();
            distance(&left, &right)
        };
        assert_eq!(measure("", ""), 0);
        assert_eq!(measure("", "abc"), 3);
        assert_eq!(measure("abc", ""), 3);
        assert_eq!(measure("kitten", "sitting"), 3);
        assert_eq!(measure("ab", "ba"), 1);
        assert_eq!(measure("xab", "xba"), 1);
        assert_eq!(measure("ca", "abc"), 3);
        assert_eq!(measure("é", "e"), 1);
    }

    #[test]
    fn suggestions() {
        let keys = ["name", "namespace", "baseUri", "inputParameters", "in"];
        for (written, expected) in [
            ("nmae", Some("name")),
            ("baseURL", Some("baseUri")),
            ("base_uri", Some("baseUri")),
            ("base-uri", Some("baseUri")),
            ("inputParameter", Some("inputParameters")),
            ("input_parameters", Some("inputParameters")),
            ("im", Some("in")),
            ("x", None),
            ("", None),
            ("authentication", None),
        ] {
            assert_eq!(nearest(written, keys), expected, "{written}");
        }
    }

    #[test]
    fn the_first_of_equals_wins_and_exact_spelling_first() {
        assert_eq!(nearest("cat", ["bat", "hat"]), Some("bat"));
        assert_eq!(
            nearest("get-user", ["getUser", "get_user"]),
            Some("get_user")
        );
        assert_eq!(nearest("$", ["$", "#"]), Some("$"));
    }

    #[test]
    fn a_very_long_name_is_near_nothing() {
        let long = "a".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
