//! Log lines on standard error, as text or JSON. No line holds a secret, a body or a query.

mod json;
mod layer;
mod line;
#[cfg(test)]
mod tests;
mod text;
mod time;

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use layer::Lines;

/// The target of the lines that say where the gateway listens. They are logged at every level.
pub(crate) const READY: &str = "gateway::ready";
/// The target of the line of each request.
pub(crate) const ACCESS: &str = "gateway::access";

/// Starts logging. A second call in one process changes nothing, so that tests may start several gateways.
pub fn start(format: &str, level: &str) {
    let level = level.parse().unwrap_or(Level::INFO);
    let filter = Targets::new()
        .with_target("gatewright_runtime", level)
        .with_target("gateway", level)
        .with_target(READY, Level::INFO);
    let write = match format {
        "json" => json::write,
        _ => text::write,
    };
    // The only error is that logging has been started already.
    let _ = tracing_subscriber::registry()
        .with(Lines::new(write, to_standard_error).with_filter(filter))
        .try_init();
}

/// Standard error has no buffer of its own: this is one write, and the lines of two threads do not mix.
fn to_standard_error(line: &[u8]) {
    // Where it is closed, nobody is left who could be told.
    let _ = io::stderr().write_all(line);
}
