//! Reading the settings of traces as the OpenTelemetry specification asks: "Common Configuration Specification", "Type-specific
//! guidance". What cannot be used is warned of, and is as if it were not set.

use std::time::Duration;

use super::sampler::Sampler;
use crate::settings::{SettingValues, SettingsError};

/// How long something may take that may take forever, which is what a timeout of 0 says.
const FOREVER: Duration = Duration::from_secs(3600);

/// Reads settings, and gathers what is to be warned of.
pub(super) struct Reader<'a> {
    values: &'a SettingValues,
    pub(super) warnings: Vec<String>,
}

/// A setting: its flag, and what it is set to.
pub(super) struct Given<'a> {
    pub(super) flag: String,
    pub(super) text: &'a str,
}

impl Given<'_> {
    /// The name in the environment.
    pub(super) fn name(&self) -> String {
        self.flag.to_ascii_uppercase().replace('-', "_")
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a SettingValues) -> Self {
        Self {
            values,
            warnings: Vec::new(),
        }
    }

    /// The setting of this flag.
    pub(super) fn given(&self, flag: impl Into<String>) -> Result<Given<'a>, SettingsError> {
        let flag = flag.into();
        let text = self.values.text(&flag)?;
        Ok(Given { flag, text })
    }

    /// An option of the exporter: for traces where that is set, else for all signals.
    pub(super) fn of_exporter(&self, option: &str) -> Result<Given<'a>, SettingsError> {
        let of_traces = self.given(format!("otel-exporter-otlp-traces-{option}"))?;
        match of_traces.text.is_empty() {
            true => self.given(format!("otel-exporter-otlp-{option}")),
            false => Ok(of_traces),
        }
    }

    /// Warns that a setting is other than `expected`, so that it is as if it were `instead`.
    pub(super) fn warn(&mut self, given: &Given<'_>, expected: &str, instead: &str) {
        // What is empty is not set.
        if given.text.is_empty() {
            return;
        }
        let (name, value) = (given.name(), crate::inbound::shown(given.text));
        self.warnings.push(format!(
            "{name} is {value}, which cannot be used; expected {expected}; {instead} is used"
        ));
    }

    pub(super) fn boolean(&mut self, flag: &str) -> Result<bool, SettingsError> {
        let given = self.given(flag)?;
        let is_true = given.text.eq_ignore_ascii_case("true");
        if !is_true && !given.text.eq_ignore_ascii_case("false") {
            self.warn(&given, "true or false", "false");
        }
        Ok(is_true)
    }

    /// One of `words`, in whatever case; where it is none of them, the first.
    pub(super) fn word<const N: usize>(
        &mut self,
        given: &Given<'_>,
        words: [&'static str; N],
    ) -> &'static str {
        let known = words
            .iter()
            .find(|word| word.eq_ignore_ascii_case(given.text));
        known.copied().unwrap_or_else(|| {
            let default = words.first().copied().unwrap_or_default();
            self.warn(given, &words.join(" or "), default);
            default
        })
    }

    /// A time that is waited in any case.
    pub(super) fn duration(&mut self, given: &Given<'_>, default: u64) -> Duration {
        let milliseconds = given.text.parse().unwrap_or_else(|_| {
            self.warn(given, "milliseconds", &default.to_string());
            default
        });
        Duration::from_millis(milliseconds).min(FOREVER)
    }

    /// A time that something may take at most.
    pub(super) fn timeout(&mut self, given: &Given<'_>, default: u64) -> Duration {
        match self.duration(given, default) {
            Duration::ZERO => FOREVER,
            timeout => timeout,
        }
    }

    /// A number of spans from 1 to `most`.
    pub(super) fn spans(&mut self, given: &Given<'_>, default: usize, most: usize) -> usize {
        let number = given.text.parse::<usize>().ok();
        let instead = match number {
            Some(number) if (1..=most).contains(&number) => return number,
            Some(number) if number > most => most,
            _ => default.min(most),
        };
        let expected = format!("a number of spans from 1 to {most}");
        self.warn(given, &expected, &instead.to_string());
        instead
    }

    pub(super) fn sampler(&mut self) -> Result<Sampler, SettingsError> {
        let given = self.given("otel-traces-sampler")?;
        let name = given.text.to_ascii_lowercase();
        let argument = self.given("otel-traces-sampler-arg")?;
        let takes_ratio = name.ends_with("traceidratio");
        let ratio = match argument.text.parse::<f64>() {
            _ if argument.text.is_empty() || !takes_ratio => 1.0,
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => ratio,
            _ => {
                self.warn(&argument, "a number from 0 to 1", "1");
                1.0
            }
        };
        Ok(Sampler::named(&name, ratio).unwrap_or_else(|| {
            let expected = format!("one of {}", Sampler::NAMES.join(", "));
            self.warn(&given, &expected, "parentbased_always_on");
            Sampler::default()
        }))
    }

    /// Warns of ways to pass a trace on that are not those of a gateway, which has these and no choice.
    pub(super) fn propagators(&mut self) -> Result<(), SettingsError> {
        let given = self.given("otel-propagators")?;
        let names = given.text.split(',').map(str::trim);
        let mut names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
        names.sort_unstable();
        names.dedup();
        if names != ["baggage", "tracecontext"] {
            self.warn(&given, "tracecontext,baggage", "that");
        }
        Ok(())
    }
}
