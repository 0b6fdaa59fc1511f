//! Whether a REST adapter serves its OpenAPI document: a route of its own may answer there.

use crate::model::{Route, RoutePiece, RouteSegment};

/// The one segment of the document's path.
const NAME: &str = "openapi.json";

/// Whether no route answers `GET /openapi.json`, or HEAD, which would be answered with GET.
pub(super) fn is_served(routes: &[Route]) -> bool {
    !routes
        .iter()
        .any(|route| matches!(route.method.as_str(), "GET" | "HEAD") && matches(&route.segments))
}

fn matches(segments: &[RouteSegment]) -> bool {
    match segments {
        [RouteSegment::Literal(text)] => text == NAME,
        [RouteSegment::Variable] => true,
        [RouteSegment::Partial(pieces)] => matches_pieces(pieces, NAME),
        _ => false,
    }
}

/// Whether pieces can make the text. A variable is at least one character.
fn matches_pieces(pieces: &[RoutePiece], text: &str) -> bool {
    match pieces.split_first() {
        None => text.is_empty(),
        Some((RoutePiece::Literal(literal), rest)) => text
            .strip_prefix(literal.as_str())
            .is_some_and(|text| matches_pieces(rest, text)),
        Some((RoutePiece::Variable, rest)) => text
            .char_indices()
            .skip(1)
            .map(|(position, _)| position)
            .chain([text.len()])
            .filter(|end| *end > 0)
            .filter_map(|end| text.get(end..))
            .any(|text| matches_pieces(rest, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> RoutePiece {
        match text {
            "*" => RoutePiece::Variable,
            literal => RoutePiece::Literal(literal.to_owned()),
        }
    }

    #[test]
    fn a_variable_takes_at_least_one_character() {
        for (pieces, expected) in [
            (vec!["*", ".json"], true),
            (vec!["open", "*"], true),
            (vec!["*", ".", "*"], true),
            (vec!["*", "openapi.json"], false),
            (vec!["openapi.json", "*"], false),
            (vec!["*", ".xml"], false),
            (vec!["*", "*", "n"], true),
        ] {
            let pieces: Vec<RoutePiece> = pieces.into_iter().map(piece).collect();
            assert_eq!(matches_pieces(&pieces, NAME), expected, "{pieces:?}");
        }
    }

    #[test]
    fn only_a_path_of_one_segment_can_be_the_document() {
        let literal = |text: &str| RouteSegment::Literal(text.to_owned());
        assert!(matches(&[literal("openapi.json")]));
        assert!(matches(&[RouteSegment::Variable]));
        assert!(!matches(&[literal("v1"), RouteSegment::Variable]));
        assert!(!matches(&[literal("")]));
    }
}
