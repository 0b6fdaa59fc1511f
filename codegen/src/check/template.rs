//! Texts with `{{…}}` in them (LANGUAGE.md §2, §3, §5).

use crate::model::TextPiece;

/// Splits a text at its `{{…}}`; a hole is named by what stands in the braces. `None` where one does not end,
/// is empty, or holds a brace.
pub(super) fn split(text: &str) -> Option<Vec<TextPiece<String>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once("{{") {
        if !literal.is_empty() {
            pieces.push(TextPiece::Literal(literal.to_owned()));
        }
        let (name, after) = after.split_once("}}")?;
        let name = name.trim();
        if name.is_empty() || name.contains(['{', '}']) {
            return None;
        }
        pieces.push(TextPiece::Hole(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(TextPiece::Literal(rest.to_owned()));
    }
    Some(pieces)
}

/// Replaces the names of holes by what fills them. Every name is asked for, even after one that nothing fills.
pub(super) fn fill<H>(
    pieces: Vec<TextPiece<String>>,
    filling: &mut dyn FnMut(&str) -> Option<H>,
) -> Option<Vec<TextPiece<H>>> {
    let filled: Vec<Option<TextPiece<H>>> = pieces
        .into_iter()
        .map(|piece| match piece {
            TextPiece::Literal(text) => Some(TextPiece::Literal(text)),
            TextPiece::Hole(name) => filling(&name).map(TextPiece::Hole),
        })
        .collect();
    filled.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_braces() {
        let hole = |name: &str| TextPiece::Hole(name.to_owned());
        let literal = |text: &str| TextPiece::Literal(text.to_owned());
        assert_eq!(split("{{ a }}"), Some(vec![hole("a")]));
        assert_eq!(
            split("x{{a}}{y}{{b.c}}z"),
            Some(vec![
                literal("x"),
                hole("a"),
                literal("{y}"),
                hole("b.c"),
                literal("z")
            ])
        );
        assert_eq!(split("plain } text"), Some(vec![literal("plain } text")]));
        for text in ["{{a", "{{}}", "{{ }}", "{{a{b}}", "{{a}} {{"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
