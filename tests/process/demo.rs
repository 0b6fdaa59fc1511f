//! The demo: what it prints is what a newcomer runs, so it is run as printed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::gateway::{BOUND, FREE_PORTS, Lines, ended, program, signal};
use crate::http::Request;

/// The demo, where `cargo test` has put it.
fn demo() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/demo");
    let modified = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/demo.rs");
    assert!(
        modified(&path) > modified(&source),
        "the demo is not built: run `cargo test`, or `cargo build --example demo` before a single test"
    );
    path
}

async fn start() -> (Child, String) {
    let mut command = program(demo(), &FREE_PORTS);
    // A key of the real Lago is none of its business.
    command.env("LAGO_API_KEY_FILE", "/no/such/file");
    let mut child = command.spawn().unwrap();
    let log = Lines::of(child.stderr.take().unwrap());
    let printed = Lines::of(child.stdout.take().unwrap());
    log.containing(&["listening on", "lago-customers-mcp"])
        .await;
    printed.containing(&["mcpServers"]).await;
    (child, printed.so_far().join("\n"))
}

async fn stop(mut child: Child) {
    signal(&child, "INT").await;
    let status = timeout(BOUND, child.wait())
        .await
        .expect("it runs on")
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

/// The commands, each with the word in front of it.
fn commands(printed: &str) -> Vec<(String, String)> {
    let joined = printed.replace("\\\n", "");
    let lines = joined.lines().filter_map(|line| {
        let start = line.find("curl ")?;
        let (label, command) = line.split_at(start);
        Some((label.trim().to_owned(), command.to_owned()))
    });
    lines.collect()
}

#[tokio::test]
async fn its_commands_work_as_printed() {
    if Command::new("curl")
        .arg("--version")
        .output()
        .await
        .is_err()
    {
        eprintln!("SKIPPED its_commands_work_as_printed: curl is not installed");
        return;
    }
    let (demo, printed) = start().await;
    let commands = commands(&printed);
    let labels: Vec<&str> = commands.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(
        labels,
        ["list", "create", "retrieve", "usage", "bad request"],
        "{printed}"
    );
    for (label, command) in &commands {
        let mut shell = Command::new("sh");
        // A proxy that is set here is not between the newcomer and the demo.
        shell
            .args(["-c", command])
            .env("no_proxy", "127.0.0.1")
            .kill_on_drop(true);
        let output = timeout(BOUND, shell.output()).await.unwrap().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        match label.as_str() {
            "bad request" => {
                assert_eq!(status, 400, "{command}\n{answer}");
                assert!(answer.contains("periods_count"), "{answer}");
            }
            _ => assert!((200..300).contains(&status), "{command}\n{answer}"),
        }
    }
    stop(demo).await;
}

#[tokio::test]
async fn its_client_configuration_leads_to_the_tools() {
    let (demo, printed) = start().await;
    let json = printed
        .lines()
        .find_map(|line| Some(&line[line.find("{\"mcpServers\"")?..]));
    let configuration: Value = serde_json::from_str(json.unwrap()).unwrap();
    let url = configuration["mcpServers"]["lago-customers"]["url"]
        .as_str()
        .unwrap();
    let claude = format!("claude mcp add --transport http lago-customers {url}");
    assert!(
        printed.lines().any(|line| line.ends_with(&claude)),
        "{printed}"
    );

    let address = url
        .strip_prefix("http://")
        .and_then(|url| url.strip_suffix("/mcp"));
    let list = Request::mcp("tools/list", json!({}));
    let answer = list.send(address.unwrap().parse().unwrap()).await;
    assert_eq!(
        answer.json()["result"]["tools"].as_array().unwrap().len(),
        9
    );
    stop(demo).await;
}

#[tokio::test]
async fn it_says_how_to_choose_another_port() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let flags = [
        "--lago-customers-rest-port",
        &port,
        "--lago-customers-mcp-port",
        "0",
    ];
    let ended = ended(program(demo(), &flags)).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    for expected in [
        "the port is taken; choose another with --lago-customers-rest-port",
        "cargo run --example demo -- --lago-customers-rest-port 0",
    ] {
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}
