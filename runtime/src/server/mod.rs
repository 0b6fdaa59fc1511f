//! The front door: listeners, connections and their limits, and what surrounds every request: its id, its log line,
//! and an answer where its handler panics.

mod application;
mod authority;
mod authorization;
mod body;
mod cache_control;
mod connection;
mod context;
mod current_guard;
mod descriptors;
mod field;
mod front;
mod guard;
mod limits;
mod listener;
mod local_address;
mod oauth;
mod observe;
mod origin;
pub(crate) mod panic;
mod policy;
mod statistics;
mod stop;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use application::{Answered, Answering, Application, Surroundings, router};
pub(crate) use body::read_body;
pub use context::{RequestContext, TraceContext};
pub(crate) use current_guard::CurrentGuard;
pub(crate) use field::{Field, field};
pub use front::Front;
pub use guard::Guard;
pub use limits::BodyLimits;
pub use listener::Listener;
pub use local_address::LocalAddress;
pub use oauth::ProtectedResource;
pub(crate) use oauth::is_resource_uri;
pub use origin::AllowedCallers;
pub use statistics::{Count, FrontStatistics, STATISTICS};
pub use stop::StopSignals;
