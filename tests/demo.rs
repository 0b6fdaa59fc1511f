//! The demo prints commands; each of them works as it is printed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Ends the demo with the test, however that ends.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Cargo builds examples for tests, next to the tests' own folder.
fn demo() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent()
        .and_then(|deps| deps.parent())
        .unwrap()
        .join("examples/demo")
}

#[test]
fn every_printed_command_works() {
    let mut child = Command::new(demo())
        .args([
            "--lago-customers-rest-port",
            "0",
            "--lago-customers-mcp-port",
            "0",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _demo = Demo(child);
    // The guide ends with the configuration of MCP clients.
    let mut guide = String::new();
    for line in lines.map(Result::unwrap) {
        guide.push_str(&line);
        guide.push('\n');
        if line.contains("mcpServers") {
            break;
        }
    }
    let (_, config) = guide
        .split_once("others")
        .unwrap_or_else(|| panic!("{guide}"));
    let config: serde_json::Value = serde_json::from_str(config.trim()).unwrap();
    let url = config
        .pointer("/mcpServers/lago-customers/url")
        .and_then(|url| url.as_str())
        .unwrap();
    assert!(guide.contains(&format!(
        "claude mcp add --transport http lago-customers {url}"
    )));

    let joined = guide.replace("\\\n", " ");
    let commands: Vec<(&str, &str)> = joined
        .lines()
        .filter_map(|line| {
            let start = line.find("curl ")?;
            Some((line.get(..start)?.trim(), line.get(start..)?))
        })
        .collect();
    assert_eq!(commands.len(), 5, "{guide}");
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("SKIPPED: the printed commands need curl, which is not installed");
        return;
    }
    for (what, command) in commands {
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        let expected = if what == "bad request" {
            "HTTP/1.1 400 "
        } else {
            "HTTP/1.1 200 "
        };
        assert!(answer.starts_with(expected), "{command}\n{answer}");
    }
}
