//! What a gateway tells of itself: log lines, traces, and the metrics, probes and state of its admin
//! listener.

mod admin;
mod exposition;
mod log;
mod metrics;
mod outcome;
mod process;
mod readiness;
#[cfg(feature = "otlp")]
mod trace;
#[cfg(not(feature = "otlp"))]
#[path = "untraced.rs"]
mod trace;
mod traffic;

pub(crate) use admin::Admin;
pub use log::start;
pub(crate) use log::{ACCESS, READY};
pub(crate) use outcome::Outcome;
pub(crate) use readiness::Readiness;
pub(crate) use trace::{CallTrace, MessageSpan, ServerSpan, Traces, check as check_traces};
pub(crate) use traffic::{InFlight, Traffic};
