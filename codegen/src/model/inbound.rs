//! What a caller gives.

use super::Kind;

/// One inbound parameter of a route or a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name the caller uses.
    pub name: String,
    /// Where the caller puts it.
    pub place: Place,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it becomes part of an upstream path.
    pub segment: bool,
    /// What it is, for the tool's schema and the documentation.
    pub description: String,
}

/// Where an inbound parameter is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The route variable of this index.
    Path(usize),
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The whole body.
    Body,
    /// A field of the JSON body.
    BodyField,
    /// A field of a form.
    FormField,
    /// A tool argument.
    Argument,
}
