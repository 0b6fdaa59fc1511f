//! `gatewright mcp-config`: the forms that each client's documentation gives.

use serde_json::{Value, json};

use crate::process::{CLEAN, folder, run};

fn snippet(capability: &str, client: &str) -> String {
    let folder = folder(&[("c.yaml", capability)]);
    let ended = run(folder.path(), &["mcp-config", "c.yaml", "--client", client]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stdout
}

fn snippet_json(capability: &str, client: &str) -> Value {
    serde_json::from_str(&snippet(capability, client)).unwrap()
}

#[test]
fn each_client_has_its_form() {
    let url = "http://127.0.0.1:9090/mcp";
    assert_eq!(
        snippet(CLEAN, "claude-code"),
        format!("claude mcp add --transport http hacker-news-mcp {url}\n")
    );
    assert_eq!(
        snippet_json(CLEAN, "claude-desktop"),
        json!({"mcpServers": {"hacker-news-mcp": {"command": "npx", "args": ["-y", "mcp-remote", url]}}})
    );
    assert_eq!(
        snippet_json(CLEAN, "cursor"),
        json!({"mcpServers": {"hacker-news-mcp": {"url": url}}})
    );
    assert_eq!(
        snippet_json(CLEAN, "vscode"),
        json!({"servers": {"hacker-news-mcp": {"type": "http", "url": url}}})
    );
}

#[test]
fn addresses_and_names_are_ones_that_a_client_can_use() {
    let elsewhere = CLEAN.replace(
        "    namespace: hacker-news-mcp\n",
        "    namespace: 'my news; mcp'\n    address: 192.0.2.1\n",
    );
    assert_eq!(
        snippet(&elsewhere, "claude-code"),
        "claude mcp add --transport http my-news--mcp http://192.0.2.1:9090/mcp\n"
    );
    let args = &snippet_json(&elsewhere, "claude-desktop")["mcpServers"]["my-news--mcp"]["args"];
    assert_eq!(
        *args,
        json!([
            "-y",
            "mcp-remote",
            "http://192.0.2.1:9090/mcp",
            "--allow-http"
        ])
    );
    let everywhere = CLEAN.replace(
        "    namespace: hacker-news-mcp\n",
        "    namespace: hacker-news-mcp\n    address: 0.0.0.0\n",
    );
    assert!(snippet(&everywhere, "claude-code").ends_with(" http://127.0.0.1:9090/mcp\n"));
}

#[test]
fn without_an_mcp_adapter_there_is_nothing_to_configure() {
    let (rest_only, _) = CLEAN.split_once("  - type: mcp").unwrap();
    let folder = folder(&[("c.yaml", rest_only)]);
    let ended = run(
        folder.path(),
        &["mcp-config", "c.yaml", "--client", "cursor"],
    );
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.stderr,
        "error: the capability exposes no MCP adapter\n"
    );
}
