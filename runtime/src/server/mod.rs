//! Listeners, connections, and what surrounds every request: its id and its log line.

mod connection;
mod listener;
mod observe;
mod stop;

pub use listener::Listener;
pub(crate) use observe::Observed;
pub use stop::stop_signal;
