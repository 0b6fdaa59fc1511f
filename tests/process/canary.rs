//! A secret that can be recognised is nowhere to be seen, whatever is done to the gateway.

use std::ffi::OsString;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use lago_stand_in::LagoStandIn;
use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::gateway::{FREE_PORTS, Gateway, command, ended};
use crate::http::Request;

/// A secret, and every form it could be found in.
pub(crate) struct Canary {
    pub(crate) secret: String,
    forms: Vec<String>,
}

impl Canary {
    pub(crate) fn new() -> Self {
        let random = || RandomState::new().build_hasher().finish();
        // What is reserved, or escaped somewhere, is at the ends: the core is the same in percent-encoding,
        // in JSON and in `Debug`.
        let core = format!("canary{:016x}{:016x}", random(), random());
        let secret = format!("+/{core}%=");
        Self {
            forms: [vec![core], base64(&secret)].concat(),
            secret,
        }
    }

    /// A secret that somebody else has chosen.
    pub(crate) fn of(secret: String) -> Self {
        Self {
            forms: [vec![secret.clone()], base64(&secret)].concat(),
            secret,
        }
    }

    pub(crate) fn assert_absent(&self, bytes: &[u8], place: &str) {
        for form in &self.forms {
            let found = bytes
                .windows(form.len())
                .any(|window| window == form.as_bytes());
            assert!(!found, "{place} holds the secret, as {form}");
        }
    }
}

/// Base64 depends on where in its three bytes a text begins; its first and last digits hold neighbours.
fn base64(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for before in ["", "_", "__"] {
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(format!("{before}{text}"));
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

#[test]
fn the_canary_is_found_in_every_form() {
    let canary = Canary::new();
    let core = &canary.forms[0];
    let bearer = format!("Bearer {}", canary.secret);
    for text in [
        canary.secret.clone(),
        format!("%2B%2F{core}%25%3D"),
        STANDARD.encode(&canary.secret),
        STANDARD.encode(&bearer),
        URL_SAFE.encode(format!("u:{}", canary.secret)),
    ] {
        let search = std::panic::AssertUnwindSafe(|| canary.assert_absent(text.as_bytes(), "it"));
        assert!(std::panic::catch_unwind(search).is_err(), "{text}");
    }
}

/// Everything a caller can do, well and badly.
fn requests() -> (Vec<Request>, Vec<Request>) {
    let customer = r#"{"customer":{"external_id":"cus_new","name":"New"}}"#;
    let acme = "/v1/customers/cus_acme";
    let usage = "external_subscription_id=sub_acme_2025";
    let targets = [
        ("GET", "/v1/customers".to_owned()),
        ("POST", format!("{acme}/checkout-url")),
        ("GET", format!("{acme}/current-usage?{usage}")),
        ("GET", format!("{acme}/past-usage?{usage}&periods_count=2")),
        ("GET", format!("{acme}/portal-url")),
        ("GET", acme.to_owned()),
        ("DELETE", format!("{acme}/applied-coupons/none")),
        ("DELETE", acme.to_owned()),
    ];
    let mut rest: Vec<Request> = vec![
        Request::new("POST", "/v1/customers").json(customer),
        Request::new("POST", "/v1/customers").json("{"),
        Request::new("POST", "/v1/customers").json("[]"),
        Request::new("POST", "/v1/customers"),
        Request::get("/v1/customers/%2E%2E"),
        Request::get(&format!("{acme}/past-usage?periods_count=many")),
        Request::get("/nothing"),
        Request::new("PATCH", "/v1/customers"),
        Request::new("OPTIONS", "/v1/customers"),
    ];
    // With the one before it: all of them.
    assert_eq!(targets.len() + 1, gateway::CAPABILITY.rest[0].routes.len());
    for (method, target) in targets {
        rest.push(Request::new(method, &target));
        let separator = if target.contains('?') { '&' } else { '?' };
        rest.push(Request::new(
            method,
            &format!("{target}{separator}surplus=1"),
        ));
    }
    let mut mcp = vec![
        Request::get("/mcp"),
        Request::new("POST", "/mcp").json("{"),
        Request::new("POST", "/mcp")
            .header("origin", "http://evil.example")
            .json("{}"),
        Request::mcp("tools/list", json!({})),
        Request::mcp("nothing/at-all", json!({})),
        Request::mcp("tools/call", json!({"name": 5})),
        Request::tool("lago-no-such-tool", json!({})),
        Request::mcp(
            "initialize",
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}),
        ),
    ];
    for tool in gateway::CAPABILITY.mcp[0].tools {
        let mut arguments = serde_json::Map::new();
        for input in tool.inputs {
            let value = match input.name {
                "body" => serde_json::from_str(customer).unwrap(),
                "periods_count" => json!(2),
                "external_subscription_id" => json!("sub_acme_2025"),
                _ => json!("cus_acme"),
            };
            arguments.insert(input.name.to_owned(), value);
        }
        mcp.push(Request::tool(tool.name, Value::Object(arguments.clone())));
        mcp.push(Request::tool(tool.name, json!({})));
        arguments.insert("surplus".to_owned(), json!(1));
        mcp.push(Request::tool(tool.name, Value::Object(arguments)));
    }
    (rest, mcp)
}

/// Does all of it to a gateway that logs all it can. Says how many were answered with success.
async fn drive(canary: &Canary, upstream: &str, flags: &[&str]) -> usize {
    let flags = [flags, &["--log-level", "debug"]].concat();
    let gateway = Gateway::start(upstream, &canary.secret, &flags).await;
    let (rest, mcp) = requests();
    let rest = rest.iter().map(|request| (gateway.rest, request));
    let mcp = mcp.iter().map(|request| (gateway.mcp, request));
    let mut successes = 0;
    for (address, request) in rest.chain(mcp) {
        let answer = request.send(address).await;
        successes += usize::from(answer.status() < 300);
        canary.assert_absent(answer.0.as_bytes(), "an answer");
    }
    let metrics = Request::get("/metrics").send(gateway.admin().await).await;
    assert!(metrics.0.contains("gateway_requests_total{"), "{metrics:?}");
    canary.assert_absent(metrics.0.as_bytes(), "a metric");
    let log = gateway.stop().await.join("\n");
    assert!(log.contains("answered"), "{log}");
    canary.assert_absent(log.as_bytes(), "the log");
    successes
}

#[tokio::test]
async fn no_answer_and_no_log_line_holds_it() {
    let canary = Canary::new();
    let lago = LagoStandIn::start(&canary.secret).await.unwrap();
    let successes = drive(&canary, &lago.base_uri(), &["--log-format", "text"]).await;
    assert!(successes > 20, "the upstream knows the secret: {successes}");
    let other = LagoStandIn::start("another key").await.unwrap();
    drive(&canary, &other.base_uri(), &["--log-format", "json"]).await;
}

#[tokio::test]
async fn no_failure_of_an_upstream_shows_it() {
    let canary = Canary::new();
    let elsewhere = Reply::json(302, "").header("location", "http://elsewhere.example/?a=b");
    for reply in [
        Reply::json(500, r#"{"error":"broken"}"#),
        elsewhere,
        Reply::default().behaving(Behaviour::CloseBeforeAnswer),
        Reply::default().behaving(Behaviour::NeverAnswer),
        Reply::default().behaving(Behaviour::HangAfterHeaders),
        Reply::default().behaving(Behaviour::CutOff),
        Reply::bytes(200, "no HTTP").behaving(Behaviour::Garbage),
    ] {
        let lago = Recorder::start().await.unwrap();
        lago.answer(reply);
        // Every call is to reach the upstream, so it is not left alone however often it fails.
        let flags = ["--call-timeout", "0.05", "--breaker-failures", "0"];
        drive(&canary, &lago.base_uri(), &flags).await;
        let bearer = format!("Bearer {}", canary.secret);
        let requests = lago.requests();
        assert!(requests.len() > 10);
        assert!(
            requests
                .iter()
                .all(|request| request.header("authorization") == Some(&bearer))
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    drive(&canary, &closed, &[]).await;
}

#[tokio::test]
async fn no_complaint_shows_it() {
    let canary = Canary::new();
    let secret = canary.secret.as_str();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("canary");
    std::fs::write(&path, secret).unwrap();
    let path = path.to_str().unwrap();
    let broken = format!("{secret}\nsecond line");
    let not_text = OsString::from_vec([secret.as_bytes(), b"\xff"].concat());
    let flag_and = |flags: &[&str]| {
        let mut command = command(&["--lago-api-key", secret]);
        command.args(flags);
        command
    };
    let variable_and = |flags: &[&str]| {
        let mut command = command(flags);
        command.env("LAGO_API_KEY", secret);
        command
    };
    let mut commands = vec![
        (0, flag_and(&["--help"])),
        (0, variable_and(&["--help"])),
        (0, variable_and(&["-h"])),
        (0, variable_and(&["--version"])),
        (2, flag_and(&["--no-such-flag"])),
        (2, flag_and(&["--lago-api-key", secret])),
        (2, variable_and(&["--log-level"])),
        (1, flag_and(&["--lago-api-key-file", path])),
        (
            1,
            variable_and(&["--lago-customers-rest-port", "none", "--log-format", "odd"]),
        ),
        (
            1,
            command(&[
                "--lago-api-key-file",
                path,
                "--lago-customers-base-uri",
                ":",
            ]),
        ),
        (1, command(&["--lago-api-key", &broken])),
    ];
    let mut by_both = variable_and(&FREE_PORTS);
    by_both.env("LAGO_API_KEY_FILE", path);
    let mut with_break = command(&FREE_PORTS);
    with_break.env("LAGO_API_KEY", &broken);
    let mut with_garbage = command(&FREE_PORTS);
    with_garbage.env("LAGO_API_KEY", &not_text);
    let mut garbage_flag = command(&FREE_PORTS);
    garbage_flag.arg("--lago-api-key").arg(&not_text);
    let mut in_base_uri = variable_and(&FREE_PORTS);
    in_base_uri.env(
        "LAGO_CUSTOMERS_BASE_URI",
        format!("http://user:{secret}@lago.example"),
    );
    commands.extend([
        (1, by_both),
        (1, with_break),
        (1, with_garbage),
        (2, garbage_flag),
        (1, in_base_uri),
    ]);
    for (code, command) in commands {
        let what = format!("{command:?}");
        let ended = ended(command).await;
        assert_eq!(ended.code, Some(code), "{what}: {ended:#?}");
        canary.assert_absent(ended.stdout.as_bytes(), "standard output");
        canary.assert_absent(ended.stderr.as_bytes(), "standard error");
    }
}
