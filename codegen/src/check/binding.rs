//! Who gives an upstream parameter its value: the `with` entry, or the inbound parameter of its name
//! (LANGUAGE.md §5).

use std::cell::Cell;

use super::kinds::{described, settle};
use super::names::{self, Match};
use super::operation::ResolvedOperation;
use super::operation_parameters::OwnValue;
use super::value::WithValue;
use super::{Context, forms, holes, inference, with};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{
    Argument, Filling, Input, JsonTemplate, Kind, Parameter, ParameterPlace, Place, TextPiece,
};
use crate::source::Span;
use crate::syntax::{Exposed, InputParameter};

/// What is exposed, as far as binding is concerned.
pub(super) struct Surface<'a> {
    /// The variables of the route; `None` for a tool.
    pub(super) route: Option<&'a [String]>,
    /// The operation or tool.
    pub(super) exposed: &'a Exposed,
    /// Declared parameters, those of the resource included.
    pub(super) declared: Vec<&'a InputParameter>,
    /// The names of the called operation's path parameters.
    pub(super) path_parameters: Vec<String>,
    /// What a reference to an inbound parameter starts with.
    pub(super) prefixes: Vec<String>,
    /// Where to point when there is no better place.
    pub(super) span: Span,
}

/// The inbound parameters of a route or tool, and the value of each upstream parameter.
pub(super) struct Bound {
    pub(super) inputs: Vec<Input>,
    pub(super) arguments: Vec<Argument>,
}

/// An inbound parameter, and the name that the file knows it by: a tool's property key may differ.
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) input: Input,
}

/// Binds every parameter of the called operation.
pub(super) fn bind(
    surface: &Surface<'_>,
    operation: &ResolvedOperation,
    context: &mut Context<'_>,
) -> Bound {
    let with = with::read(surface, operation, context);
    let explicit = surface.exposed.declares_parameters || !surface.declared.is_empty();
    let slots = if explicit {
        inference::declared_inputs(surface, operation, context)
    } else {
        Vec::new()
    };
    let mut binder = Binder {
        slots,
        explicit,
        surface,
        misdirected: Cell::new(false),
    };
    let mut arguments = Vec::new();
    for (index, parameter) in operation.model.parameters.iter().enumerate() {
        let entry = with
            .iter()
            .find(|(indexes, ..)| indexes.contains(&index))
            .map(|(.., value)| value.clone());
        let own = operation.values.get(index).and_then(Option::as_ref);
        arguments.push(match (entry, own) {
            (Some(WithValue::Reference(name, span)), _) => {
                binder.refer(&name, Some(span), parameter, context)
            }
            (Some(WithValue::Written(constant)), _) => {
                holes::argument(&mut binder, &constant, parameter, operation, context)
            }
            (Some(WithValue::Invalid), _) => Argument::Absent,
            (None, Some(OwnValue::Written(constant))) => {
                holes::argument(&mut binder, constant, parameter, operation, context)
            }
            (None, Some(OwnValue::Variable(index))) => {
                Argument::Text(vec![TextPiece::Hole(Filling::Variable(*index))])
            }
            (None, None) => binder.refer(&parameter.name, None, parameter, context),
        });
    }
    binder.settle_kinds(&mut arguments, operation, context);
    binder.check_unused(&arguments, operation, context);
    mark_shared(&mut arguments);
    Bound {
        inputs: binder.slots.into_iter().map(|slot| slot.input).collect(),
        arguments,
    }
}

pub(super) fn report_clash<'n>(
    name: &str,
    span: Span,
    several: impl Iterator<Item = &'n str>,
    context: &mut Context<'_>,
) {
    let several: Vec<String> = several.map(|name| format!("`{name}`")).collect();
    context.push(
        Finding::new(
            &catalogue::FOLDED_CLASH,
            format!("`{name}` could be {}", several.join(" or ")),
        )
        .at(span, "which one is meant?")
        .help("write the exact name"),
    );
}

pub(super) struct Binder<'a> {
    pub(super) slots: Vec<Slot>,
    /// Whether the surface is declared, so that no input may be added.
    explicit: bool,
    pub(super) surface: &'a Surface<'a>,
    /// Whether a reference found no input: one of the unused ones was most likely meant.
    misdirected: Cell<bool>,
}

impl Binder<'_> {
    /// The argument for `parameter` from the inbound parameter `name`. `reference` is where `with` says so.
    pub(super) fn refer(
        &mut self,
        name: &str,
        reference: Option<Span>,
        parameter: &Parameter,
        context: &mut Context<'_>,
    ) -> Argument {
        let slot = if self.explicit {
            self.find_declared(name, reference, parameter, context)
        } else {
            Some(inference::infer(
                &mut self.slots,
                self.surface,
                name,
                reference,
                parameter,
                context,
            ))
        };
        let Some((slot, input)) =
            slot.and_then(|slot| Some((slot, &mut self.slots.get_mut(slot)?.input)))
        else {
            return Argument::Absent;
        };
        input.required |= parameter.required;
        input.segment |= parameter.place == ParameterPlace::Path;
        Argument::Input {
            slot,
            shared: false,
            as_text: false,
        }
    }

    /// Settles the type of each input by all that it feeds: one type, beside which text may take a scalar.
    fn settle_kinds(
        &mut self,
        arguments: &mut [Argument],
        operation: &ResolvedOperation,
        context: &mut Context<'_>,
    ) {
        for (index, Slot { name, input }) in self.slots.iter_mut().enumerate() {
            let fed: Vec<(&Parameter, Kind)> = operation
                .model
                .parameters
                .iter()
                .zip(arguments.iter())
                .filter_map(|(parameter, argument)| {
                    Some((parameter, wanted_kind(argument, index, parameter.kind)?))
                })
                .collect();
            let wanted: Vec<Kind> = fed.iter().map(|(_, kind)| *kind).collect();
            let Some(settled) = settle(input.kind, self.explicit, &wanted) else {
                let wanted: Vec<&str> = wanted.iter().map(|kind| described(*kind)).collect();
                let given = if self.explicit {
                    format!("is {} here, and ", described(input.kind))
                } else {
                    String::new()
                };
                context.push(
                    Finding::new(
                        &catalogue::WRONG_TYPE,
                        format!("`{name}` {given}feeds {}", wanted.join(" and ")),
                    )
                    .at(self.surface.span, "one value cannot be all of these")
                    .related(operation.name.span, "the operation is declared here")
                    .help("declare the same type on both sides, or an inbound parameter for each"),
                );
                continue;
            };
            input.kind = settled;
            // Where the upstream parameter cannot be a file, that has been said.
            if settled == Kind::File
                && fed
                    .iter()
                    .all(|(parameter, _)| forms::carries_file(parameter.place))
            {
                let mut declared = self.surface.declared.iter();
                let declared = declared.find(|parameter| parameter.name.value == *name);
                let span = declared.map_or(self.surface.span, |parameter| parameter.name.span);
                forms::check_inbound_file(name, span, input.place, context);
            }
            for (parameter, argument) in operation.model.parameters.iter().zip(arguments.iter_mut())
            {
                if let Argument::Input { slot, as_text, .. } = argument
                    && *slot == index
                {
                    *as_text = parameter.kind == Kind::Text && settled != Kind::Text;
                }
            }
        }
    }

    fn find_declared(
        &self,
        name: &str,
        reference: Option<Span>,
        parameter: &Parameter,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let span = reference.unwrap_or(self.surface.span);
        let same_place = self.slots.iter().position(|slot| {
            slot.name == name && inference::place_of(parameter.place) == slot.input.place
        });
        let found = match same_place {
            Some(index) => Match::One(index),
            None => names::find(name, self.slots.iter().map(|slot| slot.name.as_str())),
        };
        match found {
            Match::One(index) => return Some(index),
            Match::Several(several) => {
                let names = several
                    .iter()
                    .filter_map(|index| self.slots.get(*index))
                    .map(|slot| slot.name.as_str());
                report_clash(name, span, names, context);
            }
            Match::None if self.surface.exposed.unread => {}
            Match::None if reference.is_some() => {
                self.misdirected.set(true);
                let finding = Finding::new(
                    &catalogue::UNKNOWN_REFERENCE,
                    format!("there is no inbound parameter `{name}`"),
                )
                .at(span, "refers to nothing");
                let known = self.slots.iter().map(|slot| slot.name.as_str());
                context.push(match nearest(name, known) {
                    Some(known) => finding.help(format!("did you mean `{known}`?")),
                    None => finding.help(format!("declare `{name}` among the `inputParameters`")),
                });
            }
            Match::None if parameter.required => {
                let names: Vec<String> = self
                    .slots
                    .iter()
                    .map(|slot| format!("`{}`", slot.name))
                    .collect();
                let inputs = if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                };
                context.push(
                    Finding::new(
                        &catalogue::NOTHING_PROVIDES,
                        format!("nothing provides `{name}`, which the upstream requires"),
                    )
                    .at(span, format!("inbound parameters: {inputs}"))
                    .help(format!(
                        "declare `{name}` among the `inputParameters`, or set it under `with`"
                    )),
                );
            }
            Match::None => {}
        }
        None
    }

    /// An inbound parameter that feeds nothing is worth a word: its value would go nowhere.
    fn check_unused(
        &self,
        arguments: &[Argument],
        operation: &ResolvedOperation,
        context: &mut Context<'_>,
    ) {
        if self.misdirected.get() || operation.unread || self.surface.exposed.unread {
            return;
        }
        let mut read: Vec<usize> = Vec::new();
        for argument in arguments {
            argument.each_slot(&mut |slot| read.push(slot));
        }
        let used = |index: usize| read.contains(&index);
        let mut unused: Vec<&str> = self
            .slots
            .iter()
            .enumerate()
            .filter(|(index, _)| !used(*index))
            .map(|(_, slot)| slot.name.as_str())
            .collect();
        let variables = self.surface.route.unwrap_or_default();
        for (index, variable) in variables.iter().enumerate() {
            if !self
                .slots
                .iter()
                .any(|slot| slot.input.place == Place::Path(index))
            {
                unused.push(variable);
            }
        }
        for name in unused {
            let declared = self
                .surface
                .declared
                .iter()
                .find(|parameter| parameter.name.value == name);
            let span = declared.map_or(self.surface.span, |parameter| parameter.name.span);
            context.push(
                Finding::new(
                    &catalogue::UNUSED_INPUT,
                    format!("the inbound parameter `{name}` feeds nothing"),
                )
                .at(
                    span,
                    format!("`{}` has no parameter `{name}`", operation.name.value),
                )
                .related(operation.name.span, "the operation is declared here")
                .help("say under `with` which upstream parameter it is, or remove it"),
            );
        }
    }
}

/// The type that an argument needs the input of a slot to have; `None` where it takes any, or does not read it.
fn wanted_kind(argument: &Argument, slot: usize, kind: Kind) -> Option<Kind> {
    let mut is_part = false;
    let mut find_parts = |pieces: &[TextPiece<Filling>]| {
        is_part |= pieces.contains(&TextPiece::Hole(Filling::Input(slot)));
    };
    match argument {
        Argument::Input { slot: read, .. } => return (*read == slot).then_some(kind),
        Argument::Text(pieces) => find_parts(pieces),
        Argument::Json(json) => each_text(json, &mut find_parts),
        Argument::Constant(_) | Argument::Absent => {}
    }
    is_part.then_some(Kind::Text)
}

fn each_text(json: &JsonTemplate<Filling>, visit: &mut dyn FnMut(&[TextPiece<Filling>])) {
    match json {
        JsonTemplate::Text(pieces) => visit(pieces),
        JsonTemplate::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        JsonTemplate::Object(members) => members
            .iter()
            .for_each(|(_, member)| each_text(member, visit)),
        JsonTemplate::Constant(_) | JsonTemplate::Hole(_) => {}
    }
}

/// Marks every use of an input but the last: those leave the value in its slot. A template never takes a value.
fn mark_shared(arguments: &mut [Argument]) {
    let mut later: Vec<usize> = Vec::new();
    for argument in arguments.iter_mut().rev() {
        if let Argument::Input { slot, shared, .. } = argument {
            *shared = later.contains(slot);
        }
        argument.each_slot(&mut |slot| later.push(slot));
    }
}
