//! The command: what it says when it starts, and when it cannot.
#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lago-stand-in"));
    command.args(arguments).kill_on_drop(true);
    command
}

#[tokio::test]
async fn it_serves_with_the_key_it_was_given() {
    let mut command = command(&["--port", "0", "--key", "mine"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    let base_uri = line.strip_prefix("listening on ").unwrap();
    let request = reqwest::Client::new().get(format!("{base_uri}/customers"));
    let response = request.bearer_auth("mine").send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn it_explains_its_options() {
    for arguments in [["--port", "x"].as_slice(), &["--key"], &["--other"]] {
        let output = command(arguments).output().await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("usage: lago-stand-in"), "{complaint}");
    }
}
