//! The one place that names settings (LANGUAGE.md §7).

use super::names::{environment, flag};
use crate::model::{Setting, SettingForm, TextPart};
use crate::source::Span;

/// The flags that every gateway has (`GATEWAY_SETTINGS` of the runtime), and those of its command line.
const GATEWAY_FLAGS: &[&str] = &[
    "admin-address",
    "admin-port",
    "allowed-hosts",
    "allowed-origins",
    "answer-limit",
    "body-limit",
    "body-timeout",
    "breaker-failures",
    "breaker-pause",
    "call-limit",
    "call-timeout",
    "check",
    "connect-timeout",
    "connection-limit",
    "drain-delay",
    "head-limit",
    "head-timeout",
    "header-limit",
    "help",
    "idle-timeout",
    "log-format",
    "log-level",
    "print-settings",
    "progress-interval",
    "request-limit",
    "result-limit",
    "retry-percent",
    "retry-rate",
    "retry-wait",
    "secrets-interval",
    "stdio",
    "stop-timeout",
    "stream-limit",
    "upstream-idle-connections",
    "upstream-idle-timeout",
    "uri-limit",
    "version",
    "write-timeout",
];

/// The flags that a gateway built with traces has as well (`TRACE_SETTINGS` of the runtime). A capability
/// has to be good for both builds.
const TRACE_FLAGS: &[&str] = &[
    "otel-bsp-export-timeout",
    "otel-bsp-max-export-batch-size",
    "otel-bsp-max-queue-size",
    "otel-bsp-schedule-delay",
    "otel-exporter-otlp-certificate",
    "otel-exporter-otlp-client-certificate",
    "otel-exporter-otlp-client-key",
    "otel-exporter-otlp-compression",
    "otel-exporter-otlp-endpoint",
    "otel-exporter-otlp-headers",
    "otel-exporter-otlp-protocol",
    "otel-exporter-otlp-timeout",
    "otel-exporter-otlp-traces-certificate",
    "otel-exporter-otlp-traces-client-certificate",
    "otel-exporter-otlp-traces-client-key",
    "otel-exporter-otlp-traces-compression",
    "otel-exporter-otlp-traces-endpoint",
    "otel-exporter-otlp-traces-headers",
    "otel-exporter-otlp-traces-protocol",
    "otel-exporter-otlp-traces-timeout",
    "otel-propagators",
    "otel-resource-attributes",
    "otel-sdk-disabled",
    "otel-service-name",
    "otel-traces-exporter",
    "otel-traces-sampler",
    "otel-traces-sampler-arg",
];

/// The settings found so far, in the file's order.
#[derive(Debug, Default)]
pub(super) struct Settings {
    settings: Vec<Setting>,
    /// What in the file gives each its name.
    places: Vec<Span>,
    /// Flags that were added in two forms, and what gives the second its name.
    mixed: Vec<(String, Span)>,
}

/// A setting that cannot have its name.
pub(super) struct Clash<'a> {
    /// Its name.
    pub(super) environment: &'a str,
    /// What in the file leads to the name.
    pub(super) span: Span,
    /// Why nothing else may.
    pub(super) reason: &'static str,
    /// What else in the file leads to the name, and how.
    pub(super) other: Option<(Span, &'static str)>,
}

impl Settings {
    /// A setting made from a namespace and a suffix: `lago-customers` and `base-uri`.
    pub(super) fn of_namespace(
        namespace: &str,
        suffix: &str,
        form: SettingForm,
        help: String,
    ) -> Setting {
        // Without a namespace, which is a finding of its own, there still is a name.
        let namespace = if namespace.is_empty() {
            "unnamed"
        } else {
            namespace
        };
        Self::of_environment(
            format!("{}_{}", environment(namespace), environment(suffix)),
            form,
            help,
        )
    }

    /// A setting that is read from a source key of the environment.
    pub(super) fn of_environment(environment: String, form: SettingForm, help: String) -> Setting {
        Setting {
            flag: flag(&environment),
            environment,
            form,
            default: None,
            derived: Vec::new(),
            in_file: None,
            help,
            needed: Vec::new(),
        }
    }

    /// Adds a setting, or what needs it where it is known already; returns its flag. What gives it its name stands at
    /// `place`.
    pub(super) fn add(&mut self, setting: Setting, place: Span) -> String {
        let flag = setting.flag.clone();
        match self.settings.iter_mut().find(|known| known.flag == flag) {
            Some(known) => {
                if known.form != setting.form
                    || known.environment != setting.environment
                    || known.in_file != setting.in_file
                {
                    self.mixed.push((flag.clone(), place));
                }
                for needed in setting.needed {
                    if !known.needed.contains(&needed) {
                        known.needed.push(needed);
                    }
                }
            }
            None => {
                self.settings.push(setting);
                self.places.push(place);
            }
        }
        flag
    }

    /// Says what else needs the setting of this flag.
    pub(super) fn need(&mut self, flag: &str, by: &str, line: usize) {
        let mut settings = self.settings.iter_mut();
        if let Some(setting) = settings.find(|setting| setting.flag == flag) {
            setting.needed.push((by.to_owned(), line));
        }
    }

    /// The settings whose flags mean two things, of these and of those that every gateway has, or cannot be written.
    pub(super) fn clashes(&self) -> impl Iterator<Item = Clash<'_>> {
        self.settings
            .iter()
            .zip(&self.places)
            .filter_map(|(setting, place)| self.clash(setting, *place))
    }

    fn clash<'a>(&'a self, setting: &'a Setting, place: Span) -> Option<Clash<'a>> {
        let flag = setting.flag.as_str();
        let secret = flag.strip_suffix("-file");
        let mixed = self.mixed.iter().find(|(mixed, _)| mixed == flag);
        let file_of = secret.and_then(|secret| {
            let mut settings = self.settings.iter().zip(&self.places);
            settings.find(|(other, _)| other.flag == secret && other.form == SettingForm::Secret)
        });
        let (span, reason, other) =
            if GATEWAY_FLAGS.contains(&flag) || TRACE_FLAGS.contains(&secret.unwrap_or(flag)) {
                (place, "every gateway has a setting of this name", None)
            } else if !is_environment_name(&setting.environment) {
                let reason = "no flag and no environment variable can have this name";
                (place, reason, None)
            } else if let Some((_, secret)) = file_of {
                let reason = "this is the name of the setting for the file of a secret";
                (place, reason, Some((*secret, "of this secret")))
            } else {
                let (_, second) = mixed?;
                (
                    *second,
                    "another setting has this name",
                    Some((place, "named so first here")),
                )
            };
        Some(Clash {
            environment: &setting.environment,
            span,
            reason,
            other: other.filter(|(other, _)| *other != span),
        })
    }

    /// The flags of the secrets that a text and the setting `made` are made of, each once.
    pub(super) fn secrets(&self, made: &str, text: &[TextPart]) -> Vec<String> {
        let find = |flag: &str| self.settings.iter().find(|setting| setting.flag == flag);
        let parts = find(made).map_or(&[][..], |setting| &setting.derived);
        let mut secrets: Vec<String> = Vec::new();
        for flag in flags(parts).chain(flags(text)) {
            let is_secret = find(flag).is_some_and(|it| it.form == SettingForm::Secret);
            if is_secret && !secrets.iter().any(|known| known == flag) {
                secrets.push(flag.to_owned());
            }
        }
        secrets
    }

    pub(super) fn into_vec(self) -> Vec<Setting> {
        self.settings
    }
}

/// Whether a name can be that of an environment variable and, in lower case, of a flag. A leading digit stays:
/// a shell cannot export such a variable, but the flag works (LANGUAGE.md §7).
fn is_environment_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// The flags of the settings that a text is made of.
pub(super) fn flags(parts: &[TextPart]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        TextPart::Setting(flag) => Some(flag.as_str()),
        TextPart::Literal(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use syn::{Expr, Item, Lit};

    use super::{GATEWAY_FLAGS, TRACE_FLAGS};

    /// The runtime's table as it is written: this crate does not depend on the runtime.
    const TABLE: &str = include_str!("../../../runtime/src/settings/table.rs");
    const TRACES: &str = include_str!("../../../runtime/src/settings/traces.rs");

    /// `Setting::new("flag", …).default(…)`: the first argument of the first call.
    fn flag(expression: &Expr) -> String {
        match expression {
            Expr::MethodCall(call) => flag(&call.receiver),
            Expr::Call(call) => match call.args.first() {
                Some(Expr::Lit(literal)) => match &literal.lit {
                    Lit::Str(text) => text.value(),
                    _ => panic!("a flag is a text"),
                },
                _ => panic!("a flag is a literal"),
            },
            _ => panic!("a setting is made by a call"),
        }
    }

    /// The flags of the table of this name, sorted.
    fn flags(source: &str, name: &str) -> Vec<String> {
        let file = syn::parse_file(source).unwrap();
        let table = file.items.iter().find_map(|item| match item {
            Item::Static(item) if item.ident == name => Some(&*item.expr),
            _ => None,
        });
        let Some(Expr::Reference(reference)) = table else {
            panic!("the table is a reference to an array");
        };
        let Expr::Array(settings) = &*reference.expr else {
            panic!("the table is an array");
        };
        let mut flags: Vec<_> = settings.elems.iter().map(flag).collect();
        flags.sort();
        flags
    }

    #[test]
    fn the_flags_are_those_of_the_runtime() {
        // Those of the command line itself are in no table.
        let mut expected = ["check", "help", "print-settings", "stdio", "version"]
            .map(str::to_owned)
            .to_vec();
        expected.extend(flags(TABLE, "GATEWAY_SETTINGS"));
        expected.sort();
        assert_eq!(GATEWAY_FLAGS, expected);
        assert_eq!(TRACE_FLAGS, flags(TRACES, "TRACE_SETTINGS"));
    }
}
