//! What callers prove themselves with is in nothing that the gateway says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use support::{KEY, PASSWORD, TOKEN};

/// A running gateway; dropping it ends it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The gateway with these secrets, in front of nothing.
fn gateway(secrets: &[(&str, &str)]) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_templates"));
    command
        .env_clear()
        .stderr(Stdio::piped())
        .stdout(Stdio::null());
    command.args(["--log-level", "debug", "--log-format", "json"]);
    command.args(["--admin-port", "off", "--secrets-interval", "0.05"]);
    command.args(["--notes-base-uri", "http://127.0.0.1:9"]);
    command.args(["--messages-base-uri", "http://127.0.0.1:9"]);
    for adapter in [
        "templates-rest",
        "templates-mcp",
        "words",
        "words-mcp",
        "tokens",
        "tokens-mcp",
    ] {
        command.args([format!("--{adapter}-port"), "0".to_owned()]);
    }
    for (name, value) in [
        ("REGION", "eu"),
        ("TEMPLATES_TENANT", "t"),
        ("TEMPLATES_SIGNATURE", "s"),
        ("TOKENS_HOST", "api.test"),
        ("TEMPLATES_ISSUER", ISSUER),
    ] {
        command.env(name, value);
    }
    command.envs(secrets.iter().copied());
    Process(command.spawn().unwrap())
}

/// Nobody listens there.
const ISSUER: &str = "http://127.0.0.1:9";

/// A token that has all but a signature of its issuer.
fn access_token(issuer: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "ES256", "kid": "canary"});
    let claims = json!({
        "iss": issuer,
        "aud": "https://mcp.notes.test/mcp",
        "exp": u32::MAX,
        "sub": "canary",
    });
    format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        URL_SAFE_NO_PAD.encode("canary")
    )
}

const SECRETS: [(&str, &str); 3] = [
    ("TEMPLATES_CALLER_TOKEN", TOKEN),
    ("TEMPLATES_CALLER_KEY", KEY),
    ("TEMPLATES_CALLER_PASSWORD", PASSWORD),
];

#[tokio::test]
async fn no_log_line_holds_a_proof_right_or_wrong() {
    let mut process = gateway(&SECRETS);
    let mut lines = BufReader::new(process.0.stderr.take().unwrap());
    let (mut said, mut addresses) = (String::new(), Vec::new());
    while addresses.len() < 6 {
        let start = said.len();
        assert_ne!(lines.read_line(&mut said).unwrap(), 0, "{said}");
        let line: serde_json::Value = serde_json::from_str(&said[start..]).unwrap();
        if let Some((_, address)) = line["message"]
            .as_str()
            .unwrap()
            .split_once("listening on ")
        {
            addresses.push(address.to_owned());
        }
    }
    let client = reqwest::Client::new();
    let url = |index: usize, target: &str| format!("{}{target}", addresses[index]);
    let key = KEY.replace('+', "%2B").replace('&', "%26");
    let requests = [
        client.get(url(0, "/nothing")).bearer_auth(TOKEN),
        client
            .get(url(0, "/nothing"))
            .bearer_auth(format!("{TOKEN}-wrong")),
        client
            .get(url(0, "/nothing"))
            .bearer_auth(TOKEN)
            .bearer_auth(TOKEN),
        client.post(url(1, &format!("/search?q=x&caller%20key={key}"))),
        client.post(url(1, &format!("/search?q=x&caller%20key={key}x"))),
        client.post(url(
            1,
            &format!("/search?caller%20key={key}&caller%20key={key}"),
        )),
        client
            .post(url(3, "/"))
            .header("X-Caller-Key", format!("v1/{KEY}")),
        client.post(url(3, "/")).header("X-Caller-Key", KEY),
        client.post(url(4, "/")).basic_auth("agent", Some(PASSWORD)),
        client
            .post(url(4, "/"))
            .basic_auth("canary", Some(PASSWORD)),
        client.post(url(5, "/")).bearer_auth(TOKEN),
        client
            .post(url(5, "/"))
            .bearer_auth(access_token("https://other.test")),
        client.post(url(5, "/")).bearer_auth(access_token(ISSUER)),
    ];
    let mut statuses = Vec::new();
    for request in requests {
        let response = request.send().await.unwrap();
        statuses.push(response.status().as_u16());
        said.push_str(&format!("{:?}\n", response.headers()));
        said.push_str(&response.text().await.unwrap());
    }
    // Those that are let in come to what else is wrong with them.
    let expected = [
        404, 401, 401, 502, 401, 401, 415, 401, 415, 401, 401, 401, 503,
    ];
    assert_eq!(statuses, expected);
    process.0.kill().unwrap();
    lines.read_to_string(&mut said).unwrap();
    assert!(said.matches("\"status\":401").count() >= 8, "{said}");
    assert!(
        said.contains("the authorization server gave no keys: its metadata cannot be reached"),
        "{said}"
    );
    // `canary` in Base64, at the places it has in a pair.
    for form in ["canary", "Y2FuYXJ5", "Y2FuYXJ", "NhbmFye", "jYW5hcn"] {
        assert!(!said.contains(form), "{form} in {said}");
    }
}

#[test]
fn missing_and_unusable_secrets_are_told_by_name_only() {
    let failed = |secrets: &[(&str, &str)]| {
        let mut process = gateway(secrets);
        let mut said = String::new();
        let mut errors = process.0.stderr.take().unwrap();
        errors.read_to_string(&mut said).unwrap();
        assert_eq!(process.0.wait().unwrap().code(), Some(1), "{said}");
        assert!(!said.contains("canary"), "{said}");
        said
    };
    let said = failed(&[("TEMPLATES_CALLER_TOKEN", "")]);
    for (name, _) in SECRETS {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(
        said.contains("the bearer token that callers send to `templates-rest` (templates.yaml:"),
        "{said}"
    );
    let said = failed(&[
        ("TEMPLATES_CALLER_TOKEN", "canary\nx"),
        SECRETS[1],
        SECRETS[2],
    ]);
    assert!(
        said.contains("the bearer token that callers have to send holds"),
        "{said}"
    );
}

/// The secret of callers stands in a file as well, and changes with it.
#[tokio::test]
async fn callers_have_to_send_what_the_file_says_now() {
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("caller-token");
    std::fs::write(&path, TOKEN).unwrap();
    let file = path.to_str().unwrap();
    let secrets = [
        ("TEMPLATES_CALLER_TOKEN_FILE", file),
        SECRETS[1],
        SECRETS[2],
    ];
    let mut process = gateway(&secrets);
    let mut lines = BufReader::new(process.0.stderr.take().unwrap()).lines();
    let mut line_with = |part: &str| {
        let mut lines = lines.by_ref().map(Result::unwrap);
        lines.find(|line| line.contains(part)).unwrap()
    };
    let line = line_with("\"templates-rest\"");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = line["message"].as_str().unwrap();
    let url = format!("{}/nothing", address.strip_prefix("listening on ").unwrap());
    let client = reqwest::Client::new();
    let status = async |token: &str| {
        let answer = client.get(&url).bearer_auth(token).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(
        (status(TOKEN).await, status("canary-new").await),
        (404, 401)
    );
    let new = path.with_extension("new");
    std::fs::write(&new, "canary-new").unwrap();
    std::fs::rename(new, &path).unwrap();
    let line = line_with("secrets have changed");
    assert!(
        line.contains("templates-caller-token") && !line.contains("canary"),
        "{line}"
    );
    assert_eq!(
        (status(TOKEN).await, status("canary-new").await),
        (401, 404)
    );
}
