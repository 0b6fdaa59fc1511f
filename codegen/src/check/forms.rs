//! Forms and files: what they exclude, and where a file may stand (LANGUAGE.md §3, `in: formData` and `type: file`).

use super::Context;
use crate::diagnostic::{Finding, catalogue};
use crate::model::{ParameterPlace, Place};
use crate::source::Span;
use crate::syntax::InputParameter;

/// Whether a parameter is declared in this place.
pub(super) fn is_in(parameter: &InputParameter, place: &str) -> bool {
    let written = parameter.place.as_ref();
    written.is_some_and(|written| written.value == place)
}

/// Where the form fields among these parameters go: only a multipart form carries a file.
pub(super) fn encoding(parameters: &[&InputParameter]) -> ParameterPlace {
    let is_file = |parameter: &&InputParameter| {
        is_in(parameter, "formData")
            && parameter
                .kind
                .as_ref()
                .is_some_and(|kind| kind.value == "file")
    };
    if parameters.iter().any(is_file) {
        ParameterPlace::FormPart
    } else {
        ParameterPlace::FormField
    }
}

/// A request has one body: a form, or something else. The spans are of a parameter of each kind.
pub(super) fn check_one_body(form: Option<Span>, body: Option<Span>, context: &mut Context<'_>) {
    let (Some(form), Some(body)) = (form, body) else {
        return;
    };
    context.push(
        Finding::new(
            &catalogue::FORM_AND_BODY,
            "a form and a body in one request",
        )
        .at(form, "the form is the body of the request")
        .related(body, "and so is this")
        .help("declare all of them `in: formData`, or all of them `in: body`"),
    );
}

/// Whether an upstream parameter of this place can be a file.
pub(super) fn carries_file(place: ParameterPlace) -> bool {
    // What a template is for says whether a hole of it can be one.
    matches!(
        place,
        ParameterPlace::Body
            | ParameterPlace::FormField
            | ParameterPlace::FormPart
            | ParameterPlace::Template
            | ParameterPlace::FormTemplate
    )
}

/// Says that an upstream parameter cannot be a file in its place.
pub(super) fn report_file(
    name: &str,
    span: Span,
    place: ParameterPlace,
    context: &mut Context<'_>,
) {
    let what = match place {
        ParameterPlace::Path => "a path",
        ParameterPlace::Query => "a query",
        ParameterPlace::Header => "a header",
        ParameterPlace::Cookie => "a cookie",
        ParameterPlace::BodyField => "a field of a JSON body",
        _ => "a text",
    };
    report(name, span, what, context);
}

/// Checks that an inbound parameter that is a file is read from where a caller can put one.
pub(super) fn check_inbound_file(name: &str, span: Span, place: Place, context: &mut Context<'_>) {
    let what = match place {
        Place::Path(_) => "a path",
        Place::Query => "a query",
        Place::Header => "a header",
        Place::Cookie => "a cookie",
        Place::Body | Place::BodyField | Place::FormField | Place::Argument => return,
    };
    report(name, span, what, context);
}

fn report(name: &str, span: Span, what: &str, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::MISPLACED_FILE,
            format!("`{name}` is a file, and {what} cannot be one"),
        )
        .at(span, "no file can stand here")
        .help("a file can be a field of a multipart form (`in: formData`), or the whole body (the only one `in: body`)"),
    );
}
