//! What the tests of this capability share: the gateway in front of upstreams that record.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::ffi::OsString;
use std::time::Duration;

use breadth::CAPABILITY;
use gatewright_runtime::settings::{SettingValues, SettingsError, parse};
use gatewright_runtime::start::bind;
use lago_stand_in::recorder::{Recorded, Recorder};
use serde_json::{Value, json};
use tokio::sync::watch;

/// The settings with these flags, and secrets from the environment.
pub fn values(flags: &[&str]) -> Result<SettingValues, SettingsError> {
    let environment = |name: &str| match name {
        "BREADTH_KEY" => Some("the key".into()),
        "BREADTH_USER" => Some("user".into()),
        "BREADTH_PASSWORD" => Some("pass".into()),
        "BREADTH_TOKENS" => Some("https://auth.test/token".into()),
        "BREADTH_CLIENT_SECRET" => Some("client secret".into()),
        "TENANT_KEY" => Some("a&b".into()),
        _ => None,
    };
    let flags = parse(
        &CAPABILITY,
        ["gateway"].iter().chain(flags).map(OsString::from),
    )
    .unwrap();
    SettingValues::read(CAPABILITY.settings, &flags, &environment)
}

/// The gateway, in front of an upstream for each consumed API.
pub struct Gateway {
    pub rest: String,
    pub mcp: String,
    pub files: Recorder,
    pub users: Recorder,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    /// Starts it on free ports.
    pub async fn start() -> Self {
        let files = Recorder::start().await.unwrap();
        let users = Recorder::start().await.unwrap();
        let values = values(&[
            "--files-base-uri",
            &format!("{}/v2", files.base_uri()),
            "--users-base-uri",
            &users.base_uri(),
            "--breadth-rest-port",
            "0",
            "--breadth-mcp-port",
            "0",
        ]);
        let (stop, stopping) = watch::channel(false);
        let mut addresses = Vec::new();
        for listener in bind(&CAPABILITY, &values.unwrap()).await.unwrap() {
            addresses.push(format!("http://{}", listener.address()));
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            rest: addresses[0].clone(),
            mcp: addresses[1].clone(),
            files,
            users,
            _stop: stop,
        }
    }

    /// The result of a tool.
    pub async fn tool(&self, name: &str, arguments: Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}});
        let response = reqwest::Client::new()
            .post(format!("{}/mcp", self.mcp))
            .json(&message)
            .send()
            .await
            .unwrap();
        response.json::<Value>().await.unwrap()["result"].take()
    }
}

/// The request line.
pub fn line(request: &Recorded) -> String {
    format!("{} {}", request.method, request.target)
}
