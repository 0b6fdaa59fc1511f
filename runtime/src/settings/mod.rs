//! Settings: a table of what can be set, read from flags, the environment and files, in this order.
//!
//! The compiler emits the table of a capability (LANGUAGE.md §7); [`gateway`](GATEWAY_SETTINGS) settings
//! are the same for every capability. A flag wins over the environment, which wins over the default.

mod check;
mod command;
mod error;
mod read;
mod secret;
mod secrets_file;
mod show;
mod table;
#[cfg(test)]
mod tests;
#[cfg(feature = "otlp")]
mod traces;

pub use command::{Flags, parse};
pub use error::SettingsError;
pub use read::{Environment, SettingValues};
pub use secret::Secret;
pub(crate) use show::show;
pub use table::{Form, GATEWAY_SETTINGS, Part, Setting};
#[cfg(feature = "otlp")]
pub(crate) use traces::{HeaderList, parse_endpoint};

/// The settings that do not come from a capability: [`GATEWAY_SETTINGS`], and those of traces.
pub fn gateway_settings() -> impl Iterator<Item = &'static Setting> {
    GATEWAY_SETTINGS.iter().chain(trace_settings())
}

/// The settings of traces; none without the feature `otlp`.
pub(crate) fn trace_settings() -> &'static [Setting] {
    #[cfg(feature = "otlp")]
    return traces::TRACE_SETTINGS;
    #[cfg(not(feature = "otlp"))]
    &[]
}
