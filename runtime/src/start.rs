//! Starting a gateway: settings, upstreams, listeners; then serving until a signal comes.

use std::process::ExitCode;

use tokio::sync::watch;

use crate::capability::{Backend, Capability};
use crate::server::{Listener, StopSignals};
use crate::settings::{Environment, Secret, SettingValues, SettingsError, parse};
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
        .and_then(|values| start(capability, &values, bound));
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
    bound: impl FnOnce(&[Listener]),
) -> Result<(), SettingsError> {
    telemetry::start(values.text("log-format")?, values.text("log-level")?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| SettingsError::new(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(run(capability, values, bound))
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
    let options = UpstreamOptions {
        connect_timeout: values.seconds("connect-timeout")?,
        call_timeout: values.seconds("call-timeout")?,
        answer_limit: values.bytes("answer-limit")?,
    };
    let variables = capability.variables.iter();
    let variables: Result<Vec<Secret>, SettingsError> =
        variables.map(|flag| values.secret(flag).cloned()).collect();
    let backend = Backend {
        upstreams: (capability.upstreams)(values, &options)?.into(),
        variables: variables?.into(),
    };
    let body_limit = values.bytes("body-limit")?;
    let mut listeners = Vec::new();
    for adapter in capability.rest {
        let app = rest::router(adapter, backend.clone(), body_limit);
        listeners.push(
            Listener::bind(
                adapter.namespace,
                adapter.address,
                adapter.port,
                values,
                app,
            )
            .await?,
        );
    }
    for adapter in capability.mcp {
        let app = mcp::router(adapter, backend.clone(), body_limit);
        listeners.push(
            Listener::bind(
                adapter.namespace,
                adapter.address,
                adapter.port,
                values,
                app,
            )
            .await?,
        );
    }
    Ok(listeners)
}
