//! The pattern of a route: `/v1/customers/{id}.json`. A brace is never literal text: the compiler sees to it.

/// One segment of a route's path, between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Exactly this text, after percent-decoding.
    Literal(&'static str),
    /// Any text: the next route variable.
    Variable,
    /// Variables within literal text, such as `{id}.json`.
    Partial(Vec<Piece>),
}

/// A part of a [`Segment::Partial`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this text.
    Literal(&'static str),
    /// Any text that is not empty, as short as can be: the next route variable.
    Variable,
}

/// The segments of a path, with or without a leading `/`. A variable is written `{x}` or `{{x}}`.
pub(super) fn segments(path: &'static str) -> Vec<Segment> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split('/').map(segment).collect()
}

fn segment(text: &'static str) -> Segment {
    let pieces = pieces(text);
    match pieces.as_slice() {
        [] => Segment::Literal(""),
        [Piece::Literal(text)] => Segment::Literal(text),
        [Piece::Variable] => Segment::Variable,
        _ => Segment::Partial(pieces),
    }
}

fn pieces(text: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (literal, braced) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if braced.is_empty() {
            break;
        }
        pieces.push(Piece::Variable);
        let close = if braced.starts_with("{{") { "}}" } else { "}" };
        rest = braced.split_once(close).map_or("", |(_, after)| after);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::Segment::{Literal, Partial, Variable};
    use super::*;

    #[test]
    fn a_path_is_split_at_slashes_and_braces() {
        let partial = |pieces: &[Piece]| Partial(pieces.to_vec());
        for (path, expected) in [
            ("/v1/a", vec![Literal("v1"), Literal("a")]),
            ("a/{x}", vec![Literal("a"), Variable]),
            ("/{{x}}/", vec![Variable, Literal("")]),
            ("/a//c:go", vec![Literal("a"), Literal(""), Literal("c:go")]),
            ("/", vec![Literal("")]),
            (
                "/{id}.json",
                vec![partial(&[Piece::Variable, Piece::Literal(".json")])],
            ),
            (
                "/{{a}}:{b+}{c}",
                vec![partial(&[
                    Piece::Variable,
                    Piece::Literal(":"),
                    Piece::Variable,
                    Piece::Variable,
                ])],
            ),
            (
                "/range(address='{address}')",
                vec![partial(&[
                    Piece::Literal("range(address='"),
                    Piece::Variable,
                    Piece::Literal("')"),
                ])],
            ),
        ] {
            assert_eq!(segments(path), expected, "{path}");
        }
    }
}
