//! The file of secrets: read at start, told where it is missing, and never repeated.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::ffi::OsString;
use std::path::PathBuf;

use breadth::CAPABILITY;
use gatewright_runtime::settings::{SettingValues, parse};

/// A file of this test's own.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("gatewright-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

/// The tenant's key, or what is wrong, with this file and this value in the environment.
fn tenant(path: &str, set: Option<&str>) -> Result<String, String> {
    let environment = |name: &str| match name {
        "FILES_REGION"
        | "BREADTH_KEY"
        | "BREADTH_USER"
        | "BREADTH_PASSWORD"
        | "BREADTH_TOKENS"
        | "BREADTH_CLIENT_SECRET" => Some("x".into()),
        "TENANT_KEY" => set.map(Into::into),
        _ => None,
    };
    let flags = ["gateway", "--vault-secrets-file", path];
    let flags = parse(&CAPABILITY, flags.iter().map(OsString::from)).unwrap();
    let values = SettingValues::read(CAPABILITY.settings, &flags, &environment);
    let values = values.map_err(|error| error.to_string())?;
    Ok(values.secret("tenant-key").unwrap().expose().to_owned())
}

#[test]
fn a_secret_is_read_from_the_file_unless_it_is_set() {
    let yaml = file("a.yaml", "# ours\nother: x\ntenant key: \"from yaml\"\n");
    let json = file("a.json", "{\"tenant key\": \"from json\", \"other\": 1}");
    let path = yaml.to_str().unwrap();
    assert_eq!(tenant(path, None).as_deref(), Ok("from yaml"));
    assert_eq!(tenant(path, Some("set")).as_deref(), Ok("set"));
    assert_eq!(
        tenant(json.to_str().unwrap(), None).as_deref(),
        Ok("from json")
    );
    std::fs::remove_file(yaml).unwrap();
    std::fs::remove_file(json).unwrap();
}

#[test]
fn what_is_wrong_names_the_file_and_the_line_and_no_value() {
    let missing = tenant("/nowhere/secrets.yaml", None).unwrap_err();
    assert!(
        missing.starts_with("TENANT_KEY is missing: needed by the operation `token`")
            && missing.ends_with(
                "or write `tenant key: …` into /nowhere/secrets.yaml (--vault-secrets-file), which is not there"
            ),
        "{missing}"
    );
    assert_eq!(
        tenant("/nowhere/secrets.yaml", Some("set")).as_deref(),
        Ok("set")
    );
    let nested = file("b.yaml", "tenant key: a\nother: [canary]\n");
    let path = nested.to_str().unwrap();
    let problem = tenant(path, None).unwrap_err();
    assert_eq!(
        problem,
        format!(
            "{path}, line 2: expected `KEY: value`, the value plain or in quotes on the same line"
        )
    );
    std::fs::write(&nested, "other: canary\n").unwrap();
    let problem = tenant(path, None).unwrap_err();
    assert!(
        problem.ends_with("which has no value for it") && !problem.contains("canary"),
        "{problem}"
    );
    std::fs::remove_file(nested).unwrap();
}
