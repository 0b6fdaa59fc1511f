//! Starting a gateway: settings, upstreams, listeners; then serving until a signal comes.

mod listen;
mod notify;
mod reload;
mod sockets;
mod stdio;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::watch;

use self::listen::{Bound, bind_all};
use self::notify::notify;
use self::reload::Reload;
use self::sockets::Sockets;
use crate::capability::Capability;
use crate::mcp::McpTransport;
use crate::server::{Listener, StopSignals, panic};
use crate::settings::{Environment, SettingValues, SettingsError, parse, show};
use crate::telemetry::{self, Traces};

pub use listen::bind;

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
    let (values, wrong) =
        SettingValues::read_what_is_there(capability.settings, &flags, environment);
    if flags.prints_settings() {
        // Where standard output is closed there is nobody to read.
        let _ = write!(std::io::stdout(), "{}", show(capability.settings, &values));
    }
    let outcome = match wrong {
        Some(wrong) => Err(wrong),
        None if flags.prints_settings() || flags.checks() => listen::check(capability, &values)
            .map(|warnings| {
                for warning in warnings {
                    eprintln!("warning: {warning}");
                }
            }),
        None => {
            let settings = Reload {
                capability,
                flags: &flags,
                environment,
                values,
            };
            start(settings, bound)
        }
    };
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

fn start(settings: Reload<'_>, bound: impl FnOnce(&[Listener])) -> Result<(), SettingsError> {
    let (capability, values) = (settings.capability, &settings.values);
    telemetry::start(values.text("log-format")?, values.text("log-level")?);
    panic::log_without_message();
    let sockets = Sockets::take()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| SettingsError::new(format!("the runtime cannot be started: {error}")))?;
    let outcome = match stdio::adapter(capability, settings.flags.stdio())? {
        Some(adapter) => runtime.block_on(stdio::run(adapter, capability, values)),
        None => runtime.block_on(run(settings, sockets, bound)),
    };
    // A read of standard input that goes on would keep the process.
    runtime.shutdown_background();
    outcome
}

/// Sends the last spans, for as long as no signal comes.
async fn flush(traces: &Traces, signals: &mut StopSignals) {
    signals
        .cut_short(traces.flush(), "the last spans are lost")
        .await;
}

async fn run(
    settings: Reload<'_>,
    sockets: Sockets,
    bound: impl FnOnce(&[Listener]),
) -> Result<(), SettingsError> {
    let values = &settings.values;
    // Before the first listener: whoever sees the gateway listen may stop it.
    let deaf = |error| SettingsError::new(format!("signals cannot be awaited: {error}"));
    let mut signals = StopSignals::listen().map_err(deaf)?;
    let hangup = reload::hangup().map_err(deaf)?;
    let patience = values.seconds("stop-timeout")?;
    let delay = values.delay("drain-delay")?;
    let interval = values.delay("secrets-interval")?;
    // A signal during this takes effect at its end.
    let Bound {
        running,
        listeners,
        admin,
        readiness,
    } = bind_all(settings.capability, values, sockets).await?;
    // Whoever connects from here on is served.
    readiness.set(true);
    bound(&listeners);
    for listener in listeners.iter().chain(&admin) {
        tracing::info!(
            target: telemetry::READY,
            adapter = listener.adapter(),
            "listening on http://{}",
            listener.address()
        );
    }
    for adapter in settings.capability.mcp {
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
    // It is served to the very end: probes see what goes on.
    let (_admin_stop, admin_stopping) = watch::channel(false);
    if let Some(admin) = admin {
        tokio::spawn(admin.serve(admin_stopping, Duration::ZERO));
    }
    notify(notify::READY);
    let signal = tokio::select! {
        signal = signals.next() => signal,
        never = settings.run(hangup, interval, &running) => match never {},
    };
    readiness.set(false);
    notify(notify::STOPPING);
    tracing::info!(target: telemetry::READY, signal, "stopping; requests in flight are finished first");
    let finishing = async {
        tokio::time::sleep(delay).await;
        // The receivers are the listeners; where all have ended there is nothing to stop.
        let _ = stop.send(true);
        while serving.join_next().await.is_some() {}
    };
    if signals
        .cut_short(finishing, "requests in flight are cut off")
        .await
    {
        flush(&running.traces, &mut signals).await;
    }
    Ok(())
}
