//! Which inbound parameters exist, and where a REST parameter is read from (LANGUAGE.md §5).

use super::binding::{Slot, Surface};
use super::names::{self, Match};
use super::operation::ResolvedOperation;
use super::parameter::{declared, kind, place};
use super::{Context, forms};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Input, Kind, Parameter, ParameterPlace, Place};
use crate::source::Span;

/// The inbound place that corresponds to an upstream place.
pub(super) fn place_of(place: ParameterPlace) -> Place {
    match place {
        // What feeds a path variable and is no route variable is read from the query.
        ParameterPlace::Path | ParameterPlace::Query => Place::Query,
        ParameterPlace::Header => Place::Header,
        ParameterPlace::Cookie => Place::Cookie,
        ParameterPlace::Body => Place::Body,
        ParameterPlace::BodyField | ParameterPlace::Template => Place::BodyField,
        ParameterPlace::FormField | ParameterPlace::FormPart | ParameterPlace::FormTemplate => {
            Place::FormField
        }
    }
}

fn parameter_place(place: Place) -> ParameterPlace {
    match place {
        Place::Path(_) => ParameterPlace::Path,
        Place::Query | Place::Argument => ParameterPlace::Query,
        Place::Header => ParameterPlace::Header,
        Place::Cookie => ParameterPlace::Cookie,
        Place::Body => ParameterPlace::Body,
        Place::BodyField => ParameterPlace::BodyField,
        Place::FormField => ParameterPlace::FormField,
    }
}

/// The slot of the inferred inbound parameter `name` that feeds `parameter`, added where it is new.
pub(super) fn infer(
    slots: &mut Vec<Slot>,
    surface: &Surface<'_>,
    name: &str,
    reference: Option<Span>,
    parameter: &Parameter,
    context: &mut Context<'_>,
) -> usize {
    check_spelling(surface, name, reference, parameter, context);
    let (known_as, key, place) = match surface.route {
        None => {
            // One name in two places is one argument.
            if let Some(slot) = slots.iter().position(|slot| slot.name == name) {
                return slot;
            }
            (name.to_owned(), argument_key(slots, name), Place::Argument)
        }
        Some(variables) => {
            let (name, place) = rest_place(surface, variables, name, reference, parameter, context);
            (name.clone(), name, place)
        }
    };
    let same = |slot: &Slot| slot.input.place == place && slot.input.name == key;
    if let Some(slot) = slots.iter().position(same) {
        return slot;
    }
    let input = Input {
        name: key,
        place,
        kind: inbound_kind(parameter.kind, place),
        required: parameter.required || matches!(place, Place::Path(_)),
        segment: parameter.place == ParameterPlace::Path,
        description: parameter.description.clone(),
    };
    slots.push(Slot {
        name: known_as,
        input,
    });
    slots.len() - 1
}

/// A reference may give an inbound parameter any name; one that nearly is a name that exists is worth a word.
fn check_spelling(
    surface: &Surface<'_>,
    name: &str,
    reference: Option<Span>,
    parameter: &Parameter,
    context: &mut Context<'_>,
) {
    let Some(span) = reference else { return };
    let known: Vec<&str> = surface
        .route
        .unwrap_or_default()
        .iter()
        .map(String::as_str)
        .chain([parameter.name.as_str()])
        .collect();
    if !matches!(names::find(name, known.iter().copied()), Match::None) {
        return;
    }
    if let Some(meant) = nearest(name, known) {
        context.push(
            Finding::new(
                &catalogue::SUSPICIOUS_REFERENCE,
                format!("`{name}` is nearly `{meant}`"),
            )
            .at(span, format!("callers would have to write `{name}`"))
            .help(format!("did you mean `{meant}`?")),
        );
    }
}

/// A property key that clients accept; the second of one key gets a number.
fn argument_key(slots: &[Slot], name: &str) -> String {
    let key = names::property_key(name);
    let is_free = |key: &str| !slots.iter().any(|slot| slot.input.name == key);
    if is_free(&key) {
        return key;
    }
    // Room for the number: a key has at most 64 characters.
    let stem: String = key.chars().take(60).collect();
    (2..)
        .map(|number| format!("{stem}_{number}"))
        .find(|key| is_free(key))
        .unwrap_or(key)
}

fn rest_place(
    surface: &Surface<'_>,
    variables: &[String],
    name: &str,
    reference: Option<Span>,
    parameter: &Parameter,
    context: &mut Context<'_>,
) -> (String, Place) {
    let span = reference.unwrap_or(surface.span);
    // A parameter that is declared elsewhere upstream may still share its name with a route variable of
    // another parameter: only a path parameter, or an explicit reference, is looked for in the route first.
    match names::find(name, variables.iter().map(String::as_str)) {
        Match::One(index)
            if reference.is_some()
                || parameter.place == ParameterPlace::Path
                || !is_taken(surface, variables, index) =>
        {
            return (
                variables.get(index).cloned().unwrap_or_default(),
                Place::Path(index),
            );
        }
        Match::Several(several) => {
            let several: Vec<String> = several
                .iter()
                .filter_map(|index| variables.get(*index))
                .map(|name| format!("`{name}`"))
                .collect();
            context.push(
                Finding::new(
                    &catalogue::FOLDED_CLASH,
                    format!("`{name}` could be {}", several.join(" or ")),
                )
                .at(span, "which route variable is meant?")
                .help("rename one of the variables"),
            );
        }
        Match::One(_) | Match::None => {}
    }
    if parameter.place == ParameterPlace::Path {
        context.push(
            Finding::new(
                &catalogue::ADDED_QUERY_PARAMETER,
                format!("`{name}` is in the upstream's path and not in the route"),
            )
            .at(
                span,
                format!("it became the required query parameter `{name}`"),
            )
            .help(format!("write `{{{name}}}` in the route")),
        );
    }
    (name.to_owned(), place_of(parameter.place))
}

/// Whether a path parameter of the called operation takes this route variable.
fn is_taken(surface: &Surface<'_>, variables: &[String], index: usize) -> bool {
    let variable = variables.get(index).map(String::as_str).unwrap_or_default();
    surface
        .path_parameters
        .iter()
        .any(|name| names::fold(name) == names::fold(variable))
}

fn inbound_kind(kind: Kind, place: Place) -> Kind {
    match (kind, place) {
        (Kind::Array, Place::Query | Place::Header | Place::Cookie | Place::Path(_)) => Kind::Json,
        _ => kind,
    }
}

/// The declared inbound parameters, and the route's variables that are not declared.
pub(super) fn declared_inputs(
    surface: &Surface<'_>,
    operation: &ResolvedOperation,
    context: &mut Context<'_>,
) -> Vec<Slot> {
    let variables = surface.route.unwrap_or_default();
    let mut slots: Vec<Slot> = Vec::new();
    let bodies = surface.declared.iter();
    let bodies = bodies.filter(|it| forms::is_in(it, "body")).count();
    let (mut form, mut body) = (None, None);
    for parameter in &surface.declared {
        let name = &parameter.name.value;
        let in_route = match names::find(name, variables.iter().map(String::as_str)) {
            Match::One(index) => Some(index),
            Match::None | Match::Several(_) => None,
        };
        let target = match (&parameter.place, surface.route) {
            (_, None) => Place::Argument,
            (Some(written), Some(_)) => match place(written, context) {
                Some(ParameterPlace::Path) => Place::Path(in_route.unwrap_or(usize::MAX)),
                Some(ParameterPlace::Body) if bodies > 1 => Place::BodyField,
                Some(place) => place_of(place),
                None => continue,
            },
            (None, Some(_)) => match in_route {
                Some(index) => Place::Path(index),
                None => upstream_place(name, operation),
            },
        };
        if target == Place::Path(usize::MAX) {
            context.push(
                Finding::new(
                    &catalogue::UNUSED_PATH_PARAMETER,
                    format!("the route has no variable `{name}`"),
                )
                .at(parameter.name.span, "declared `in: path`, and ignored")
                .help(format!(
                    "write `{{{name}}}` in the route, or remove the parameter"
                )),
            );
            continue;
        }
        match target {
            Place::FormField => form = form.or(Some(parameter.name.span)),
            Place::Body | Place::BodyField => body = body.or(Some(parameter.name.span)),
            _ => {}
        }
        let Some(declared) = declared(parameter.kind.as_ref(), context) else {
            continue;
        };
        let (key, default_required) = match target {
            Place::Argument => (argument_key(&slots, name), true),
            Place::Path(index) => (variables.get(index).unwrap_or(name).clone(), true),
            _ => (name.clone(), false),
        };
        let input = Input {
            name: key,
            place: target,
            kind: kind(declared, parameter_place(target)),
            required: matches!(target, Place::Path(_))
                || parameter.required.unwrap_or(default_required),
            segment: false,
            description: parameter
                .description
                .as_ref()
                .map_or_else(String::new, |text| text.value.clone()),
        };
        slots.push(Slot {
            name: name.clone(),
            input,
        });
    }
    forms::check_one_body(form, body, context);
    for (index, variable) in variables.iter().enumerate() {
        if !slots
            .iter()
            .any(|slot| slot.input.place == Place::Path(index))
        {
            let input = Input {
                name: variable.clone(),
                place: Place::Path(index),
                kind: Kind::Text,
                required: true,
                segment: false,
                description: String::new(),
            };
            slots.push(Slot {
                name: variable.clone(),
                input,
            });
        }
    }
    slots
}

/// Where a declared REST parameter without `in` is read from: where the upstream parameter of its name lives.
fn upstream_place(name: &str, operation: &ResolvedOperation) -> Place {
    let parameters = &operation.model.parameters;
    match names::find(
        name,
        parameters.iter().map(|parameter| parameter.name.as_str()),
    ) {
        Match::One(index) => parameters
            .get(index)
            .map_or(Place::Query, |parameter| place_of(parameter.place)),
        Match::None | Match::Several(_) => Place::Query,
    }
}
