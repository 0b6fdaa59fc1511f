//! Where in a SPARQL query a text ends (SPARQL 1.1 §19.5, §19.7, §19.8), so that a value is written in the way
//! that its place needs.

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

    /// Reads on.
    pub(super) fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let length = self.step(character, rest);
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Reads what `rest` begins with, which is `character`; returns its length.
    fn step(&mut self, character: char, rest: &str) -> usize {
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
                // `<` is also a comparison, which white space, `=` or a number follows.
                '<' => {
                    let next = rest.chars().nth(1);
                    self.in_iri = next.is_none_or(|next| {
                        !next.is_whitespace() && next != '=' && !next.is_ascii_digit()
                    });
                }
                _ => {}
            },
        }
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_a_text_ends() {
        for (text, place) in [
            ("SELECT ?x WHERE { ?x <http://a/", Place::Iri),
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
            let mut state = State::default();
            state.read(text);
            assert_eq!(state.place(), place, "{text}");
        }
    }
}
