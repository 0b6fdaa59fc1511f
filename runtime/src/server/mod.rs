//! Listeners, connections, and what surrounds every request: its id and its log line.

mod body;
mod connection;
mod field;
mod listener;
mod local_address;
mod observe;
pub(crate) mod origin;
mod stop;

pub(crate) use body::read_body;
pub(crate) use field::{Field, field};
pub use listener::Listener;
pub use local_address::LocalAddress;
pub(crate) use observe::Observed;
pub use stop::StopSignals;
