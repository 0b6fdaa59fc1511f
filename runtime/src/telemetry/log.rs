//! Log lines on standard error, as text or JSON. No line holds a secret, a body or a query.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

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
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let layer = if format == "json" {
        layer.json().flatten_event(true).boxed()
    } else {
        layer.boxed()
    };
    // The only error is that logging has been started already.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init();
}
