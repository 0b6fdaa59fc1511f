//! Texts and JSON that the file spells out, with holes that are filled in for each request.

/// A part of a text with holes. `H` says what fills a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPiece<H> {
    /// Exactly this text.
    Literal(String),
    /// A value as text.
    Hole(H),
}

/// JSON with holes. `H` says what fills a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonTemplate<H> {
    /// JSON text without a hole.
    Constant(String),
    /// A value of its own type.
    Hole(H),
    /// A string with holes.
    Text(Vec<TextPiece<H>>),
    /// An array that holds a hole somewhere.
    Array(Vec<JsonTemplate<H>>),
    /// An object that holds a hole somewhere.
    Object(Vec<(String, JsonTemplate<H>)>),
}

/// What fills a hole of a route or tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// The inbound value of this slot.
    Input(usize),
    /// The variable of this index in [`super::Capability::variables`].
    Variable(usize),
}

/// The body of an operation whose form the file spells out (LANGUAGE.md §3, `body`). Holes are indexes of the
/// operation's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyTemplate {
    /// JSON.
    Json(JsonTemplate<usize>),
    /// Text of a media type.
    Text {
        /// The value of `Content-Type`.
        media_type: &'static str,
        /// Its parts.
        pieces: Vec<TextPiece<(usize, Escape)>>,
    },
    /// The fields of a form.
    Form {
        /// Whether it is sent as `multipart/form-data`, and not URL-encoded.
        multipart: bool,
        /// Names and values.
        fields: Vec<(String, Vec<TextPiece<usize>>)>,
    },
}

/// How a value is written into a text so that it stays a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As it is.
    None,
    /// As character data or an attribute's value of XML.
    Xml,
    /// Within a quoted string of SPARQL.
    SparqlString,
    /// Within `<…>` of SPARQL.
    SparqlIri,
}

impl<H> JsonTemplate<H> {
    /// Whether there is a hole at all.
    pub fn has_hole(&self) -> bool {
        let mut found = false;
        self.each_hole(&mut |_| found = true);
        found
    }

    /// Calls `visit` with what fills each hole, in order.
    pub fn each_hole(&self, visit: &mut dyn FnMut(&H)) {
        match self {
            Self::Constant(_) => {}
            Self::Hole(hole) => visit(hole),
            Self::Text(pieces) => each_hole(pieces, visit),
            Self::Array(items) => items.iter().for_each(|item| item.each_hole(visit)),
            Self::Object(members) => members
                .iter()
                .for_each(|(_, member)| member.each_hole(visit)),
        }
    }
}

/// Calls `visit` with what fills each hole of a text, in order.
pub(super) fn each_hole<H>(pieces: &[TextPiece<H>], visit: &mut dyn FnMut(&H)) {
    for piece in pieces {
        if let TextPiece::Hole(hole) = piece {
            visit(hole);
        }
    }
}
