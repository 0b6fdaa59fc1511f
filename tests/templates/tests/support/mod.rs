//! What the tests of this capability share: the gateway in front of an upstream that records.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::ffi::OsString;
use std::time::Duration;

use gatewright_runtime::settings::{SettingValues, parse};
use gatewright_runtime::start::bind;
use lago_stand_in::recorder::{Recorded, Recorder};
use reqwest::Method;
use serde_json::{Value, json};
use templates::CAPABILITY;
use tokio::sync::watch;

/// What callers prove themselves with.
pub const TOKEN: &str = "canary-token";
pub const KEY: &str = "canary+key&/1";
pub const PASSWORD: &str = "canary:password";

/// What a base URI holds.
pub const BOT: &str = "12:Canary-bot";

/// The gateway, with the address of each adapter.
pub struct Gateway {
    pub client: reqwest::Client,
    pub rest: String,
    pub mcp: String,
    pub words: String,
    pub words_mcp: String,
    pub tokens: String,
    pub tokens_mcp: String,
    pub notes: Recorder,
    /// The upstream whose base URI holds [`BOT`].
    pub messages: Recorder,
    /// What issues the tokens of callers, by default without any key.
    pub issuer: Recorder,
    _stop: watch::Sender<bool>,
}

impl Gateway {
    /// Starts it on free ports.
    pub async fn start() -> Self {
        Self::start_with(|_| Vec::new()).await
    }

    /// As [`Gateway::start`], with flags that are made of the base URI of the upstream `messages`.
    pub async fn start_with(flags_of: impl Fn(&str) -> Vec<String>) -> Self {
        let notes = Recorder::start().await.unwrap();
        let messages = Recorder::start().await.unwrap();
        let issuer = Recorder::start().await.unwrap();
        let mut flags = vec![
            "gateway".to_owned(),
            "--notes-base-uri".to_owned(),
            notes.base_uri(),
        ];
        flags.extend(flags_of(&messages.base_uri()));
        let adapters = [
            "templates-rest",
            "templates-mcp",
            "words",
            "words-mcp",
            "tokens",
            "tokens-mcp",
        ];
        for adapter in adapters {
            flags.extend([format!("--{adapter}-port"), "0".to_owned()]);
        }
        let environment = |name: &str| {
            let value = match name {
                "MESSAGES_HOST" => return Some(messages.address().to_string().into()),
                "TEMPLATES_BOT_TOKEN" => BOT,
                "REGION" => "eu/1",
                "TOKENS_HOST" => "api.notes.test",
                "TEMPLATES_ISSUER" => return Some(issuer.base_uri().into()),
                "TEMPLATES_TENANT" => "acme \"co\"",
                "TEMPLATES_SIGNATURE" => "canary",
                "TEMPLATES_CALLER_TOKEN" => TOKEN,
                "TEMPLATES_CALLER_KEY" => KEY,
                "TEMPLATES_CALLER_PASSWORD" => PASSWORD,
                _ => return None,
            };
            Some(value.into())
        };
        let flags = parse(&CAPABILITY, flags.into_iter().map(OsString::from)).unwrap();
        let values = SettingValues::read(CAPABILITY.settings, &flags, &environment).unwrap();
        let (stop, stopping) = watch::channel(false);
        let mut addresses = std::collections::HashMap::new();
        for listener in bind(&CAPABILITY, &values).await.unwrap() {
            addresses.insert(listener.adapter(), format!("http://{}", listener.address()));
            tokio::spawn(listener.serve(stopping.clone(), Duration::from_secs(1)));
        }
        Self {
            client: reqwest::Client::new(),
            rest: addresses["templates-rest"].clone(),
            mcp: addresses["templates-mcp"].clone(),
            words: addresses["words"].clone(),
            words_mcp: addresses["words-mcp"].clone(),
            tokens: addresses["tokens"].clone(),
            tokens_mcp: addresses["tokens-mcp"].clone(),
            notes,
            messages,
            issuer,
            _stop: stop,
        }
    }

    /// Sends a request with a JSON body, and returns the status and what the upstream was sent.
    pub async fn send(&self, method: Method, target: &str, body: Value) -> (u16, Option<Recorded>) {
        let url = format!("{}{target}", self.rest);
        let mut request = self.client.request(method, url).bearer_auth(TOKEN);
        if !body.is_null() {
            request = request.json(&body);
        }
        let status = request.send().await.unwrap().status().as_u16();
        (status, self.notes.take().pop())
    }

    /// The result of a tool, and what the upstream was sent.
    pub async fn tool(&self, name: &str, arguments: Value) -> (Value, Option<Recorded>) {
        let request = self
            .client
            .post(&self.mcp)
            .header("X-Caller-Key", format!("v1/{KEY}"))
            .json(&call(name, arguments));
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        (answer["result"].take(), self.notes.take().pop())
    }
}

/// The message that calls a tool.
pub fn call(name: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
}
