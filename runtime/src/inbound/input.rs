//! The description of one inbound parameter, as the compiler emits it in tables.

/// One inbound parameter of a route or a tool.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// The name the caller uses.
    pub name: &'static str,
    /// Where the caller puts it.
    pub place: Place,
    /// What its value must be.
    pub kind: Kind,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Whether it becomes part of an upstream path, and so must not be empty, `.` or `..`.
    pub segment: bool,
}

/// Where an inbound parameter is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The route variable of this index, counted from the left.
    Path(usize),
    /// The query string.
    Query,
    /// A request header.
    Header,
    /// A cookie.
    Cookie,
    /// The whole request body.
    Body,
    /// A top-level field of a JSON request body.
    BodyField,
    /// A field of a form, urlencoded or multipart.
    FormField,
    /// A tool argument.
    Argument,
}

impl Place {
    /// The word for the place in an answer to the caller.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body | Self::BodyField => "body",
            Self::FormField => "form",
            Self::Argument => "argument",
        }
    }
}

/// The type of an inbound value (LANGUAGE.md §3, `type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A 64-bit signed integer.
    Integer,
    /// A finite number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of texts.
    List,
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
    /// Any JSON value.
    Json,
    /// A body of any JSON value, or plain text from a REST caller.
    JsonOrText,
    /// A file: the bytes of a REST caller, base64 as a tool argument.
    File,
}

impl Kind {
    /// What is expected, as a phrase for a message.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::List => "a list",
            Self::Object => "a JSON object",
            Self::Array => "a JSON array",
            Self::Json => "a JSON value",
            Self::JsonOrText => "a JSON value or plain text",
            Self::File => "a file",
        }
    }
}

impl Input {
    const fn new(name: &'static str, place: Place, kind: Kind) -> Self {
        Self {
            name,
            place,
            kind,
            required: false,
            segment: false,
        }
    }

    /// A route variable. The route matches only when it is there, so it is always required.
    pub const fn path(index: usize, name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Path(index), kind).required()
    }

    /// A query parameter.
    pub const fn query(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Query, kind)
    }

    /// A request header.
    pub const fn header(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Header, kind)
    }

    /// A cookie.
    pub const fn cookie(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Cookie, kind)
    }

    /// The whole request body.
    pub const fn body(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Body, kind)
    }

    /// A top-level field of a JSON request body.
    pub const fn body_field(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::BodyField, kind)
    }

    /// A field of a form.
    pub const fn form_field(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::FormField, kind)
    }

    /// A tool argument.
    pub const fn argument(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Argument, kind)
    }

    /// The same input, required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same input, required, and checked for use as one segment of an upstream path.
    pub const fn segment(mut self) -> Self {
        self.required = true;
        self.segment = true;
        self
    }
}
