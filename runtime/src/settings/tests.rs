//! Values that are made of others.

use super::{Part, Secret, Setting, SettingValues, parse};
use crate::capability::Capability;
use crate::server::{Guard, ProtectedResource};

static SETTINGS: &[Setting] = &[
    Setting::address("mcp-address", "MCP_ADDRESS").default("127.0.0.1"),
    Setting::port("mcp-port", "MCP_PORT").default("3000"),
    Setting::uri("mcp-resource", "MCP_RESOURCE").derived(&[
        Part::Literal("http://"),
        Part::Setting("mcp-address"),
        Part::Literal(":"),
        Part::Setting("mcp-port"),
        Part::Literal("/mcp"),
    ]),
    Setting::secret("token", "TOKEN"),
    Setting::text("host", "HOST").default("a.test"),
    Setting::base_uri("base-uri", "BASE_URI").derived(&[
        Part::Literal("https://"),
        Part::Setting("host"),
        Part::Literal("/hosts/"),
        Part::Setting("host"),
        Part::Literal("/bot"),
        Part::Setting("token"),
    ]),
];

static CAPABILITY: Capability = capability(SETTINGS);

/// A capability that has settings, and nothing else.
pub(super) const fn capability(settings: &'static [Setting]) -> Capability {
    Capability {
        label: "",
        description: "",
        version: "",
        settings,
        variables: &[],
        upstreams: |_, _| Ok(Vec::new()),
        rest: &[],
        mcp: &[],
    }
}

fn values(environment: &[(&str, &str)]) -> SettingValues {
    let found = |name: &str| {
        let mut pairs = environment.iter();
        let (_, value) = pairs.find(|(known, _)| *known == name)?;
        Some(value.into())
    };
    let flags = parse(&CAPABILITY, ["gateway".into()]).unwrap();
    SettingValues::read_what_is_there(SETTINGS, &flags, &found).0
}

#[test]
fn the_resource_of_an_adapter_is_made_of_its_address() {
    for (address, resource) in [
        ("127.0.0.1", "http://127.0.0.1:3000/mcp"),
        ("::1", "http://[::1]:3000/mcp"),
        ("2001:DB8::1", "http://[2001:DB8::1]:3000/mcp"),
    ] {
        let values = values(&[("MCP_ADDRESS", address)]);
        let made = values.secret("mcp-resource").unwrap();
        assert_eq!(made.expose(), resource);
        let declared = ProtectedResource {
            issuer: &Secret::new("https://auth.test"),
            resource: made,
            audience: made,
            scopes: &Secret::new(""),
            plain_http: false,
        };
        assert!(Guard::oauth2(declared, &values).is_ok(), "{resource}");
    }
}

#[test]
fn an_address_is_in_brackets_as_a_host_only() {
    let values = values(&[("HOST", "::1"), ("TOKEN", "canary")]);
    let made = values.text("base-uri").unwrap();
    assert_eq!(made, "https://[::1]/hosts/::1/botcanary");
}

#[test]
fn what_answers_of_an_upstream_are_searched_for_is_what_it_is_made_of() {
    let exposed = |environment: &[(&str, &str)]| {
        let secrets = values(environment).secrets_of_upstream(&["token"], "base-uri");
        let secrets = secrets.iter().map(|secret| secret.expose().to_owned());
        secrets.collect::<Vec<_>>()
    };
    assert_eq!(exposed(&[("TOKEN", "canary")]), ["canary"]);
    let whole = "https://a.test/botcanary";
    assert_eq!(exposed(&[("BASE_URI", whole)]), [whole]);
    let both = exposed(&[("BASE_URI", whole), ("TOKEN", "canary")]);
    assert_eq!(both, ["canary", whole]);
}
