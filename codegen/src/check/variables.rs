//! Variables: `binds` and `{{…}}` (LANGUAGE.md §2).

use super::secrets_file::{self, SecretsFile};
use super::settings::Settings;
use super::template::split;
use super::{Context, names};
use crate::diagnostic::{Finding, Report, catalogue, nearest};
use crate::model::{SettingForm, TextPart, TextPiece};
use crate::source::Span;
use crate::syntax::{Bind, Text};

/// The variables that the file binds.
#[derive(Debug)]
pub(super) struct Variables {
    bound: Vec<Bound>,
    namespaces: Vec<String>,
    /// Whether a place that may use any of them could not be read.
    forgiven: bool,
    /// Whether there are binds that could not be read: none is then said to be missing.
    unread: bool,
}

#[derive(Debug)]
struct Bound {
    variable: String,
    source: String,
    /// Where the source is written.
    source_span: Span,
    /// The file that holds it.
    file: Option<SecretsFile>,
    span: Span,
    used: bool,
}

impl Variables {
    pub(super) fn of(binds: &[Bind], unread: bool, report: &mut Report) -> Self {
        let mut bound: Vec<Bound> = Vec::new();
        let keys = binds.iter().flat_map(|bind| {
            let file = secrets_file::of(bind, report);
            bind.keys.iter().map(move |(variable, source)| {
                (variable, source, bind.location.is_some(), file.clone())
            })
        });
        let keys: Vec<_> = keys.collect();
        for (variable, source, located, file) in keys {
            if let Some(first) = bound.iter().find(|bound| bound.variable == variable.value) {
                report.push(
                    Finding::new(
                        &catalogue::DUPLICATE_VARIABLE,
                        format!("the variable `{}` is bound twice", variable.value),
                    )
                    .at(variable.span, "bound again here")
                    .related(first.span, "bound first here")
                    .help("keep one binding"),
                );
                continue;
            }
            // The keys of a location that could not be read need not be names of environment variables.
            let source_span = source.span;
            let source = match (&file, located) {
                (None, true) => names::environment(&source.value),
                _ => source.value.clone(),
            };
            bound.push(Bound {
                variable: variable.value.clone(),
                source,
                source_span,
                file,
                span: variable.span,
                used: false,
            });
        }
        let namespaces = binds
            .iter()
            .filter_map(|bind| Some(bind.namespace.as_ref()?.value.clone()))
            .collect();
        Self {
            bound,
            namespaces,
            forgiven: false,
            unread,
        }
    }

    /// The source key of a variable that is written `KEY` or `namespace.KEY`, where that stands, and the file that holds
    /// it; `None` where it is bound nowhere.
    fn find(&mut self, reference: &str) -> Option<(String, Span, Option<SecretsFile>)> {
        let name = self.without_namespace(reference).to_owned();
        let bound = self.bound.iter_mut().find(|bound| bound.variable == name)?;
        bound.used = true;
        Some((bound.source.clone(), bound.source_span, bound.file.clone()))
    }

    /// Whether a reference can only mean a variable: it names a namespace of `binds`, or what one of them binds.
    pub(super) fn means_variable(&self, reference: &str) -> bool {
        let name = self.without_namespace(reference);
        name.len() < reference.len() || self.bound.iter().any(|bound| bound.variable == name)
    }

    fn without_namespace<'a>(&self, reference: &'a str) -> &'a str {
        match reference.split_once('.') {
            Some((namespace, name))
                if namespace == "env" || self.namespaces.iter().any(|known| known == namespace) =>
            {
                name
            }
            _ => reference,
        }
    }

    /// Says that variables may be used in a place that could not be read: none is then called unused.
    pub(super) fn forgive(&mut self) {
        self.forgiven = true;
    }

    pub(super) fn check_unused(&self, report: &mut Report) {
        if self.forgiven {
            return;
        }
        for bound in self.bound.iter().filter(|bound| !bound.used) {
            report.push(
                Finding::new(
                    &catalogue::UNUSED_VARIABLE,
                    format!("the variable `{}` is never used", bound.variable),
                )
                .at(bound.span, "bound here, and not required at start")
                .help(format!(
                    "use it as `{{{{env.{}}}}}`, for example in `authentication`, or remove it",
                    bound.variable
                )),
            );
        }
    }
}

/// Resolves a text with variables to parts that are put together at start. `by` says what needs it.
pub(super) fn resolve(text: &Text, by: &str, context: &mut Context<'_>) -> Vec<TextPart> {
    let Some(pieces) = split(&text.value) else {
        context.variables.forgive();
        context.push(
            Finding::new(&catalogue::INVALID_TEMPLATE, "this template cannot be read")
                .at(text.span, "`{{` here does not enclose a variable")
                .help("write a variable as `{{env.NAME}}`"),
        );
        return Vec::new();
    };
    pieces
        .into_iter()
        .map(|piece| match piece {
            TextPiece::Literal(literal) => TextPart::Literal(literal),
            TextPiece::Hole(reference) => {
                TextPart::Setting(variable(&reference, text.span, by, context))
            }
        })
        .collect()
}

/// Adds the setting of a variable and returns its flag.
pub(super) fn variable(reference: &str, span: Span, by: &str, context: &mut Context<'_>) -> String {
    let (source, place, file) = match context.variables.find(reference) {
        Some(found) => found,
        None if context.variables.unread => (names::environment(reference), span, None),
        None => {
            let name = context.variables.without_namespace(reference).to_owned();
            let known = context
                .variables
                .bound
                .iter()
                .map(|bound| bound.variable.as_str());
            let meant = nearest(&name, known).map(str::to_owned);
            // The one that was most likely meant is not to be called unused as well.
            if let Some(meant) = context
                .variables
                .bound
                .iter_mut()
                .find(|bound| Some(&bound.variable) == meant.as_ref())
            {
                meant.used = true;
            }
            let help = match meant {
                Some(known) => format!("did you mean `{{{{env.{known}}}}}`?"),
                None => format!("bind it: `binds: [{{namespace: env, keys: {{{name}: {name}}}}}]`"),
            };
            context.push(
                Finding::new(
                    &catalogue::UNBOUND_VARIABLE,
                    format!("the variable `{name}` is bound nowhere"),
                )
                .at(span, format!("read from the environment's `{name}`"))
                .help(help),
            );
            (name, span, None)
        }
    };
    let help = format!("Secret: {by}");
    let mut setting = match file {
        None => Settings::of_environment(source, SettingForm::Secret, help),
        Some(file) => {
            let environment = names::environment(&source);
            let mut setting = Settings::of_environment(environment, SettingForm::Secret, help);
            let of_file = context.settings.add(file.setting(), file.span());
            setting.in_file = Some((of_file, source));
            setting
        }
    };
    setting.needed.push((by.to_owned(), context.line(span)));
    context.settings.add(setting, place)
}
