//! Where settings come from, and what is said where they are missing or wrong.

use std::path::PathBuf;

use lago_stand_in::LagoStandIn;
use lago_stand_in::recorder::Recorder;
use tokio::net::TcpListener;

use crate::gateway::{Ended, FREE_PORTS, Gateway, command, ended};
use crate::http::Request;

/// The line of `capability.yaml` on which `text` stands first.
fn line_of(text: &str) -> usize {
    let file = include_str!("../../capability.yaml");
    let mut lines = file.lines();
    1 + lines.position(|line| line.trim() == text).unwrap()
}

/// A file with these contents that no other test uses.
fn file(name: &str, contents: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, contents).unwrap();
    path
}

/// It did not start: it said so on standard error alone, and never that it listens.
fn assert_refused(ended: &Ended) {
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert_eq!(ended.stdout, "");
    assert!(!ended.stderr.contains("listening"), "{}", ended.stderr);
    assert!(
        ended.stderr.lines().all(|line| line.starts_with("error: ")),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_missing_secret_is_named_with_what_needs_it_and_where() {
    for value in [None, Some("")] {
        let mut command = command(&FREE_PORTS);
        command.envs(value.map(|value| ("LAGO_API_KEY", value)));
        let ended = ended(command).await;
        assert_refused(&ended);
        let line = line_of("token: '{{env.LAGO_API_KEY}}'");
        let expected = format!(
            "error: LAGO_API_KEY is missing: needed by the bearer token of `lago-customers` \
             (capability.yaml:{line}); set LAGO_API_KEY, or name a file that holds it in LAGO_API_KEY_FILE\n"
        );
        assert_eq!(ended.stderr, expected);
    }
}

#[tokio::test]
async fn a_secret_may_stand_in_a_file_which_ends_with_a_newline() {
    let lago = LagoStandIn::start("key-in-file").await.unwrap();
    for (name, contents) in [
        ("key-bare", "key-in-file"),
        ("key-line", "key-in-file\n"),
        ("key-crlf", "key-in-file\r\n"),
    ] {
        let mut by_environment = command(&FREE_PORTS);
        by_environment.env("LAGO_API_KEY_FILE", file(name, contents));
        let mut by_flag = command(&FREE_PORTS);
        by_flag.arg("--lago-api-key-file").arg(file(name, contents));
        for mut command in [by_environment, by_flag] {
            command.env("LAGO_CUSTOMERS_BASE_URI", lago.base_uri());
            let gateway = Gateway::spawn(command).await;
            let answer = Request::get("/v1/customers").send(gateway.rest).await;
            assert_eq!(answer.status(), 200, "{name}");
        }
    }
}

#[tokio::test]
async fn a_secret_file_that_cannot_be_used_is_named() {
    let missing = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-such-key");
    let empty = file("key-empty", "\n");
    for (path, expected) in [
        (missing, "LAGO_API_KEY_FILE ("),
        (empty, "LAGO_API_KEY is missing"),
    ] {
        let mut command = command(&FREE_PORTS);
        command.env("LAGO_API_KEY_FILE", path);
        let ended = ended(command).await;
        assert_refused(&ended);
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_secret_given_twice_is_refused() {
    let path = file("key-twice", "one");
    let mut by_environment = command(&FREE_PORTS);
    by_environment
        .env("LAGO_API_KEY", "other")
        .env("LAGO_API_KEY_FILE", &path);
    let mut by_flag = command(&FREE_PORTS);
    by_flag
        .args(["--lago-api-key", "other", "--lago-api-key-file"])
        .arg(&path);
    for (command, expected) in [
        (
            by_environment,
            "LAGO_API_KEY and LAGO_API_KEY_FILE are both set",
        ),
        (
            by_flag,
            "--lago-api-key and --lago-api-key-file are both given",
        ),
    ] {
        let ended = ended(command).await;
        assert_refused(&ended);
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_flag_wins_over_the_environment_which_wins_over_the_default() {
    let (by_environment, by_flag) = (
        Recorder::start().await.unwrap(),
        Recorder::start().await.unwrap(),
    );
    let path = file("key-unused", "from-file");
    let environment = |command: &mut tokio::process::Command| {
        command
            .env("LAGO_CUSTOMERS_BASE_URI", by_environment.base_uri())
            .env("LAGO_API_KEY_FILE", &path)
            .env("GATEWAY_LOG_FORMAT", "json");
    };
    let mut plain = command(&FREE_PORTS);
    environment(&mut plain);
    let gateway = Gateway::spawn(plain).await;
    Request::get("/v1/customers").send(gateway.rest).await;
    let [request] = &by_environment.take()[..] else {
        panic!("one request goes to the upstream that the environment names");
    };
    assert_eq!(request.header("authorization"), Some("Bearer from-file"));
    assert!(
        gateway
            .stop()
            .await
            .iter()
            .all(|line| line.starts_with('{'))
    );

    let mut flagged = command(&FREE_PORTS);
    environment(&mut flagged);
    let upstream = by_flag.base_uri();
    flagged.args(["--lago-customers-base-uri", &upstream]);
    flagged.args(["--lago-api-key", "from-flag", "--log-format", "text"]);
    let gateway = Gateway::spawn(flagged).await;
    Request::get("/v1/customers").send(gateway.rest).await;
    let [request] = &by_flag.take()[..] else {
        panic!("one request goes to the upstream that the flag names");
    };
    assert_eq!(request.header("authorization"), Some("Bearer from-flag"));
    assert!(by_environment.take().is_empty());
    assert!(
        !gateway
            .stop()
            .await
            .iter()
            .any(|line| line.starts_with('{'))
    );
}

#[tokio::test]
async fn wrong_flags_are_a_usage_error() {
    for flags in [
        ["--no-such-flag"].as_slice(),
        &["--log-level"],
        &["surplus"],
        &["--lago-customers-rest-prot", "0"],
        &["--log-level", "info", "--log-level", "debug"],
    ] {
        let ended = ended(command(flags)).await;
        assert_eq!(ended.code, Some(2), "{flags:?}: {ended:#?}");
        assert_eq!(ended.stdout, "");
        assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let mut command = command(&["--lago-customers-mcp-port", "70000", "--call-timeout", "0"]);
    command
        .env("LAGO_CUSTOMERS_BASE_URI", "api.example.com")
        .env("LAGO_CUSTOMERS_REST_ADDRESS", "localhost")
        .env("LAGO_CUSTOMERS_REST_PORT", "http")
        .env("GATEWAY_BODY_LIMIT", "1MB")
        .env("GATEWAY_ALLOWED_HOSTS", "https://gw.example")
        .env("GATEWAY_ALLOWED_ORIGINS", "*")
        .env("GATEWAY_LOG_LEVEL", "loud");
    let ended = ended(command).await;
    assert_refused(&ended);
    for (line, expected) in [
        "--lago-customers-base-uri (LAGO_CUSTOMERS_BASE_URI): \"api.example.com\" is not a base URI",
        "LAGO_API_KEY is missing",
        "--lago-customers-rest-address (LAGO_CUSTOMERS_REST_ADDRESS) is \"localhost\"; expected an IP address",
        "--lago-customers-rest-port (LAGO_CUSTOMERS_REST_PORT) is \"http\"; expected a port",
        "--lago-customers-mcp-port (LAGO_CUSTOMERS_MCP_PORT) is \"70000\"; expected a port",
        "--call-timeout (GATEWAY_CALL_TIMEOUT) is \"0\"; expected a number of seconds",
        "--body-limit (GATEWAY_BODY_LIMIT) is \"1MB\"; expected a number of bytes",
        "--allowed-hosts (GATEWAY_ALLOWED_HOSTS) is \"https://gw.example\"; expected hosts",
        "--allowed-origins (GATEWAY_ALLOWED_ORIGINS) is \"*\"; expected origins",
        "--log-level (GATEWAY_LOG_LEVEL) is \"loud\"; expected one of error, warn, info, debug",
    ]
    .into_iter()
    .enumerate()
    {
        let said = ended.stderr.lines().nth(line).unwrap_or_default();
        assert!(said.contains(expected), "{expected}\nis not in\n{}", ended.stderr);
    }
    assert_eq!(ended.stderr.lines().count(), 10, "{}", ended.stderr);
}

#[tokio::test]
async fn a_port_that_is_taken_keeps_both_adapters_from_serving() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = (taken.local_addr().unwrap().port().to_string(), taken);
    for (adapter, other) in [
        ("lago-customers-rest", "lago-customers-mcp"),
        ("lago-customers-mcp", "lago-customers-rest"),
    ] {
        let mut command = command(&[]);
        command
            .args([format!("--{adapter}-port"), taken.0.clone()])
            .args([format!("--{other}-port"), "0".to_owned()])
            .env("LAGO_API_KEY", "key");
        let ended = ended(command).await;
        assert_refused(&ended);
        let expected = format!(
            "error: `{adapter}` cannot listen on 127.0.0.1:{}: the port is taken; choose another with --{adapter}-port\n",
            taken.0
        );
        assert_eq!(ended.stderr, expected);
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused() {
    let mut command = command(&FREE_PORTS);
    // TEST-NET-1 of RFC 5737.
    command
        .args(["--lago-customers-rest-address", "192.0.2.1"])
        .env("LAGO_API_KEY", "key");
    let ended = ended(command).await;
    assert_refused(&ended);
    assert!(
        ended
            .stderr
            .contains("choose another with --lago-customers-rest-address"),
        "{}",
        ended.stderr
    );
}
