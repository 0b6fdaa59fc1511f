//! Serving standard input and output.

use super::listen::{backend, mcp_options};
use crate::capability::Capability;
use crate::mcp::McpAdapter;
use crate::server::StopSignals;
use crate::settings::{SettingValues, SettingsError};
use crate::{mcp, telemetry};

/// Serves one MCP adapter over standard input and output, until the input ends or a signal comes.
pub(super) async fn run(
    capability: &'static Capability,
    values: &SettingValues,
    namespace: Option<&str>,
) -> Result<(), SettingsError> {
    let mut signals = StopSignals::listen()
        .map_err(|error| SettingsError::new(format!("signals cannot be awaited: {error}")))?;
    let adapter = stdio_adapter(capability, namespace)?;
    let serving = mcp::stdio::serve(
        adapter,
        backend(capability, values)?,
        mcp_options(values)?,
        tokio::io::stdin(),
        tokio::io::stdout(),
    );
    tracing::info!(target: telemetry::READY, adapter = adapter.namespace, "serving standard input and output");
    tokio::select! {
        served = serving => served.map_err(|error| {
            SettingsError::new(format!("standard input cannot be read: {error}"))
        }),
        signal = signals.next() => {
            tracing::info!(target: telemetry::READY, signal, "stopping");
            Ok(())
        }
    }
}

/// The adapter that `--stdio` means.
fn stdio_adapter(
    capability: &'static Capability,
    namespace: Option<&str>,
) -> Result<&'static McpAdapter, SettingsError> {
    let adapters = capability.mcp;
    let found = match namespace {
        Some(namespace) => adapters
            .iter()
            .find(|adapter| adapter.namespace == namespace),
        None => match adapters {
            [only] => Some(only),
            _ => None,
        },
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = adapters.iter().map(|adapter| adapter.namespace).collect();
        SettingsError::new(match (names.as_slice(), namespace) {
            ([], _) => "--stdio serves an MCP adapter, and this capability has none".to_owned(),
            (_, Some(namespace)) => format!(
                "--stdio names {}, which is no MCP adapter; there are {}",
                crate::inbound::shown(namespace),
                names.join(", ")
            ),
            (_, None) => format!(
                "--stdio serves one MCP adapter; name one of {}",
                names.join(", ")
            ),
        })
    })
}
