//! Where in a SPARQL query a text ends (SPARQL 1.1 §19.5, §19.7, §19.8), so that a value is written in the way
//! that its place needs.

use crate::model::TextPiece;

/// What stands around a place in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: a value would be a part of the query itself.
    Query,
    /// Quotes.
    String,
    /// `<` and `>`.
    Iri,
    /// The rest of a line after `#`.
    Comment,
}

/// How far a query has been read.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The quotes that are open: one, or three of a kind.
    quotes: String,
    in_iri: bool,
    in_comment: bool,
}

impl State {
    /// Where the text that was read ends.
    pub(super) fn place(&self) -> Place {
        if !self.quotes.is_empty() {
            Place::String
        } else if self.in_iri {
            Place::Iri
        } else if self.in_comment {
            Place::Comment
        } else {
            Place::Query
        }
    }

    /// Reads the text that `pieces` begin with; what comes behind it says what a `<` in it is.
    pub(super) fn read(&mut self, pieces: &[TextPiece<String>]) {
        let Some((TextPiece::Literal(text), behind)) = pieces.split_first() else {
            return;
        };
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            let length = self.step(character, rest, behind);
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Reads what `rest` begins with, which is `character`; returns its length.
    fn step(&mut self, character: char, rest: &str, behind: &[TextPiece<String>]) -> usize {
        let one = character.len_utf8();
        match self.place() {
            Place::Comment => self.in_comment = character != '\n',
            Place::Iri => self.in_iri = character != '>',
            Place::String if character == '\\' => {
                return one + rest.chars().nth(1).map_or(0, char::len_utf8);
            }
            Place::String if rest.starts_with(&self.quotes) => {
                let length = self.quotes.len();
                self.quotes.clear();
                return length;
            }
            Place::String => {}
            Place::Query => match character {
                '"' | '\'' => {
                    let triple = character.to_string().repeat(3);
                    self.quotes = if rest.starts_with(&triple) {
                        triple
                    } else {
                        character.to_string()
                    };
                    return self.quotes.len();
                }
                '#' => self.in_comment = true,
                '<' => self.in_iri = is_iri(rest, behind),
                _ => {}
            },
        }
        one
    }
}

/// Whether the `<` that `rest` begins with opens an IRI, and is no comparison: a `>` must close it, with nothing
/// between them that no IRI has (§19.8, IRIREF). A hole is taken for a part of it: a value is written as one.
fn is_iri(rest: &str, behind: &[TextPiece<String>]) -> bool {
    let behind = behind.iter().flat_map(|piece| match piece {
        TextPiece::Literal(text) => text.chars(),
        TextPiece::Hole(_) => "".chars(),
    });
    let mut characters = rest.chars().skip(1).chain(behind);
    let is_foreign = |character: &char| *character <= ' ' || "<>\"{}|^`\\".contains(*character);
    characters.find(is_foreign) == Some('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_behind(text: &str, behind: &str) -> Place {
        let pieces = [
            TextPiece::Literal(text.to_owned()),
            TextPiece::Hole("x".to_owned()),
            TextPiece::Literal(behind.to_owned()),
        ];
        let mut state = State::default();
        state.read(&pieces);
        state.place()
    }

    #[test]
    fn knows_where_a_text_ends() {
        for (text, place) in [
            ("?x <http://a/> ", Place::Query),
            ("FILTER(?x < 5 && ?y <= 6 && ?z <7)", Place::Query),
            (r#"FILTER(?x = "a\""#, Place::String),
            (r#"FILTER(?x = "a\"" "#, Place::Query),
            ("'''it's", Place::String),
            ("'''it's''' ", Place::Query),
            ("# don't\n ", Place::Query),
            ("# don't", Place::Comment),
            ("<http://a/#b> ", Place::Query),
        ] {
            assert_eq!(place_behind(text, ""), place, "{text}");
        }
    }

    #[test]
    fn tells_an_iri_from_a_comparison() {
        for (text, behind, place) in [
            ("{ ?x <http://a/", "/b> ?y }", Place::Iri),
            ("{ ?x <", "> ?y }", Place::Iri),
            ("FILTER(?x <", ")", Place::Query),
            ("FILTER(?x<?y && ?z = ", ")", Place::Query),
            ("FILTER(?x <", " && ?y > 5)", Place::Query),
            ("FILTER(?x<?y || ?z = \"", "\")", Place::String),
        ] {
            assert_eq!(place_behind(text, behind), place, "{text}…{behind}");
        }
    }
}
