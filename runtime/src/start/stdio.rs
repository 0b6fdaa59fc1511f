//! Serving standard input and output.

use super::listen::{backend, mcp_options};
use crate::capability::Capability;
use crate::mcp::{McpAdapter, McpTransport};
use crate::server::StopSignals;
use crate::settings::{SettingValues, SettingsError};
use crate::telemetry::Traces;
use crate::{mcp, telemetry};

/// Serves one MCP adapter over standard input and output, until the input ends or a signal comes.
pub(super) async fn run(
    adapter: &'static McpAdapter,
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<(), SettingsError> {
    let mut signals = StopSignals::listen()
        .map_err(|error| SettingsError::new(format!("signals cannot be awaited: {error}")))?;
    let traces = Traces::start(capability, values)?;
    let serving = mcp::stdio::serve(
        adapter,
        backend(capability, values)?,
        mcp_options(values)?,
        tokio::io::stdin(),
        tokio::io::stdout(),
    );
    tracing::info!(target: telemetry::READY, adapter = adapter.namespace, "serving standard input and output");
    let outcome = tokio::select! {
        served = serving => served.map_err(|error| {
            SettingsError::new(format!("standard input cannot be read: {error}"))
        }),
        signal = signals.next() => {
            tracing::info!(target: telemetry::READY, signal, "stopping");
            Ok(())
        }
    };
    super::flush(&traces, &mut signals).await;
    outcome
}

/// The adapter that is served over standard input and output instead of all listeners: the one that `--stdio` means, or
/// where it is not given the only adapter, if that is its transport. `named` is what `--stdio` was given with.
pub(super) fn adapter(
    capability: &'static Capability,
    named: Option<Option<&str>>,
) -> Result<Option<&'static McpAdapter>, SettingsError> {
    let adapters = capability.mcp;
    let is_stdio = |adapter: &&McpAdapter| adapter.transport == McpTransport::Stdio;
    let found = match (named, adapters) {
        (None, adapters)
            if !capability.rest.is_empty() || !adapters.iter().all(|it| is_stdio(&it)) =>
        {
            return Ok(None);
        }
        (None, []) => return Ok(None),
        (Some(Some(namespace)), adapters) => adapters
            .iter()
            .find(|adapter| adapter.namespace == namespace),
        (_, [only]) => Some(only),
        (_, adapters) => {
            let mut of_stdio = adapters.iter().filter(is_stdio);
            of_stdio.next().filter(|_| of_stdio.next().is_none())
        }
    };
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = adapters.iter().map(|adapter| adapter.namespace).collect();
        let names = names.join(", ");
        SettingsError::new(match named.flatten() {
            _ if adapters.is_empty() => {
                "--stdio serves an MCP adapter, and this capability has none".to_owned()
            }
            Some(namespace) => format!(
                "--stdio names {}, which is no MCP adapter; there are {names}",
                crate::inbound::shown(namespace)
            ),
            None => format!(
                "standard input and output serve one MCP adapter; name one by --stdio=NAMESPACE, of {names}"
            ),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::RestAdapter;
    use crate::server::Guard;

    const fn mcp(namespace: &'static str, transport: McpTransport) -> McpAdapter {
        McpAdapter {
            namespace,
            transport,
            title: "",
            version: "1",
            instructions: "",
            tools: &[],
            tools_list: "[]",
            guard: |_| Ok(Guard::none()),
        }
    }

    const HTTP: McpTransport = McpTransport::Http {
        address: "a",
        port: "p",
    };

    const fn capability(rest: &'static [RestAdapter], mcp: &'static [McpAdapter]) -> Capability {
        Capability {
            label: "",
            description: "",
            version: "1",
            settings: &[],
            variables: &[],
            upstreams: |_, _| Ok(Vec::new()),
            rest,
            mcp,
        }
    }

    static REST: &[RestAdapter] = &[RestAdapter {
        namespace: "rest",
        address: "a",
        port: "p",
        routes: &[],
        openapi: None,
        guard: |_| Ok(Guard::none()),
    }];
    static STDIO: &[McpAdapter] = &[mcp("one", McpTransport::Stdio)];
    static BOTH: &[McpAdapter] = &[
        mcp("over-http", HTTP),
        mcp("over-stdio", McpTransport::Stdio),
    ];
    static TWO: &[McpAdapter] = &[
        mcp("one", McpTransport::Stdio),
        mcp("two", McpTransport::Stdio),
    ];

    static NOTHING: Capability = capability(&[], &[]);
    static ALONE: Capability = capability(&[], STDIO);
    static BESIDE_REST: Capability = capability(REST, STDIO);
    static BESIDE_HTTP: Capability = capability(&[], BOTH);
    static SEVERAL: Capability = capability(&[], TWO);
    static LISTENING: Capability = capability(&[], &[mcp("over-http", HTTP)]);

    fn chosen(
        capability: &'static Capability,
        named: Option<Option<&str>>,
    ) -> Result<Option<&'static str>, String> {
        match adapter(capability, named) {
            Ok(adapter) => Ok(adapter.map(|adapter| adapter.namespace)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn standard_input_serves_the_only_adapter_or_the_one_that_is_meant() {
        assert_eq!(chosen(&NOTHING, None), Ok(None));
        assert_eq!(chosen(&LISTENING, None), Ok(None));
        assert_eq!(chosen(&ALONE, None), Ok(Some("one")));
        assert_eq!(chosen(&BESIDE_REST, None), Ok(None));
        assert_eq!(chosen(&BESIDE_HTTP, None), Ok(None));
        for (capability, adapter) in [
            (&LISTENING, "over-http"),
            (&ALONE, "one"),
            (&BESIDE_REST, "one"),
            (&BESIDE_HTTP, "over-stdio"),
        ] {
            assert_eq!(chosen(capability, Some(None)), Ok(Some(adapter)));
        }
        for namespace in ["over-http", "over-stdio"] {
            assert_eq!(
                chosen(&BESIDE_HTTP, Some(Some(namespace))),
                Ok(Some(namespace))
            );
        }
    }

    #[test]
    fn what_is_not_decidable_is_said() {
        for named in [None, Some(None)] {
            let error = chosen(&SEVERAL, named).unwrap_err();
            assert!(
                error.contains("--stdio=NAMESPACE") && error.contains("one, two"),
                "{error}"
            );
        }
        let error = chosen(&BESIDE_HTTP, Some(Some("rest"))).unwrap_err();
        assert!(
            error.contains("rest") && error.contains("over-http, over-stdio"),
            "{error}"
        );
        let error = chosen(&NOTHING, Some(None)).unwrap_err();
        assert!(error.contains("has none"), "{error}");
    }
}
