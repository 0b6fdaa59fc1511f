//! Listeners, connections, and what surrounds every request: its id and its log line.

mod connection;
mod listener;
mod local_address;
mod observe;
mod stop;

pub use listener::Listener;
pub use local_address::LocalAddress;
pub(crate) use observe::Observed;
pub use stop::StopSignals;
