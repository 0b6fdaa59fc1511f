//! What a client has to send so that it is let in, with variables where the secrets belong.

use gatewright_codegen::model::{Capability, InboundAuthentication, McpAdapter, TextPart};

/// What a request proves its caller with.
pub(super) struct Proof {
    pub(super) place: Place,
    pub(super) value: Vec<Piece>,
}

/// Where it belongs.
pub(super) enum Place {
    /// Into the header of this name.
    Header(String),
    /// Into the query, under this name, encoded.
    Query(String),
}

/// A part of the value.
pub(super) enum Piece {
    Text(String),
    /// The name of a variable.
    Variable(String),
}

/// How a configuration writes the parts of a value.
pub(super) struct Style {
    pub(super) text: fn(&str) -> String,
    pub(super) variable: fn(&str) -> String,
}

impl Style {
    /// The value as it is written.
    pub(super) fn write(&self, value: &[Piece]) -> String {
        let pieces = value.iter().map(|piece| match piece {
            Piece::Text(text) => (self.text)(text),
            Piece::Variable(name) => (self.variable)(name),
        });
        pieces.collect()
    }
}

impl Piece {
    /// As it stands in a query; what a variable holds is left to whoever sets it.
    fn encoded(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(encoded(&text)),
            variable => variable,
        }
    }
}

impl Proof {
    /// The proof that an adapter asks for; `None` where a configuration has to hold none.
    pub(super) fn of(adapter: &McpAdapter, capability: &Capability) -> Option<Self> {
        let pieces = |parts: &[TextPart]| {
            let pieces = parts.iter().map(|part| piece(part, capability));
            pieces.collect::<Vec<Piece>>()
        };
        let authorization = || Place::Header("Authorization".to_owned());
        Some(match &adapter.authentication {
            // A client that is let in with tokens asks where to get them, and gets them itself.
            InboundAuthentication::None | InboundAuthentication::OAuth2(_) => return None,
            InboundAuthentication::Bearer(token) => Self {
                place: authorization(),
                value: after("Bearer ", pieces(token)),
            },
            // No client encodes a user and a password by itself.
            InboundAuthentication::Basic(..) => Self {
                place: authorization(),
                value: after("Basic ", [Piece::Variable(basic(&adapter.namespace))]),
            },
            InboundAuthentication::HeaderKey(name, key) => Self {
                place: Place::Header(name.clone()),
                value: pieces(key),
            },
            InboundAuthentication::QueryKey(name, key) => Self {
                place: Place::Query(encoded(name)),
                value: pieces(key).into_iter().map(Piece::encoded).collect(),
            },
        })
    }

    /// The names of its variables.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.value.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(name) => Some(name.as_str()),
        })
    }
}

fn after(scheme: &str, pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut value = vec![Piece::Text(scheme.to_owned())];
    value.extend(pieces);
    value
}

fn piece(part: &TextPart, capability: &Capability) -> Piece {
    match part {
        TextPart::Literal(text) => Piece::Text(text.clone()),
        TextPart::Setting(flag) => {
            let mut settings = capability.settings.iter();
            let setting = settings.find(|setting| setting.flag == *flag);
            Piece::Variable(setting.map_or_else(String::new, |it| it.environment.clone()))
        }
    }
}

fn basic(namespace: &str) -> String {
    let allowed = |it: char| {
        if it.is_ascii_alphanumeric() {
            it.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!(
        "{}_BASIC",
        namespace.chars().map(allowed).collect::<String>()
    )
}

/// A name as it stands in a query.
fn encoded(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
