//! What the tests of this capability share: the gateway in front of an upstream that answers as it is told.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::HashMap;
use std::ffi::OsString;
use std::time::Duration;

use gatewright_runtime::settings::{SettingValues, parse};
use gatewright_runtime::start::bind;
use lago_stand_in::recorder::{Recorder, Reply};
use reqwest::Method;
use serde_json::{Value, json};
use shapes::CAPABILITY;
use tokio::sync::watch;

/// A ship as the upstream has it, with more than any shape takes.
pub const SHIP: &str = r#"{
    "imo_number": 9321483, "vessel name": "Emma \"M\"\u00e6rsk", "secret": "canary-payload",
    "status": {"active": true, "since": "2006-08-18"}, "tonnage": 170794.0, "decks": 1e1,
    "owner": {"name": "A.P. M\u00f8ller", "contact": {"mail": ["a@b.test"],
        "phone": null}, "secret": "canary-payload"},
    "dimensions": {"length": 397.71},
    "crew": [{"name": "Ana", "ranks": ["master", 1, true]}, {"name": null}, null],
    "calls": [{"port": {"code": "NLRTM"}}, {"delayed": true}, {"port": {"code": "DKAAR", "secret": "canary-payload"}}]
}"#;

/// What is made of it.
pub fn ship() -> Value {
    json!({
        "imo": "9321483", "name": "Emma \"M\"ærsk", "active": true, "tonnage": 170794.0, "decks": 1e1,
        "registry": "harbour",
        "owner": {"name": "A.P. Møller", "contact": {"mail": ["a@b.test"], "phone": null}},
        "size": {"length": 397.71, "beam": null},
        "crew": [{"name": "Ana", "ranks": ["master", "1", "true"]}, {"name": null, "ranks": null}, null],
        "ports": ["NLRTM", "DKAAR"], "first-port": "NLRTM", "last-port": "DKAAR"
    })
}

/// What is made of nothing.
pub fn no_ship() -> Value {
    json!({
        "imo": null, "name": null, "active": null, "tonnage": null, "decks": null, "registry": "harbour", "owner": null,
        "size": {"length": null, "beam": null}, "crew": null, "ports": null, "first-port": null, "last-port": null
    })
}

/// The gateway, with the address of each adapter.
pub struct Gateway {
    pub client: reqwest::Client,
    pub rest: String,
    pub mcp: String,
    pub fleet: Recorder,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    /// Starts it on free ports, with further flags.
    pub async fn start(flags: &[&str]) -> Self {
        let fleet = Recorder::start().await.unwrap();
        let base_uri = fleet.base_uri();
        let own = [
            "gateway",
            "--fleet-base-uri",
            &base_uri,
            "--shapes-rest-port",
            "0",
            "--shapes-mcp-port",
            "0",
        ];
        let flags = own.iter().chain(flags).map(OsString::from);
        let flags = parse(&CAPABILITY, flags).unwrap();
        let values = SettingValues::read(CAPABILITY.settings, &flags, &|_: &str| None).unwrap();
        let (stop, stopping) = watch::channel(false);
        let mut addresses = HashMap::new();
        for listener in bind(&CAPABILITY, &values).await.unwrap() {
            addresses.insert(listener.adapter(), format!("http://{}", listener.address()));
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            client: reqwest::Client::new(),
            rest: addresses["shapes-rest"].clone(),
            mcp: addresses["shapes-mcp"].clone(),
            fleet,
            _stop: stop,
        }
    }

    /// The response to a request, where the upstream answers with `reply`.
    pub async fn send(&self, method: Method, target: &str, reply: Reply) -> reqwest::Response {
        self.fleet.answer(reply);
        let request = self
            .client
            .request(method, format!("{}{target}", self.rest));
        request.send().await.unwrap()
    }

    /// Status, media type and body of the response to a GET.
    pub async fn get(&self, target: &str, reply: Reply) -> (u16, String, String) {
        let response = self.send(Method::GET, target, reply).await;
        let media_type = response.headers().get("content-type");
        let media_type = media_type
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        (
            response.status().as_u16(),
            media_type,
            response.text().await.unwrap(),
        )
    }

    /// The result of a message of the revision `version`.
    pub async fn message(&self, version: &str, method: &str, mut params: Value) -> Value {
        let mut request = self
            .client
            .post(&self.mcp)
            .header("MCP-Protocol-Version", version);
        if version == "2026-07-28" {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientCapabilities": {}
            });
            request = request.header("Mcp-Method", method);
            if let Some(name) = params["name"].as_str() {
                request = request.header("Mcp-Name", name);
            }
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut answer: Value = request
            .json(&message)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].take()
    }

    /// The result of a tool, where the upstream answers with `reply`.
    pub async fn tool(&self, version: &str, name: &str, reply: Reply) -> Value {
        self.fleet.answer(reply);
        let arguments = match name {
            "list-ships" => json!({}),
            _ => json!({"id": "7"}),
        };
        self.message(
            version,
            "tools/call",
            json!({"name": name, "arguments": arguments}),
        )
        .await
    }
}
