//! Starting a gateway: settings, upstreams, listeners; then serving until a signal comes.

use std::process::ExitCode;

use tokio::sync::watch;

use crate::capability::{Backend, Capability};
use crate::mcp::{McpAdapter, McpOptions, McpTransport};
use crate::rest::RestOptions;
use crate::server::{AllowedCallers, BodyLimits, Front, Listener, StopSignals, panic};
use crate::settings::{Environment, Flags, Secret, SettingValues, SettingsError, parse};
use crate::upstream::UpstreamOptions;
use crate::{exposure, mcp, rest, telemetry};

/// Runs a gateway as a program: reads the command line and the environment, serves until SIGTERM or
/// SIGINT, and returns the exit code: 0 after a stop, 1 where it cannot start, 2 for wrong flags.
pub fn main(capability: &'static Capability) -> ExitCode {
    main_with(capability, &|name| std::env::var_os(name), |_| ())
}

/// As [`main`], for a program around a gateway: with an environment of its own making, and a look at the
/// listeners when all are bound and none is served yet.
pub fn main_with(
    capability: &'static Capability,
    environment: Environment<'_>,
    bound: impl FnOnce(&[Listener]),
) -> ExitCode {
    let flags = match parse(capability, std::env::args_os()) {
        Ok(flags) => flags,
        Err(error) => {
            // Where standard error is closed there is nobody left to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let outcome = SettingValues::read(capability.settings, &flags, environment)
        .and_then(|values| start(capability, &values, &flags, bound));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                eprintln!("error: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn start(
    capability: &'static Capability,
    values: &SettingValues,
    flags: &Flags,
    bound: impl FnOnce(&[Listener]),
) -> Result<(), SettingsError> {
    telemetry::start(values.text("log-format")?, values.text("log-level")?);
    panic::log_without_message();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| SettingsError::new(format!("the runtime cannot be started: {error}")))?;
    let outcome = match stdio_adapter(capability, flags.stdio())? {
        Some(adapter) => runtime.block_on(run_stdio(adapter, capability, values)),
        None => runtime.block_on(run(capability, values, bound)),
    };
    // A read of standard input that goes on would keep the process.
    runtime.shutdown_background();
    outcome
}

/// Serves one MCP adapter over standard input and output, until the input ends or a signal comes.
async fn run_stdio(
    adapter: &'static McpAdapter,
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<(), SettingsError> {
    let mut signals = StopSignals::listen()
        .map_err(|error| SettingsError::new(format!("signals cannot be awaited: {error}")))?;
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

/// The adapter that is served over standard input and output instead of all listeners: the one that `--stdio` means, or
/// where it is not given the only adapter, if that is its transport. `named` is what `--stdio` was given with.
fn stdio_adapter(
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

async fn run(
    capability: &'static Capability,
    values: &SettingValues,
    bound: impl FnOnce(&[Listener]),
) -> Result<(), SettingsError> {
    // Before the first listener: whoever sees the gateway listen may stop it.
    let mut signals = StopSignals::listen()
        .map_err(|error| SettingsError::new(format!("signals cannot be awaited: {error}")))?;
    let patience = values.seconds("stop-timeout")?;
    // A signal during this takes effect at its end.
    let listeners = bind(capability, values).await?;
    bound(&listeners);
    for listener in &listeners {
        tracing::info!(
            target: telemetry::READY,
            adapter = listener.adapter(),
            "listening on http://{}",
            listener.address()
        );
    }
    for adapter in capability.mcp {
        if adapter.transport == McpTransport::Stdio {
            tracing::info!(
                target: telemetry::READY,
                adapter = adapter.namespace,
                "not served: it is served over standard input and output, by --stdio={}",
                adapter.namespace
            );
        }
    }
    let (stop, stopping) = watch::channel(false);
    let mut serving = tokio::task::JoinSet::new();
    for listener in listeners {
        serving.spawn(listener.serve(stopping.clone(), patience));
    }
    let signal = signals.next().await;
    tracing::info!(target: telemetry::READY, signal, "stopping; requests in flight are finished first");
    // The receivers are the listeners; where all have ended there is nothing to stop.
    let _ = stop.send(true);
    tokio::select! {
        () = async { while serving.join_next().await.is_some() {} } => {}
        signal = signals.next() => {
            tracing::warn!(signal, "stopping at once; requests in flight are cut off");
        }
    }
    Ok(())
}

/// Binds the address of every adapter that listens before anything is served, so that nothing is half started.
///
/// # Errors
/// If an upstream cannot be set up or an address cannot be bound.
pub async fn bind(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Vec<Listener>, SettingsError> {
    let backend = backend(capability, values)?;
    let front = Front::new(values)?;
    let mut listeners = Vec::new();
    for adapter in capability.rest {
        let app = rest::router(adapter, backend.clone(), rest_options(values)?);
        let listener = Listener::bind(
            adapter.namespace,
            adapter.address,
            adapter.port,
            values,
            front.clone(),
            (adapter.guard)(values)?,
            app,
        )
        .await?;
        let handlers = adapter.routes.iter().map(|route| &route.handler);
        exposure::warn_if_open(&listener, &backend, handlers);
        listeners.push(listener);
    }
    for adapter in capability.mcp {
        let McpTransport::Http { address, port } = adapter.transport else {
            continue;
        };
        let app = mcp::router(adapter, backend.clone(), mcp_options(values)?);
        let listener = Listener::bind(
            adapter.namespace,
            address,
            port,
            values,
            front.clone(),
            (adapter.guard)(values)?,
            app,
        )
        .await?;
        let handlers = adapter.tools.iter().map(|tool| &tool.handler);
        exposure::warn_if_open(&listener, &backend, handlers);
        listeners.push(listener);
    }
    Ok(listeners)
}

/// What every adapter calls.
fn backend(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Backend, SettingsError> {
    let options = UpstreamOptions::read(values)?;
    let variables = capability.variables.iter();
    let variables: Result<Vec<Secret>, SettingsError> =
        variables.map(|flag| values.secret(flag).cloned()).collect();
    Ok(Backend {
        upstreams: (capability.upstreams)(values, &options)?.into(),
        variables: variables?.into(),
    })
}

fn rest_options(values: &SettingValues) -> Result<RestOptions, SettingsError> {
    Ok(RestOptions {
        body: BodyLimits::read(values)?,
        callers: AllowedCallers::read(values)?,
    })
}

fn mcp_options(values: &SettingValues) -> Result<McpOptions, SettingsError> {
    Ok(McpOptions {
        body: BodyLimits::read(values)?,
        result_limit: values.bytes("result-limit")?,
        progress_interval: values.seconds("progress-interval")?,
        callers: AllowedCallers::read(values)?,
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
            guard: |_| Ok(Guard::none()),
            title: "",
            version: "1",
            instructions: "",
            tools: &[],
            tools_list: "[]",
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
        guard: |_| Ok(Guard::none()),
        routes: &[],
        openapi: None,
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
        match stdio_adapter(capability, named) {
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
