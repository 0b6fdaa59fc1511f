//! The resource: what all spans of this process have in common.
//!
//! Source: OpenTelemetry "Resource SDK", and the semantic conventions for services.

use percent_encoding::percent_decode_str;

use super::identity::random;
use super::reader::Reader;
use crate::capability::Capability;
use crate::settings::SettingsError;

/// The name is, in this order, that of `OTEL_SERVICE_NAME`, that of `OTEL_RESOURCE_ATTRIBUTES`, and the capability's.
pub(super) fn attributes(
    capability: &Capability,
    reader: &mut Reader<'_>,
) -> Result<Vec<(String, String)>, SettingsError> {
    let attributes = reader.given("otel-resource-attributes")?;
    let given = pairs(attributes.text).unwrap_or_else(|| {
        // All or none, says the specification of the Resource SDK.
        let expected = "key=value with commas between, values percent-encoded";
        reader.warn(&attributes, expected, "none of it");
        Vec::new()
    });
    let service = reader.given("otel-service-name")?.text;
    let own = [
        ("service.name", capability.label.to_owned()),
        ("service.version", capability.version.to_owned()),
        ("service.instance.id", instance()),
    ];
    let of_gatewright = [
        ("telemetry.sdk.name", "gatewright"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
    ];
    let mut resource: Vec<(String, String)> = Vec::new();
    let mut set = |key: &str, value: String| match resource.iter_mut().find(|it| it.0 == key) {
        Some(pair) => pair.1 = value,
        None => resource.push((key.to_owned(), value)),
    };
    for (key, value) in own {
        set(key, value);
    }
    for (key, value) in given {
        set(&key, value);
    }
    if !service.is_empty() {
        set("service.name", service.to_owned());
    }
    for (key, value) in of_gatewright {
        set(key, value.to_owned());
    }
    Ok(resource)
}

/// A list of pairs, of which the last with a key counts; `None` where it is none.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split(',').map(str::trim);
    let pairs = parts.filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=')?;
        let decoded = |text: &str| {
            let text = percent_decode_str(text.trim()).decode_utf8().ok()?;
            Some(text.into_owned())
        };
        let key = decoded(key).filter(|key| !key.is_empty())?;
        Some((key, decoded(value)?))
    });
    pairs.collect()
}

/// A random UUID (RFC 9562 §5.4): tells this process from its replicas.
fn instance() -> String {
    let (high, low) = (random(), random());
    let version = high & 0xffff_ffff_ffff_0fff | 0x4000;
    let variant = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        version >> 16 & 0xffff,
        version & 0xffff,
        variant >> 48,
        variant & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::super::options::Options;
    use super::super::options::tests::used;

    #[test]
    fn a_resource_is_the_capability_where_nobody_says_otherwise() {
        let value = |options: &Options, key: &str| {
            let pair = options.resource.iter().find(|pair| pair.0 == key);
            pair.map(|pair| pair.1.clone())
        };
        let options = used(&[]);
        assert_eq!(value(&options, "service.name").unwrap(), "Label");
        assert_eq!(value(&options, "service.version").unwrap(), "1.2");
        assert_eq!(value(&options, "service.instance.id").unwrap().len(), 36);
        let attributes = ("otel-resource-attributes", "service.name=a%2Cb, k=v=w,k2=");
        let options = used(&[attributes]);
        assert_eq!(value(&options, "service.name").unwrap(), "a,b");
        assert_eq!(value(&options, "k").unwrap(), "v=w");
        assert_eq!(value(&options, "k2").unwrap(), "");
        let options = used(&[attributes, ("otel-service-name", "first")]);
        assert_eq!(value(&options, "service.name").unwrap(), "first");
    }
}
