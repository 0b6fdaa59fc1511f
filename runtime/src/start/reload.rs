//! Secrets that change while the gateway runs.

use std::convert::Infallible;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::listen::{MakeGuard, backend};
use crate::capability::{Backend, Capability};
use crate::server::CurrentGuard;
use crate::settings::{Environment, Flags, SettingValues, SettingsError};
use crate::telemetry::Traces;

/// Where settings come from, and what runs with them.
pub(super) struct Reload<'a> {
    pub(super) capability: &'static Capability,
    pub(super) flags: &'a Flags,
    pub(super) environment: Environment<'a>,
    pub(super) values: SettingValues,
}

impl Reload<'_> {
    /// Reads the files of secrets again at each `hangup` and after each `interval`, and lets `running` go on with what
    /// they hold. What they hold is compared, not when they were written: that is no slower, and misses nothing.
    pub(super) async fn run(
        mut self,
        mut hangup: Signal,
        interval: Duration,
        running: &Running,
    ) -> Infallible {
        let is_watched = !interval.is_zero() && self.values.has_files();
        let mut last_problem = None;
        loop {
            let is_asked_for = tokio::select! {
                _ = hangup.recv() => true,
                () = tokio::time::sleep(interval), if is_watched => false,
            };
            let changed = match self.reload(running) {
                Ok(changed) => changed,
                Err(error) => {
                    let problem = error.to_string();
                    // One that stays is told once.
                    if is_asked_for || last_problem.as_ref() != Some(&problem) {
                        tracing::error!("secrets stay as they were: {problem}");
                    }
                    last_problem = Some(problem);
                    continue;
                }
            };
            last_problem = None;
            if !changed.is_empty() {
                tracing::info!(settings = changed.join(", "), "secrets have changed");
            } else if is_asked_for {
                tracing::info!("secrets were read again and have not changed");
            }
        }
    }

    /// The flags of the settings that have changed.
    fn reload(&mut self, running: &Running) -> Result<Vec<&'static str>, SettingsError> {
        let values = SettingValues::read(self.capability.settings, self.flags, self.environment)?;
        let changed = self.values.differences(&values);
        if !changed.is_empty() {
            running.adopt(self.capability, &values)?;
            self.values = values;
        }
        Ok(changed)
    }
}

/// What secrets are used in.
pub(super) struct Running {
    pub(super) backend: Backend,
    /// Of each adapter, what makes its guard, and the guard it has.
    pub(super) guards: Vec<(MakeGuard, CurrentGuard)>,
    pub(super) traces: Traces,
}

impl Running {
    /// Takes over the secrets in `values`, all or none.
    fn adopt(
        &self,
        capability: &'static Capability,
        values: &SettingValues,
    ) -> Result<(), SettingsError> {
        let backend = backend(capability, values)?;
        let guards = self.guards.iter().map(|(make, _)| make(values));
        let guards: Vec<_> = guards.collect::<Result<_, _>>()?;
        self.traces.adopt(values)?;
        self.backend.adopt(&backend);
        for ((_, current), guard) in self.guards.iter().zip(guards) {
            current.set(guard);
        }
        Ok(())
    }
}

/// SIGHUP, from the moment this is called.
///
/// # Errors
/// If the signal cannot be listened to.
pub(super) fn hangup() -> std::io::Result<Signal> {
    signal(SignalKind::hangup())
}
