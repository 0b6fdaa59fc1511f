//! Secrets that change while the gateway runs.

use std::convert::Infallible;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::listen::backend;
use crate::capability::{Backend, Capability};
use crate::settings::{Environment, Flags, SettingValues, SettingsError};

/// Where settings come from, and what runs with them.
pub(super) struct Reload<'a> {
    pub(super) capability: &'static Capability,
    pub(super) flags: &'a Flags,
    pub(super) environment: Environment<'a>,
    pub(super) values: SettingValues,
}

impl Reload<'_> {
    /// Reads the files of secrets again at each `hangup` and after each `interval`, and lets `backend` go on with what
    /// they hold. What they hold is compared, not when they were written: that is no slower, and misses nothing.
    pub(super) async fn run(
        mut self,
        mut hangup: Signal,
        interval: Duration,
        running: &Backend,
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
    fn reload(&mut self, running: &Backend) -> Result<Vec<&'static str>, SettingsError> {
        let values = SettingValues::read(self.capability.settings, self.flags, self.environment)?;
        let changed = self.values.differences(&values);
        if !changed.is_empty() {
            running.adopt(&backend(self.capability, &values)?);
            self.values = values;
        }
        Ok(changed)
    }
}

/// SIGHUP, from the moment this is called.
///
/// # Errors
/// If the signal cannot be listened to.
pub(super) fn hangup() -> std::io::Result<Signal> {
    signal(SignalKind::hangup())
}
