//! The settings of traces, by the names of the OpenTelemetry specification; and the forms that only they have.

use std::fmt;

use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use super::table::{Form, Setting};

/// Headers that a request has anyway.
const OF_THE_CLIENT: [HeaderName; 5] = [
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    TRANSFER_ENCODING,
];

/// The address of a collector: an absolute `http` or `https` URL without credentials. `None` where it is another text.
pub(crate) fn parse_endpoint(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority()?;
    let names_server = !authority.host().is_empty() && !authority.as_str().contains('@');
    let has_port = authority.port_u16().is_some() || authority.as_str() == authority.host();
    (is_known && names_server && has_port && !text.contains('#')).then_some(uri)
}

/// Headers of every request to a collector. They may hold a key: Debug shows none.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct HeaderList(Vec<(HeaderName, HeaderValue)>);

impl fmt::Debug for HeaderList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HeaderList(redacted)")
    }
}

impl HeaderList {
    /// Reads `name=value` pairs with commas between, values percent-encoded: W3C Baggage without properties, as the
    /// specification of the OTLP exporter has it. `None` where one cannot be a header.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim);
        let headers = parts.filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=')?;
            let name = HeaderName::try_from(name.trim()).ok()?;
            let value: Vec<u8> = percent_decode_str(value.trim()).collect();
            let mut value = HeaderValue::from_bytes(&value).ok()?;
            value.set_sensitive(true);
            (!OF_THE_CLIENT.contains(&name)).then_some((name, value))
        });
        headers.collect::<Option<_>>().map(Self)
    }

    /// Gives a request these headers.
    pub(crate) fn insert_into(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// The settings that every gateway with traces has.
pub(super) static TRACE_SETTINGS: &[Setting] = &[
    Setting::new("otel-sdk-disabled", "OTEL_SDK_DISABLED", Form::Text)
        .default("false")
        .help("true exports no traces"),
    Setting::new("otel-traces-exporter", "OTEL_TRACES_EXPORTER", Form::Text)
        .default("otlp")
        .help("otlp, or none to export no traces"),
    Setting::new(
        "otel-exporter-otlp-endpoint",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        Form::Endpoint,
    )
    .default("")
    .help("The collector that traces are exported to, at /v1/traces of this URL; where none is set, there are none"),
    Setting::new(
        "otel-exporter-otlp-traces-endpoint",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        Form::Endpoint,
    )
    .default("")
    .help("The same as a whole URL, to which no path is added"),
    Setting::new(
        "otel-exporter-otlp-headers",
        "OTEL_EXPORTER_OTLP_HEADERS",
        Form::Headers,
    )
    .default("")
    .help("Headers for the collector: name=value with commas between, values percent-encoded"),
    Setting::new(
        "otel-exporter-otlp-traces-headers",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        Form::Headers,
    )
    .default("")
    .help("The same, instead of those"),
    Setting::new(
        "otel-exporter-otlp-certificate",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        Form::Path,
    )
    .default("")
    .help("Certificates of a collector at https, or of who signed them: a file in PEM; no others are trusted then"),
    Setting::new(
        "otel-exporter-otlp-traces-certificate",
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
        Form::Path,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new(
        "otel-exporter-otlp-client-certificate",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
        Form::Path,
    )
    .default("")
    .help("The certificate that a collector at https is shown, with those between it and its root: a file in PEM"),
    Setting::new(
        "otel-exporter-otlp-traces-client-certificate",
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        Form::Path,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new(
        "otel-exporter-otlp-client-key",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
        Form::Path,
    )
    .default("")
    .help("The private key of that certificate: a file in PEM"),
    Setting::new(
        "otel-exporter-otlp-traces-client-key",
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
        Form::Path,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new(
        "otel-exporter-otlp-compression",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        Form::Text,
    )
    .default("none")
    .help("How requests to the collector are compressed; they are not"),
    Setting::new(
        "otel-exporter-otlp-traces-compression",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        Form::Text,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new(
        "otel-exporter-otlp-protocol",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        Form::Text,
    )
    .default("http/protobuf")
    .help("How the collector is spoken to; there is no other protocol"),
    Setting::new(
        "otel-exporter-otlp-traces-protocol",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        Form::Text,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new(
        "otel-exporter-otlp-timeout",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        Form::Text,
    )
    .default("10000")
    .help("How long the collector may take to answer, in milliseconds"),
    Setting::new(
        "otel-exporter-otlp-traces-timeout",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        Form::Text,
    )
    .default("")
    .help("The same, instead of that"),
    Setting::new("otel-propagators", "OTEL_PROPAGATORS", Form::Text)
        .default("tracecontext,baggage")
        .help("How a trace is passed on; there are no other ways"),
    Setting::new("otel-service-name", "OTEL_SERVICE_NAME", Form::Text)
        .default("")
        .help("What the gateway is called in traces; the capability's label where it is not set"),
    Setting::new(
        "otel-resource-attributes",
        "OTEL_RESOURCE_ATTRIBUTES",
        Form::Text,
    )
    .default("")
    .help("Attributes of the gateway: name=value with commas between, values percent-encoded"),
    Setting::new("otel-traces-sampler", "OTEL_TRACES_SAMPLER", Form::Text)
        .default("parentbased_always_on")
        .help(
            "Which traces are recorded: always_on, always_off, traceidratio, or one of these after parentbased_, which \
             follows the caller where it has decided",
        ),
    Setting::new(
        "otel-traces-sampler-arg",
        "OTEL_TRACES_SAMPLER_ARG",
        Form::Text,
    )
    .default("")
    .help("For traceidratio the part of traces that is recorded, from 0 to 1"),
    Setting::new(
        "otel-bsp-schedule-delay",
        "OTEL_BSP_SCHEDULE_DELAY",
        Form::Text,
    )
    .default("5000")
    .help("How long spans wait for others to be exported with, in milliseconds"),
    Setting::new(
        "otel-bsp-max-queue-size",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        Form::Text,
    )
    .default("2048")
    .help("How many spans may wait to be exported; more are dropped, and counted"),
    Setting::new(
        "otel-bsp-max-export-batch-size",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        Form::Text,
    )
    .default("512")
    .help("How many spans are exported at once, at most those that may wait"),
    Setting::new(
        "otel-bsp-export-timeout",
        "OTEL_BSP_EXPORT_TIMEOUT",
        Form::Text,
    )
    .default("30000")
    .help("How long the same spans are sent again and again at most, in milliseconds"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_absolute_url() {
        for text in [
            "http://localhost:4318",
            "https://collector.example/v1/traces?x=1",
            "http://[::1]:4318/",
        ] {
            assert!(parse_endpoint(text).is_some(), "{text}");
        }
        for text in [
            "",
            "collector:4318",
            "grpc://collector:4317",
            "http://",
            "http:///v1",
            "https://user:secret@collector",
            "http://collector:port",
            "http://collector:",
            "http://collector/#here",
            "/v1/traces",
        ] {
            assert!(parse_endpoint(text).is_none(), "{text}");
        }
    }

    #[test]
    fn headers_are_read_as_baggage_is_written() {
        let headers = |text| {
            let mut headers = HeaderMap::new();
            HeaderList::parse(text)?.insert_into(&mut headers);
            let mut lines: Vec<String> = headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            lines.sort();
            Some(lines.join("; "))
        };
        assert_eq!(headers("").unwrap(), "");
        assert_eq!(
            headers("Authorization=Bearer%20a%2Cb==, x-k = v ,").unwrap(),
            "authorization: Bearer a,b==; x-k: v"
        );
        for text in ["a", "=b", "a b=c", "a=%0a", "Host=x", "content-length=5"] {
            assert_eq!(headers(text), None, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_header() {
        let headers = HeaderList::parse("a=canary").unwrap();
        assert!(!format!("{headers:?}").contains("canary"));
    }
}
