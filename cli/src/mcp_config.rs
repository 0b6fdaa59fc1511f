//! `gatewright mcp-config`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use gatewright_codegen::model::{Capability, McpAdapter};
use serde_json::{Value, json};

use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright mcp-config capability.yaml --client claude-code | sh
  gatewright mcp-config capability.yaml --client vscode > .vscode/mcp.json
  gatewright mcp-config capability.yaml --client cursor > .cursor/mcp.json

For claude-desktop, the entry belongs into claude_desktop_config.json (Settings, Developer, Edit Config); it needs Node.js,
as Claude Desktop reaches a server that listens by a bridge. The gateway has to run: these are the addresses of the file.")]
pub(crate) struct Arguments {
    /// The capability file, or `-` for standard input
    file: PathBuf,
    /// The client the configuration is for
    #[arg(long, value_enum)]
    client: Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    Vscode,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file)? else {
        return Ok(ExitCode::from(1));
    };
    if compiled.capability.mcp.is_empty() {
        return Err("the capability exposes no MCP adapter".to_owned());
    }
    files::print(&snippet(&compiled.capability, arguments.client))
}

fn snippet(capability: &Capability, client: Client) -> String {
    let servers = || {
        capability
            .mcp
            .iter()
            .map(|adapter| (server_name(&adapter.namespace), url(adapter, capability)))
    };
    let servers_json = |entry: fn(String) -> Value| -> Value {
        servers()
            .map(|(name, url)| (name, entry(url)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let config = match client {
        Client::ClaudeCode => {
            return servers()
                .map(|(name, url)| format!("claude mcp add --transport http {name} {url}\n"))
                .collect();
        }
        // Claude Desktop starts local servers as processes; `mcp-remote` is the bridge to one that listens.
        Client::ClaudeDesktop => json!({
            "mcpServers": servers_json(|url| json!({"command": "npx", "args": bridge(url)})),
        }),
        Client::Cursor => json!({"mcpServers": servers_json(|url| json!({"url": url}))}),
        Client::Vscode => {
            json!({"servers": servers_json(|url| json!({"type": "http", "url": url}))})
        }
    };
    format!("{config:#}\n")
}

/// A namespace as clients take the name of a server.
fn server_name(namespace: &str) -> String {
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    namespace
        .chars()
        .map(|character| if allowed(character) { character } else { '-' })
        .collect()
}

/// The arguments of the bridge. Without TLS it goes to this machine only, unless it is told otherwise.
fn bridge(url: String) -> Vec<String> {
    let local = ["http://127.0.0.1:", "http://localhost:"]
        .iter()
        .any(|start| url.starts_with(start));
    let mut arguments = vec!["-y".to_owned(), "mcp-remote".to_owned(), url];
    if !local {
        arguments.push("--allow-http".to_owned());
    }
    arguments
}

fn url(adapter: &McpAdapter, capability: &Capability) -> String {
    let default = |flag: &str| {
        capability
            .settings
            .iter()
            .find(|setting| setting.flag == flag)
            .and_then(|setting| setting.default.as_deref())
    };
    let address = match default(&adapter.address) {
        None | Some("0.0.0.0" | "::") => "127.0.0.1".to_owned(),
        Some(address) if address.contains(':') => format!("[{address}]"),
        Some(address) => address.to_owned(),
    };
    format!(
        "http://{address}:{}/mcp",
        default(&adapter.port).unwrap_or("PORT")
    )
}
