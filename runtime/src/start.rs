//! Starting a gateway: settings, upstreams, listeners; then serving until a signal comes.

use std::process::ExitCode;

use tokio::sync::watch;

use crate::capability::{Backend, Capability};
use crate::mcp::{McpAdapter, McpOptions};
use crate::server::{BodyLimits, Front, Listener, StopSignals, panic};
use crate::settings::{Environment, Flags, Secret, SettingValues, SettingsError, parse};
use crate::upstream::UpstreamOptions;
use crate::{mcp, rest, telemetry};

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
    let outcome = match flags.stdio() {
        Some(namespace) => runtime.block_on(run_stdio(capability, values, namespace)),
        None => runtime.block_on(run(capability, values, bound)),
    };
    // A read of standard input that goes on would keep the process.
    runtime.shutdown_background();
    outcome
}

/// Serves one MCP adapter over standard input and output, until the input ends or a signal comes.
async fn run_stdio(
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

/// Binds every adapter's address before anything is served, so that nothing is half started.
///
/// # Errors
/// If an upstream cannot be set up or an address cannot be bound.
pub async fn bind(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Vec<Listener>, SettingsError> {
    let backend = backend(capability, values)?;
    let (front, body_limits) = (Front::new(values)?, BodyLimits::read(values)?);
    let mut listeners = Vec::new();
    for adapter in capability.rest {
        let app = rest::router(adapter, backend.clone(), body_limits);
        listeners.push(
            Listener::bind(
                adapter.namespace,
                adapter.address,
                adapter.port,
                values,
                front.clone(),
                app,
            )
            .await?,
        );
    }
    for adapter in capability.mcp {
        let app = mcp::router(adapter, backend.clone(), mcp_options(values)?);
        listeners.push(
            Listener::bind(
                adapter.namespace,
                adapter.address,
                adapter.port,
                values,
                front.clone(),
                app,
            )
            .await?,
        );
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

fn mcp_options(values: &SettingValues) -> Result<McpOptions, SettingsError> {
    Ok(McpOptions {
        body: BodyLimits::read(values)?,
        result_limit: values.bytes("result-limit")?,
        progress_interval: values.seconds("progress-interval")?,
    })
}
