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

fn started(capability: &str, client: &str) -> String {
    let folder = folder(&[("c.yaml", capability)]);
    let command = ["mcp-config", "c.yaml", "--client", client];
    let ended = run(
        folder.path(),
        &[command.as_slice(), &["--binary", "/opt/my gateway"]].concat(),
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stdout
}

fn started_json(capability: &str, client: &str) -> Value {
    serde_json::from_str(&started(capability, client)).unwrap()
}

#[test]
fn a_client_starts_the_gateway_that_is_named() {
    let process = json!({"command": "/opt/my gateway", "args": ["--stdio"]});
    for client in ["claude-desktop", "cursor"] {
        assert_eq!(
            started_json(CLEAN, client),
            json!({"mcpServers": {"hacker-news-mcp": process}})
        );
    }
    assert_eq!(
        started_json(CLEAN, "vscode")["servers"]["hacker-news-mcp"],
        json!({"type": "stdio", "command": "/opt/my gateway", "args": ["--stdio"]})
    );
    assert_eq!(
        started(CLEAN, "claude-code"),
        "claude mcp add --transport stdio hacker-news-mcp -- '/opt/my gateway' --stdio\n"
    );
}

#[test]
fn what_the_gateway_does_not_start_without_is_handed_to_it() {
    let secret = CLEAN
        .replace(
            "capability:\n",
            "binds:\n- {namespace: env, keys: {KEY: NEWS_KEY}}\ncapability:\n",
        )
        .replace(
            "    namespace: hacker-news\n",
            "    namespace: hacker-news\n    authentication: {type: bearer, token: '{{env.KEY}}'}\n",
        )
        .replace("    port: 9090\n", "");
    assert_ne!(secret, CLEAN);
    let variables = |client: &str| {
        started_json(&secret, client)["mcpServers"]["hacker-news-mcp"]["env"].clone()
    };
    assert_eq!(variables("claude-desktop"), json!({"NEWS_KEY": "…"}));
    assert_eq!(variables("cursor"), json!({"NEWS_KEY": "${env:NEWS_KEY}"}));
    assert_eq!(
        started(&secret, "claude-code"),
        "claude mcp add --transport stdio hacker-news-mcp --env NEWS_KEY=\"$NEWS_KEY\" -- '/opt/my gateway' --stdio\n"
    );
}

#[test]
fn an_adapter_of_stdio_needs_a_gateway_to_start() {
    let stdio = CLEAN.replace("    port: 9090\n", "    transport: stdio\n");
    let folder = folder(&[("c.yaml", &stdio)]);
    let ended = run(
        folder.path(),
        &["mcp-config", "c.yaml", "--client", "cursor"],
    );
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--binary FILE"), "{ended:?}");
    assert_eq!(
        started_json(&stdio, "cursor")["mcpServers"]["hacker-news-mcp"]["args"],
        json!(["--stdio"])
    );
}

/// The capability with this `authentication` of its tools.
fn guarded(authentication: &str) -> String {
    let place = "    namespace: hacker-news-mcp\n";
    CLEAN.replace(
        place,
        &format!("{place}    authentication: {authentication}\n"),
    )
}

#[test]
fn each_client_is_told_what_to_send_in_its_own_way() {
    let capability = guarded("{type: bearer, token: '{{NEWS_TOKEN}}'}");
    let url = "http://127.0.0.1:9090/mcp";
    assert_eq!(
        snippet(&capability, "claude-code"),
        format!(
            "claude mcp add --transport http hacker-news-mcp {url} --header \"Authorization: Bearer ${{NEWS_TOKEN:?}}\"\n"
        )
    );
    assert_eq!(
        snippet_json(&capability, "claude-desktop")["mcpServers"]["hacker-news-mcp"],
        json!({
            "command": "npx",
            "args": ["-y", "mcp-remote", url, "--header", "Authorization:${CALLER_HEADER}"],
            "env": {"CALLER_HEADER": "Bearer <NEWS_TOKEN>"},
        })
    );
    assert_eq!(
        snippet_json(&capability, "cursor")["mcpServers"]["hacker-news-mcp"],
        json!({"url": url, "headers": {"Authorization": "Bearer ${env:NEWS_TOKEN}"}})
    );
    assert_eq!(
        snippet_json(&capability, "vscode"),
        json!({
            "servers": {"hacker-news-mcp": {
                "type": "http",
                "url": url,
                "headers": {"Authorization": "Bearer ${input:NEWS_TOKEN}"},
            }},
            "inputs": [{
                "type": "promptString",
                "id": "NEWS_TOKEN",
                "description": "NEWS_TOKEN",
                "password": true,
            }],
        })
    );
}

#[test]
fn keys_and_passwords_are_where_the_gateway_looks_for_them() {
    let headers = |authentication: &str| {
        let mut config = snippet_json(&guarded(authentication), "cursor");
        config["mcpServers"]["hacker-news-mcp"].take()
    };
    let url = "http://127.0.0.1:9090/mcp";
    assert_eq!(
        headers("{type: apikey, key: X-Key, value: 'v1/{{NEWS_KEY}}'}"),
        json!({"url": url, "headers": {"X-Key": "v1/${env:NEWS_KEY}"}})
    );
    assert_eq!(
        headers("{type: basic, username: agent, password: '{{NEWS_PASSWORD}}'}"),
        json!({"url": url, "headers": {"Authorization": "Basic ${env:HACKER_NEWS_MCP_BASIC}"}})
    );
    let in_query = "{type: apikey, key: a key, value: 'v/{{NEWS_KEY}}', placement: query}";
    assert_eq!(
        headers(in_query),
        json!({"url": format!("{url}?a%20key=v%2F${{env:NEWS_KEY}}")})
    );
    assert_eq!(
        snippet(&guarded(in_query), "claude-code"),
        format!(
            "claude mcp add --transport http hacker-news-mcp \"{url}?a%20key=v%2F${{NEWS_KEY:?}}\"\n"
        )
    );
    // Nothing of the file is run by the shell that the command is meant for.
    let hostile = guarded("{type: apikey, key: 'X`id`', value: '\"$(id)\\{{NEWS_KEY}}'}");
    let command = snippet(&hostile, "claude-code");
    let expected = r#" --header "X\`id\`: \"\$(id)\\${NEWS_KEY:?}""#;
    assert!(command.trim_end().ends_with(expected), "{command}");
}
