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
        let exact = distance(&written, &other);
        let loose = if folded.is_empty() || other_folded.is_empty() {
            exact
        } else {
            distance(&folded, &other_folded)
        };
        // Every name is near to a name as short as the threshold.
        let length = folded.len().max(other_folded.len());
        if loose > threshold || (loose > 0 && loose >= length) {
            continue;
        }
        let rank = (loose, exact);
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

/// Damerau-Levenshtein distance where no letter is moved twice (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
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
