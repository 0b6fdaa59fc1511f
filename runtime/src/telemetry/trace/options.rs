//! What the settings say of traces. They have the names and meanings of the OpenTelemetry specification: "Environment Variable
//! Specification", "OpenTelemetry Protocol Exporter".
//!
//! As it asks, a number or a word that cannot be used is warned of and left out: what is set for a whole fleet keeps no gateway
//! from starting. An address or a header that cannot be used is an error, as with every other setting.

use std::time::Duration;

use http::Uri;

use super::resource;
use super::sampler::Sampler;
use crate::capability::Capability;
use crate::settings::{HeaderList, SettingValues, SettingsError, parse_endpoint};

/// How long a batch may take where `OTEL_EXPORTER_OTLP_TIMEOUT` says 0, which is forever.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(3600);
/// The largest queue: each span holds up to about 1 KiB.
const QUEUE_LIMIT: usize = 65_536;

/// How spans are exported.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// Where to.
    pub(super) endpoint: Uri,
    pub(super) headers: HeaderList,
    /// For one request.
    pub(super) timeout: Duration,
    /// How long spans wait for others.
    pub(super) delay: Duration,
    /// How many spans may wait.
    pub(super) queue: usize,
    pub(super) sampler: Sampler,
    /// The attributes of the resource: what all spans have in common.
    pub(super) resource: Vec<(String, String)>,
}

impl Options {
    /// As the settings say, with what is to be warned of; `None` where nothing is exported.
    ///
    /// # Errors
    /// If an endpoint or a header cannot be used.
    pub(super) fn read(
        capability: &Capability,
        values: &SettingValues,
    ) -> Result<(Option<Self>, Vec<String>), SettingsError> {
        let mut reader = Reader {
            values,
            warnings: Vec::new(),
        };
        let endpoint = endpoint(values)?;
        let headers = headers(values)?;
        let is_disabled = reader.boolean("otel-sdk-disabled", "OTEL_SDK_DISABLED")?;
        let is_chosen = reader.exporter()?;
        let (Some(endpoint), true, false) = (endpoint, is_chosen, is_disabled) else {
            return Ok((None, reader.warnings));
        };
        for (flag, name) in [
            ("otel-exporter-otlp-protocol", "OTEL_EXPORTER_OTLP_PROTOCOL"),
            (
                "otel-exporter-otlp-traces-protocol",
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            ),
        ] {
            reader.word(flag, name, &["http/protobuf"], "http/protobuf")?;
        }
        let timeout = reader.milliseconds(
            "otel-exporter-otlp-timeout",
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            10_000,
        )?;
        let options = Self {
            endpoint,
            headers,
            timeout: match timeout {
                Duration::ZERO => LONGEST_TIMEOUT,
                timeout => timeout.min(LONGEST_TIMEOUT),
            },
            delay: reader
                .milliseconds("otel-bsp-schedule-delay", "OTEL_BSP_SCHEDULE_DELAY", 5_000)?
                .min(LONGEST_TIMEOUT),
            queue: reader.queue()?,
            sampler: reader.sampler()?,
            resource: resource::attributes(capability, &mut reader)?,
        };
        Ok((Some(options), reader.warnings))
    }
}

/// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` as it is, else `OTEL_EXPORTER_OTLP_ENDPOINT` with the path of the signal.
fn endpoint(values: &SettingValues) -> Result<Option<Uri>, SettingsError> {
    let unusable = || SettingsError::new("an OTLP endpoint is no URL");
    let text = values.text("otel-exporter-otlp-traces-endpoint")?;
    if !text.is_empty() {
        return parse_endpoint(text).map(Some).ok_or_else(unusable);
    }
    let base = values.text("otel-exporter-otlp-endpoint")?;
    if base.is_empty() {
        return Ok(None);
    }
    let whole = format!("{}/v1/traces", base.strip_suffix('/').unwrap_or(base));
    parse_endpoint(&whole).map(Some).ok_or_else(unusable)
}

/// Those for traces, else those for all signals.
pub(super) fn headers(values: &SettingValues) -> Result<HeaderList, SettingsError> {
    let of_traces = values.text("otel-exporter-otlp-traces-headers")?;
    let text = match of_traces.is_empty() {
        true => values.text("otel-exporter-otlp-headers")?,
        false => of_traces,
    };
    HeaderList::parse(text).ok_or_else(|| SettingsError::new("an OTLP header cannot be sent"))
}

/// Reads settings, and gathers what is to be warned of.
pub(super) struct Reader<'a> {
    pub(super) values: &'a SettingValues,
    warnings: Vec<String>,
}

impl Reader<'_> {
    /// Warns that `name` has a value other than `expected`, so that it is as if it were `instead`.
    pub(super) fn warn(&mut self, name: &str, value: &str, expected: &str, instead: &str) {
        let value = crate::inbound::shown(value);
        self.warnings.push(format!(
            "{name} is {value}, which cannot be used; expected {expected}; {instead} is used"
        ));
    }

    fn boolean(&mut self, flag: &str, name: &str) -> Result<bool, SettingsError> {
        let text = self.values.text(flag)?;
        if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") {
            self.warn(name, text, "true or false", "false");
        }
        Ok(text.eq_ignore_ascii_case("true"))
    }

    /// Whether the exporter is among those of `OTEL_TRACES_EXPORTER`.
    fn exporter(&mut self) -> Result<bool, SettingsError> {
        let name = self.word(
            "otel-traces-exporter",
            "OTEL_TRACES_EXPORTER",
            &["otlp", "none"],
            "otlp",
        )?;
        Ok(name == "otlp")
    }

    fn word(
        &mut self,
        flag: &str,
        name: &str,
        words: &[&'static str],
        default: &'static str,
    ) -> Result<&'static str, SettingsError> {
        let text = self.values.text(flag)?;
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Ok(word);
        }
        if !text.is_empty() {
            self.warn(name, text, &words.join(" or "), default);
        }
        Ok(default)
    }

    fn milliseconds(
        &mut self,
        flag: &str,
        name: &str,
        default: u64,
    ) -> Result<Duration, SettingsError> {
        let text = self.values.text(flag)?;
        let milliseconds = text.parse().unwrap_or_else(|_| {
            self.warn(name, text, "milliseconds", &default.to_string());
            default
        });
        Ok(Duration::from_millis(milliseconds))
    }

    fn queue(&mut self) -> Result<usize, SettingsError> {
        const DEFAULT: usize = 2048;
        let text = self.values.text("otel-bsp-max-queue-size")?;
        let size = text.parse().ok().filter(|size| *size > 0);
        let size = size.unwrap_or_else(|| {
            let name = "OTEL_BSP_MAX_QUEUE_SIZE";
            self.warn(name, text, "a number of spans", &DEFAULT.to_string());
            DEFAULT
        });
        Ok(size.min(QUEUE_LIMIT))
    }

    fn sampler(&mut self) -> Result<Sampler, SettingsError> {
        let name = self.values.text("otel-traces-sampler")?;
        let argument = self.values.text("otel-traces-sampler-arg")?;
        let takes_ratio = name.ends_with("traceidratio");
        let ratio = match argument.parse::<f64>() {
            _ if argument.is_empty() || !takes_ratio => 1.0,
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => ratio,
            _ => {
                let expected = "a number from 0 to 1";
                self.warn("OTEL_TRACES_SAMPLER_ARG", argument, expected, "1");
                1.0
            }
        };
        Ok(Sampler::named(name, ratio).unwrap_or_else(|| {
            let expected = format!("one of {}", Sampler::NAMES.join(", "));
            self.warn(
                "OTEL_TRACES_SAMPLER",
                name,
                &expected,
                "parentbased_always_on",
            );
            Sampler::default()
        }))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::settings::trace_settings;
    use crate::telemetry::trace::sampler::Root;

    static CAPABILITY: Capability = Capability {
        label: "Label",
        description: "",
        version: "1.2",
        settings: &[],
        variables: &[],
        upstreams: |_, _| Ok(Vec::new()),
        rest: &[],
        mcp: &[],
    };

    fn read(given: &[(&'static str, &'static str)]) -> (Option<Options>, Vec<String>) {
        let defaults = trace_settings().iter();
        let defaults = defaults.map(|setting| (setting.flag, setting.default.unwrap()));
        let values: Vec<_> = defaults.chain(given.iter().copied()).collect();
        Options::read(&CAPABILITY, &SettingValues::of(&values)).unwrap()
    }

    /// What is made of an endpoint and these settings, of which nothing is to be warned.
    pub(in super::super) fn used(given: &[(&'static str, &'static str)]) -> Options {
        let endpoint = ("otel-exporter-otlp-endpoint", "http://c:4318/");
        let (options, warnings) = read(&[&[endpoint], given].concat());
        assert_eq!(warnings, [""; 0]);
        options.unwrap()
    }

    #[test]
    fn nothing_is_exported_unless_an_endpoint_is_set_and_nothing_else_is_said() {
        let endpoint = ("otel-exporter-otlp-endpoint", "http://c:4318");
        for given in [
            &[][..],
            &[("otel-traces-sampler", "always_on")],
            &[endpoint, ("otel-sdk-disabled", "TRUE")],
            &[endpoint, ("otel-traces-exporter", "none")],
        ] {
            let (options, warnings) = read(given);
            assert!(options.is_none() && warnings.is_empty(), "{given:?}");
        }
    }

    #[test]
    fn an_endpoint_of_all_signals_gets_the_path_of_traces() {
        let options = used(&[]);
        assert_eq!(options.endpoint, "http://c:4318/v1/traces");
        assert_eq!(options.sampler, Sampler::default());
        let traces = ("otel-exporter-otlp-traces-endpoint", "https://t/x?y=1");
        assert_eq!(used(&[traces]).endpoint, "https://t/x?y=1");
    }

    #[test]
    fn headers_of_traces_come_before_those_of_all_signals() {
        let all = ("otel-exporter-otlp-headers", "a=1");
        let traces = ("otel-exporter-otlp-traces-headers", "b=%20c%2C");
        assert_eq!(used(&[all]).headers, HeaderList::parse("a=1").unwrap());
        assert_eq!(
            used(&[all, traces]).headers,
            HeaderList::parse("b=%20c%2C").unwrap()
        );
    }

    #[test]
    fn a_sampler_takes_its_ratio() {
        let ratio = |name, argument| {
            let name = ("otel-traces-sampler", name);
            used(&[name, ("otel-traces-sampler-arg", argument)])
                .sampler
                .root
        };
        assert_eq!(ratio("traceidratio", "0.25"), Root::Ratio(0.25));
        assert_eq!(ratio("parentbased_traceidratio", ""), Root::Ratio(1.0));
        assert_eq!(ratio("always_off", "what"), Root::None);
    }

    #[test]
    fn what_cannot_be_used_is_warned_of_and_left_out() {
        let endpoint = ("otel-exporter-otlp-endpoint", "http://c");
        let (options, warnings) = read(&[
            endpoint,
            ("otel-sdk-disabled", "1"),
            ("otel-exporter-otlp-protocol", "grpc"),
            ("otel-traces-exporter", "zipkin"),
            ("otel-traces-sampler", "parentbased_traceidratio"),
            ("otel-traces-sampler-arg", "1.5"),
            ("otel-exporter-otlp-timeout", "-1"),
            ("otel-bsp-max-queue-size", "0"),
            ("otel-resource-attributes", "a=1,b"),
        ]);
        let options = options.unwrap();
        assert_eq!(options.timeout, Duration::from_secs(10));
        assert_eq!(
            (options.queue, options.sampler.root),
            (2048, Root::Ratio(1.0))
        );
        assert_eq!(warnings.len(), 7, "{warnings:#?}");
        assert!(
            warnings[0].contains("OTEL_SDK_DISABLED is \"1\""),
            "{warnings:?}"
        );
        let (_, warnings) = read(&[endpoint, ("otel-traces-sampler", "jaeger_remote")]);
        assert!(
            warnings[0].contains("parentbased_always_on is used"),
            "{warnings:?}"
        );
    }
}
