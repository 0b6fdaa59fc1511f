//! `gatewright mcp-config`.

mod proof;
mod remote;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use gatewright_codegen::model::{Capability, McpAdapter, McpTransport, Setting, SettingForm};
use serde_json::{Map, Value, json};

use self::remote::Remote;
use crate::files::shell_word;
use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright mcp-config capability.yaml --client claude-code | sh
  gatewright mcp-config capability.yaml --client vscode > .vscode/mcp.json
  gatewright mcp-config capability.yaml --client cursor > .cursor/mcp.json
  gatewright mcp-config capability.yaml --client claude-desktop --binary ./gateway

With --binary the client starts the gateway itself, and speaks to it over standard input and
output. Settings that the gateway does not start without are taken from the environment; for
claude-desktop, which cannot, write them in place of each `…`. Without --binary the gateway has to
run: these are the addresses of the file.

For claude-desktop, the entry belongs into claude_desktop_config.json (Settings, Developer, Edit
Config); without --binary it needs Node.js, as Claude Desktop reaches a server that listens by a
bridge.

Where a gateway that listens asks its callers for a secret, a variable stands for it, by the name
the gateway has for it: claude-code and cursor read it from the environment, vscode asks for it,
and for claude-desktop what stands in <> is to be replaced. For `type: basic` the variable ends
with _BASIC and is the Base64 of USER:PASSWORD; in a query, the key is percent-encoded.")]
pub(crate) struct Arguments {
    /// The capability file, or `-` for standard input
    file: PathBuf,
    /// The client the configuration is for
    #[arg(long, value_enum)]
    client: Client,
    /// The gateway that the client starts
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    Vscode,
}

/// A server as a client is to reach it.
struct Server {
    name: String,
    reach: Reach,
}

enum Reach {
    Remote(Remote),
    Process(Process),
}

struct Process {
    command: String,
    argument: String,
    /// The environment variables it does not start without.
    required: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(compiled) = files::compile_or_report(&arguments.file)? else {
        return Ok(ExitCode::from(1));
    };
    let capability = &compiled.capability;
    if capability.mcp.is_empty() {
        return Err("the capability exposes no MCP adapter".to_owned());
    }
    let servers = capability
        .mcp
        .iter()
        .map(|adapter| server(adapter, capability, arguments.binary.as_deref()))
        .collect::<Result<Vec<Server>, String>>()?;
    files::print(&snippet(servers, arguments.client))
}

fn server(
    adapter: &McpAdapter,
    capability: &Capability,
    binary: Option<&Path>,
) -> Result<Server, String> {
    let reach = match (&adapter.transport, binary) {
        (_, Some(binary)) => Reach::Process(process(adapter, capability, binary)?),
        (McpTransport::Http { address, port }, None) => Reach::Remote(Remote::new(
            url(address, port, capability),
            adapter,
            capability,
        )),
        (McpTransport::Stdio, None) => {
            return Err(format!(
                "the adapter `{}` is served over standard input and output: name the gateway that its client starts by \
                 --binary FILE",
                adapter.namespace
            ));
        }
    };
    Ok(Server {
        name: server_name(&adapter.namespace),
        reach,
    })
}

fn snippet(servers: Vec<Server>, client: Client) -> String {
    if client == Client::ClaudeCode {
        return servers.into_iter().map(claude_code).collect();
    }
    let key = match client {
        Client::Vscode => "servers",
        _ => "mcpServers",
    };
    let inputs = match client {
        Client::Vscode => remote::inputs(servers.iter().filter_map(|server| match &server.reach {
            Reach::Remote(remote) => Some(remote),
            Reach::Process(_) => None,
        })),
        _ => Vec::new(),
    };
    let entries: Map<String, Value> = servers
        .into_iter()
        .map(|server| (server.name, entry(server.reach, client)))
        .collect();
    let mut config = Map::from_iter([(key.to_owned(), Value::Object(entries))]);
    if !inputs.is_empty() {
        config.insert("inputs".to_owned(), inputs.into());
    }
    format!("{:#}\n", Value::Object(config))
}

fn claude_code(server: Server) -> String {
    let name = server.name;
    match server.reach {
        Reach::Remote(remote) => {
            format!(
                "claude mcp add --transport http {name} {}\n",
                remote.words()
            )
        }
        Reach::Process(process) => {
            let variables: String = process
                .required
                .iter()
                .map(|variable| format!(" --env {variable}=\"${variable}\""))
                .collect();
            format!(
                "claude mcp add --transport stdio {name}{variables} -- {} {}\n",
                shell_word(&process.command),
                shell_word(&process.argument)
            )
        }
    }
}

fn entry(reach: Reach, client: Client) -> Value {
    let mut entry = Map::new();
    let mut set = |key: &str, value: Value| entry.insert(key.to_owned(), value);
    match (reach, client) {
        (Reach::Process(process), _) => {
            if client == Client::Vscode {
                set("type", "stdio".into());
            }
            set("command", process.command.into());
            set("args", json!([process.argument]));
            if !process.required.is_empty() {
                set("env", environment(process.required, client));
            }
        }
        // Claude Desktop starts local servers as processes; `mcp-remote` is the bridge to one that listens.
        (Reach::Remote(remote), Client::ClaudeDesktop) => return remote.bridge(),
        (Reach::Remote(remote), Client::Vscode) => return remote.vscode(),
        (Reach::Remote(remote), _) => return remote.cursor(),
    }
    entry.into()
}

/// Each variable as the client takes it from its own environment, where it can.
fn environment(variables: Vec<String>, client: Client) -> Value {
    let value = |variable: &str| match client {
        Client::ClaudeDesktop => "…".to_owned(),
        _ => format!("${{env:{variable}}}"),
    };
    let pairs = variables.into_iter().map(|variable| {
        let value = value(&variable);
        (variable, value.into())
    });
    pairs.collect::<Map<_, _>>().into()
}

/// A namespace as clients take the name of a server.
fn server_name(namespace: &str) -> String {
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    namespace
        .chars()
        .map(|character| if allowed(character) { character } else { '-' })
        .collect()
}

/// Clients start a server from a folder of their own, so the path is absolute.
fn process(
    adapter: &McpAdapter,
    capability: &Capability,
    binary: &Path,
) -> Result<Process, String> {
    let failed = |reason: &str| format!("cannot use {}: {reason}", binary.display());
    let absolute = std::path::absolute(binary).map_err(|error| failed(&error.to_string()))?;
    let command = absolute
        .to_str()
        .ok_or_else(|| failed("it is no Unicode text"))?;
    let argument = match capability.mcp.as_slice() {
        [_] => "--stdio".to_owned(),
        _ => format!("--stdio={}", adapter.namespace),
    };
    let required = capability
        .settings
        .iter()
        .filter(|setting| is_required(setting));
    Ok(Process {
        command: command.to_owned(),
        argument,
        required: required
            .map(|setting| setting.environment.clone())
            .collect(),
    })
}

/// Whether a gateway that listens on nothing needs the setting. What a file of secrets may hold is left to the file.
fn is_required(setting: &Setting) -> bool {
    setting.default.is_none()
        && setting.derived.is_empty()
        && setting.in_file.is_none()
        && setting.form != SettingForm::Port
}

fn url(address: &str, port: &str, capability: &Capability) -> String {
    let default = |flag: &str| {
        capability
            .settings
            .iter()
            .find(|setting| setting.flag == flag)
            .and_then(|setting| setting.default.as_deref())
    };
    let address = match default(address) {
        None | Some("0.0.0.0" | "::") => "127.0.0.1".to_owned(),
        Some(address) if address.contains(':') => format!("[{address}]"),
        Some(address) => address.to_owned(),
    };
    format!("http://{address}:{}/mcp", default(port).unwrap_or("PORT"))
}
