//! What the settings say of traces. They have the names and meanings of the OpenTelemetry specification: "Environment Variable
//! Specification", "OpenTelemetry Protocol Exporter".
//!
//! As it asks, a number or a word that cannot be used is warned of and left out: what is set for a whole fleet keeps no gateway
//! from starting. An address, a header or a file that cannot be used is an error, as with every other setting.

use std::time::Duration;

use http::Uri;
use http::uri::Scheme;

use super::reader::{Given, Reader};
use super::resource;
use super::sampler::Sampler;
use crate::capability::Capability;
use crate::settings::{HeaderList, SettingValues, SettingsError, parse_endpoint};
use crate::upstream::{PemFile, PemFiles};

/// The largest queue: each span holds up to about 1 KiB.
const QUEUE_LIMIT: usize = 65_536;
/// The largest batch: with it a request stays below the 20 MiB that collectors take (OTLP specification, "OTLP/HTTP Request").
const BATCH_LIMIT: usize = 4096;
/// The default of `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
const BATCH: usize = 512;

/// How spans are exported.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// Where to.
    pub(super) endpoint: Uri,
    pub(super) headers: HeaderList,
    /// How the collector and the gateway prove who they are.
    pub(super) identity: PemFiles,
    /// For one request.
    pub(super) timeout: Duration,
    /// For one batch, which may take several requests.
    pub(super) patience: Duration,
    /// How long spans wait for others.
    pub(super) delay: Duration,
    /// How many spans may wait.
    pub(super) queue: usize,
    /// How many spans one request holds at most.
    pub(super) batch: usize,
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
        let mut reader = Reader::new(values);
        let endpoint = endpoint(&reader)?;
        let headers = headers(values)?;
        let is_disabled = reader.boolean("otel-sdk-disabled")?;
        let exporter = reader.given("otel-traces-exporter")?;
        let exporter = reader.word(&exporter, ["otlp", "none"]);
        let (Some(endpoint), "otlp", false) = (endpoint, exporter, is_disabled) else {
            return Ok((None, reader.warnings));
        };
        let protocol = reader.of_exporter("protocol")?;
        reader.word(&protocol, ["http/protobuf"]);
        let compression = reader.of_exporter("compression")?;
        reader.word(&compression, ["none"]);
        reader.propagators()?;
        let timeout = reader.of_exporter("timeout")?;
        let patience = reader.given("otel-bsp-export-timeout")?;
        let delay = reader.given("otel-bsp-schedule-delay")?;
        let queue = reader.given("otel-bsp-max-queue-size")?;
        let queue = reader.spans(&queue, 2048, QUEUE_LIMIT);
        let batch = reader.given("otel-bsp-max-export-batch-size")?;
        let options = Self {
            identity: identity(&reader, &endpoint)?,
            endpoint,
            headers,
            timeout: reader.timeout(&timeout, 10_000),
            patience: reader.timeout(&patience, 30_000),
            delay: reader.duration(&delay, 5_000),
            queue,
            batch: match values.is_default(&batch.flag) {
                true => BATCH.min(queue),
                false => reader.spans(&batch, BATCH, BATCH_LIMIT.min(queue)),
            },
            sampler: reader.sampler()?,
            resource: resource::attributes(capability, &mut reader)?,
        };
        Ok((Some(options), reader.warnings))
    }
}

/// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` as it is, else `OTEL_EXPORTER_OTLP_ENDPOINT` with the path of the signal.
fn endpoint(reader: &Reader<'_>) -> Result<Option<Uri>, SettingsError> {
    let of_traces = reader.given("otel-exporter-otlp-traces-endpoint")?;
    let of_all = reader.given("otel-exporter-otlp-endpoint")?;
    let whole = match (of_traces.text, of_all.text) {
        ("", "") => return Ok(None),
        ("", base) => {
            let (base, query) = base.split_at(base.find('?').unwrap_or(base.len()));
            format!(
                "{}/v1/traces{query}",
                base.strip_suffix('/').unwrap_or(base)
            )
        }
        (of_traces, _) => of_traces.to_owned(),
    };
    let endpoint = parse_endpoint(&whole);
    endpoint
        .map(Some)
        .ok_or_else(|| SettingsError::new("an OTLP endpoint is no URL"))
}

/// Those for traces, else those for all signals.
pub(super) fn headers(values: &SettingValues) -> Result<HeaderList, SettingsError> {
    let given = Reader::new(values).of_exporter("headers")?;
    HeaderList::parse(given.text).ok_or_else(|| SettingsError::new("an OTLP header cannot be sent"))
}

/// The files for a secure connection; none where it is not.
fn identity(reader: &Reader<'_>, endpoint: &Uri) -> Result<PemFiles, SettingsError> {
    if endpoint.scheme() != Some(&Scheme::HTTPS) {
        return Ok(PemFiles::default());
    }
    let trusted = reader.of_exporter("certificate")?;
    let certificate = reader.of_exporter("client-certificate")?;
    let key = reader.of_exporter("client-key")?;
    let identity = match (file(&certificate), file(&key)) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (set, _) => {
            let (set, missing) = match set {
                Some(_) => (certificate, key),
                None => (key, certificate),
            };
            let (set, missing) = (set.name(), missing.name());
            let problem = format!("{set} is set and {missing} is not; set both, or neither");
            return Err(SettingsError::new(problem));
        }
    };
    Ok(PemFiles {
        trusted: file(&trusted),
        identity,
    })
}

fn file(given: &Given<'_>) -> Option<PemFile> {
    (!given.text.is_empty()).then(|| PemFile {
        named_by: given.name(),
        path: given.text.into(),
    })
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

    fn values(given: &[(&'static str, &'static str)]) -> SettingValues {
        let defaults = trace_settings().iter();
        let defaults = defaults.map(|setting| (setting.flag, setting.default.unwrap()));
        let values: Vec<_> = defaults.chain(given.iter().copied()).collect();
        SettingValues::of(&values)
    }

    fn read(given: &[(&'static str, &'static str)]) -> (Option<Options>, Vec<String>) {
        Options::read(&CAPABILITY, &values(given)).unwrap()
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
        let base = ("otel-exporter-otlp-endpoint", "http://c/a/?key=/b");
        assert_eq!(used(&[base]).endpoint, "http://c/a/v1/traces?key=/b");
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
    fn options_of_traces_come_before_those_of_all_signals() {
        let timeout = |given: &[(&'static str, &'static str)]| used(given).timeout.as_millis();
        let all = ("otel-exporter-otlp-timeout", "7");
        let traces = ("otel-exporter-otlp-traces-timeout", "0");
        assert_eq!((timeout(&[]), timeout(&[all])), (10_000, 7));
        // No limit at all.
        assert_eq!(timeout(&[all, traces]), 3_600_000);
        // What another signal is sent by is nothing to warn of.
        used(&[
            ("otel-exporter-otlp-protocol", "grpc"),
            ("otel-exporter-otlp-traces-protocol", "http/protobuf"),
            ("otel-exporter-otlp-compression", "gzip"),
            ("otel-exporter-otlp-traces-compression", "none"),
        ]);
    }

    #[test]
    fn words_may_be_in_any_case() {
        let options = used(&[
            ("otel-traces-exporter", "OTLP"),
            ("otel-exporter-otlp-protocol", "HTTP/protobuf"),
            ("otel-exporter-otlp-compression", "None"),
            ("otel-propagators", "Baggage, tracecontext,baggage"),
            ("otel-traces-sampler", "ParentBased_TraceIdRatio"),
            ("otel-traces-sampler-arg", "0.5"),
        ]);
        assert_eq!(options.sampler.root, Root::Ratio(0.5));
    }

    #[test]
    fn a_batch_is_no_more_than_may_wait() {
        let queue = |size| ("otel-bsp-max-queue-size", size);
        let batch = |size| ("otel-bsp-max-export-batch-size", size);
        assert_eq!(used(&[]).batch, 512);
        assert_eq!(used(&[queue("100"), batch("99")]).batch, 99);
        let sizes = |given: &[(&'static str, &'static str)]| {
            let endpoint = ("otel-exporter-otlp-endpoint", "http://c");
            let (options, warnings) = read(&[&[endpoint], given].concat());
            let options = options.unwrap();
            (options.queue, options.batch, warnings.join("\n"))
        };
        let (_, size, warning) = sizes(&[queue("100"), batch("101")]);
        assert_eq!(size, 100);
        assert!(
            warning.contains("BATCH_SIZE is \"101\"") && warning.ends_with("100 is used"),
            "{warning}"
        );
        let (size, _, warning) = sizes(&[queue("65537")]);
        assert_eq!(size, QUEUE_LIMIT);
        assert!(warning.ends_with("65536 is used"), "{warning}");
    }

    #[test]
    fn files_are_for_a_connection_that_is_secure() {
        let set = |endpoint, given: &[(&'static str, &'static str)]| {
            let endpoint = ("otel-exporter-otlp-endpoint", endpoint);
            let values = values(&[&[endpoint], given].concat());
            Options::read(&CAPABILITY, &values).map(|(options, _)| options.unwrap().identity)
        };
        let trusted = ("otel-exporter-otlp-certificate", "all.pem");
        let of_traces = ("otel-exporter-otlp-traces-certificate", "traces.pem");
        let certificate = ("otel-exporter-otlp-client-certificate", "own.pem");
        let key = ("otel-exporter-otlp-traces-client-key", "key.pem");
        let secure = set("https://c", &[trusted, of_traces, certificate, key]).unwrap();
        let file = |name: &str, path: &str| PemFile {
            named_by: format!("OTEL_EXPORTER_OTLP_{name}"),
            path: path.into(),
        };
        let expected = file("TRACES_CERTIFICATE", "traces.pem");
        assert_eq!(secure.trusted, Some(expected));
        let expected = (
            file("CLIENT_CERTIFICATE", "own.pem"),
            file("TRACES_CLIENT_KEY", "key.pem"),
        );
        assert_eq!(secure.identity, Some(expected));
        let plain = set("http://c", &[trusted, certificate, key]).unwrap();
        assert!(plain.trusted.is_none() && plain.identity.is_none());
        let alone = set("https://c", &[key]).unwrap_err().to_string();
        assert_eq!(
            alone,
            "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY is set and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not; set both, \
             or neither"
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
            ("otel-exporter-otlp-traces-compression", "gzip"),
            ("otel-propagators", "tracecontext,baggage,b3"),
            ("otel-traces-exporter", "zipkin"),
            ("otel-traces-sampler", "parentbased_traceidratio"),
            ("otel-traces-sampler-arg", "1.5"),
            ("otel-exporter-otlp-timeout", "-1"),
            ("otel-bsp-max-queue-size", "0"),
            ("otel-bsp-export-timeout", "1s"),
            ("otel-resource-attributes", "a=1,b"),
        ]);
        let options = options.unwrap();
        assert_eq!(options.timeout, Duration::from_secs(10));
        assert_eq!(
            (options.queue, options.sampler.root),
            (2048, Root::Ratio(1.0))
        );
        assert_eq!(options.patience, Duration::from_secs(30));
        assert_eq!(warnings.len(), 10, "{warnings:#?}");
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
