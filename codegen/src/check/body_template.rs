//! `body` of a consumed operation as it is written, its holes still names.

use super::json_template::{self, NamedTemplate};
use super::{Context, template};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::TextPiece;
use crate::source::Span;
use crate::syntax::{Body, Constant, Text};

/// The types a body can have.
pub(crate) const TYPES: [&str; 6] = [
    "json",
    "text",
    "xml",
    "sparql",
    "formUrlEncoded",
    "multipartForm",
];

/// A template as it is written.
pub(super) struct Template {
    pub(super) form: Form,
    pub(super) span: Span,
}

/// Text whose holes are named by what stands in the braces.
type NamedText = Vec<TextPiece<String>>;

/// The forms of a body.
pub(super) enum Form {
    Json(NamedTemplate),
    Text(Language, NamedText),
    Fields {
        multipart: bool,
        fields: Vec<(String, NamedText)>,
    },
}

/// What a text is, and so how a value is written into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Plain,
    Xml,
    Sparql,
}

impl Language {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain; charset=utf-8",
            Self::Xml => "application/xml",
            Self::Sparql => "application/sparql-query",
        }
    }
}

impl Template {
    /// Whether the body is a form.
    pub(super) fn is_form(&self) -> bool {
        matches!(self.form, Form::Fields { .. })
    }

    /// The names of the holes, in order, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &String| {
            if !names.contains(name) {
                names.push(name.clone());
            }
        };
        match &self.form {
            Form::Json(json) => json.each_hole(&mut add),
            Form::Text(_, pieces) => each_name(pieces, &mut add),
            Form::Fields { fields, .. } => fields
                .iter()
                .for_each(|(_, pieces)| each_name(pieces, &mut add)),
        }
        names
    }
}

fn each_name(pieces: &NamedText, visit: &mut dyn FnMut(&String)) {
    for piece in pieces {
        if let TextPiece::Hole(name) = piece {
            visit(name);
        }
    }
}

/// Reads a template; `None` where it is a finding.
pub(super) fn read(body: &Body, context: &mut Context<'_>) -> Option<Template> {
    let form = match body.kind.as_ref().map(Text::as_str) {
        None => read_bare(body, context)?,
        Some("json") => Form::Json(read_json(body, context)?),
        Some("text") => Form::Text(Language::Plain, read_text(body, context)?),
        Some("xml") => Form::Text(Language::Xml, read_text(body, context)?),
        Some("sparql") => Form::Text(Language::Sparql, read_text(body, context)?),
        Some("formUrlEncoded") => Form::Fields {
            multipart: false,
            fields: read_fields(body, context)?,
        },
        Some("multipartForm") => Form::Fields {
            multipart: true,
            fields: read_fields(body, context)?,
        },
        Some(other) => {
            let span = body
                .kind
                .as_ref()
                .map_or(body.data.span(), |kind| kind.span);
            let finding = Finding::new(
                &catalogue::UNKNOWN_TYPE,
                format!("`{other}` is not a type of body"),
            )
            .at(span, "unknown type");
            context.variables.forgive();
            context.push(match nearest(other, TYPES) {
                Some(known) => finding.help(format!("did you mean `{known}`?")),
                None => finding.help(format!("the types are {}", TYPES.join(", "))),
            });
            return None;
        }
    };
    let span = body.data.span();
    Some(Template { form, span })
}

/// A bare text is JSON where it begins as a JSON object or array does.
fn read_bare(body: &Body, context: &mut Context<'_>) -> Option<Form> {
    let is_json = match &body.data {
        Constant::Scalar(scalar) => {
            let text = scalar.text.trim_start();
            text.starts_with(['{', '[']) && !text.starts_with("{{")
        }
        Constant::List(..) | Constant::Mapping(..) => true,
    };
    Some(if is_json {
        Form::Json(read_json(body, context)?)
    } else {
        Form::Text(Language::Plain, read_text(body, context)?)
    })
}

fn read_json(body: &Body, context: &mut Context<'_>) -> Option<NamedTemplate> {
    let read = match &body.data {
        Constant::Scalar(scalar) => json_template::of_text(&scalar.text),
        data => json_template::of_constant(data),
    };
    read.map_err(|error| {
        let span = error.span.unwrap_or_else(|| body.data.span());
        report(span, &error.reason, context);
    })
    .ok()
}

fn read_text(body: &Body, context: &mut Context<'_>) -> Option<NamedText> {
    match &body.data {
        Constant::Scalar(scalar) => read_pieces(&scalar.text, scalar.span, context),
        data => {
            report(data.span(), "a body of this type is text", context);
            None
        }
    }
}

fn read_pieces(text: &str, span: Span, context: &mut Context<'_>) -> Option<NamedText> {
    let pieces = template::split(text);
    if pieces.is_none() {
        report(span, "`{{` does not enclose a name", context);
    }
    pieces
}

/// The fields of a form: a mapping, or text as it stands in a URL, `name={{name}}&other=1`.
fn read_fields(body: &Body, context: &mut Context<'_>) -> Option<Vec<(String, NamedText)>> {
    let mut fields = Vec::new();
    match &body.data {
        Constant::Mapping(entries, _) => {
            for (name, value) in entries {
                let Constant::Scalar(scalar) = value else {
                    report(value.span(), "the value of a field is text", context);
                    return None;
                };
                let pieces = read_pieces(&scalar.text, scalar.span, context)?;
                fields.push((name.value.clone(), pieces));
            }
        }
        Constant::Scalar(scalar) => {
            let pairs = scalar.text.trim().split('&');
            for pair in pairs.filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let mut pieces = read_pieces(value, scalar.span, context)?;
                for piece in &mut pieces {
                    if let TextPiece::Literal(text) = piece {
                        *text = decoded(text);
                    }
                }
                fields.push((decoded(name), pieces));
            }
        }
        Constant::List(_, span) => {
            report(*span, "a form is a mapping of names to values", context);
            return None;
        }
    }
    Some(fields)
}

/// A name or value of a form without its percent-encoding; a `+` is a space.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn report(span: Span, reason: &str, context: &mut Context<'_>) {
    // Whatever stands in it, a variable that it uses is not unused.
    context.variables.forgive();
    context.push(
        Finding::new(&catalogue::INVALID_BODY, "this body cannot be read")
            .at(span, reason)
            .help("write the body as the API expects it, with `{{name}}` where a value belongs"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_is_written_as_in_a_url_is_decoded_once() {
        assert_eq!(decoded("a+b%2Bc%26%C3%A9%252B"), "a b+c&é%2B");
        assert_eq!(decoded("100%, %zz %"), "100%, %zz %");
    }
}
