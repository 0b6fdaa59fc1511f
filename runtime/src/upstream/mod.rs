//! The way out: building an upstream request, sending it, and the answer that comes back.

mod answer;
mod assemble;
mod base_uri;
mod body;
mod breaker;
mod budget;
mod client;
mod credential;
mod document;
mod echo;
mod encode;
mod error;
mod excerpt;
mod form;
mod options;
mod parameter;
mod request;
mod retry;
mod send;
mod statistics;
mod template;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use base_uri::{BaseUri, InvalidBaseUri};
pub use breaker::BreakerState;
#[cfg(feature = "otlp")]
pub(crate) use client::{Client, Failure};
#[cfg(feature = "otlp")]
pub(crate) use client::{PemFile, PemFiles};
pub use credential::{ClientCredentials, Credential};
pub(crate) use document::{Document, DocumentClient, DocumentProblem};
pub use encode::check_segment;
pub use error::{CallError, TokenProblem};
pub(crate) use excerpt::{Excerpt, Length};
pub use options::{BreakerOptions, RetryOptions, UpstreamOptions};
pub use parameter::Parameter;
pub use request::Request;
pub use send::{Call, Upstream};
pub use statistics::{Counter, UpstreamStatistics};
pub(crate) use template::text;
pub use template::{Joined, JsonTemplate, TextPiece};
