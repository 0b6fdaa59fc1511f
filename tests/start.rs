//! Starting: settings from flags, environment and files; what is said when something is missing or wrong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use std::net::{TcpListener, TcpStream};

use support::process::{Process, run, stderr};

const SECRET: (&str, &str) = ("LAGO_API_KEY", "k");

#[test]
fn a_missing_secret_is_named_with_what_needs_it() {
    for environment in [&[][..], &[("LAGO_API_KEY", "")]] {
        let output = run(&[], environment);
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert_eq!(said.lines().count(), 1, "{said}");
        for words in [
            "LAGO_API_KEY is missing",
            "the bearer token of `lago-customers`",
            "capability.yaml:176",
            "LAGO_API_KEY_FILE",
        ] {
            assert!(said.contains(words), "{words:?} is not in {said}");
        }
    }
}

#[test]
fn every_wrong_setting_is_named_at_once() {
    let flags = [
        "--lago-customers-base-uri",
        "ftp://x",
        "--lago-customers-rest-port",
        "99999",
        "--lago-customers-mcp-address",
        "somewhere",
        "--call-timeout",
        "0",
        "--log-format",
        "xml",
    ];
    let output = run(&flags, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    for words in [
        "LAGO_API_KEY is missing",
        "ftp://x",
        "99999",
        "somewhere",
        "\"0\"",
        "one of text, json",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}

#[test]
fn wrong_flags_exit_with_two() {
    let output = run(&["--lago-customers-rest-prt", "1"], &[SECRET]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("--lago-customers-rest-port"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn help_and_version_come_from_the_file() {
    let help = run(&["--help"], &[]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    for words in [
        "Lago API documentation — Customers",
        "--lago-customers-base-uri",
        "LAGO_CUSTOMERS_BASE_URI",
        "https://api.getlago.com/api/v1",
        "--lago-customers-rest-port",
        "8080",
        "LAGO_CUSTOMERS_MCP_ADDRESS",
        "127.0.0.1",
        "LAGO_API_KEY_FILE",
    ] {
        assert!(help.contains(words), "{words:?} is not in {help}");
    }
    let version = String::from_utf8(run(&["--version"], &[]).stdout).unwrap();
    assert!(
        version.contains(env!("CARGO_PKG_VERSION")) && version.contains("Lago"),
        "{version}"
    );
}

#[test]
fn a_flag_wins_over_the_environment() {
    let environment = [
        SECRET,
        ("LAGO_CUSTOMERS_REST_ADDRESS", "127.0.0.2"),
        ("LAGO_CUSTOMERS_MCP_ADDRESS", "127.0.0.2"),
    ];
    let process = Process::start(
        &["--lago-customers-rest-address", "127.0.0.1"],
        &environment,
    );
    assert_eq!(process.rest.ip().to_string(), "127.0.0.1");
    assert_eq!(process.mcp.ip().to_string(), "127.0.0.2");
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = std::env::temp_dir().join(format!("gateway-secret-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("key");
    std::fs::write(&path, "from-file\n").unwrap();
    let file = path.to_str().unwrap();
    drop(Process::start(&[], &[("LAGO_API_KEY_FILE", file)]));
    drop(Process::start(&["--lago-api-key-file", file], &[]));
    let both = run(&[], &[SECRET, ("LAGO_API_KEY_FILE", file)]);
    assert_eq!(both.status.code(), Some(1));
    assert!(stderr(&both).contains("both set"), "{}", stderr(&both));
    std::fs::remove_dir_all(&folder).unwrap();
    let gone = run(&[], &[("LAGO_API_KEY_FILE", file)]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        stderr(&gone).contains("LAGO_API_KEY_FILE") && stderr(&gone).contains("No such file"),
        "{}",
        stderr(&gone)
    );
}

#[test]
fn a_secret_that_no_header_can_carry_is_refused_and_not_repeated() {
    let output = run(&[], &[("LAGO_API_KEY", "canary\nline")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("bearer token") && !stderr(&output).contains("canary"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_taken_port_is_one_clear_message_and_nothing_is_half_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let rest_port = free.port().to_string();
    let output = run(
        &[
            "--lago-customers-mcp-port",
            &port,
            "--lago-customers-rest-port",
            &rest_port,
        ],
        &[SECRET],
    );
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains(&port)
            && said.contains("--lago-customers-mcp-port")
            && said.contains("taken"),
        "{said}"
    );
    assert!(TcpStream::connect(free).is_err());
}
