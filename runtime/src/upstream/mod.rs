//! The way out: building an upstream request, sending it, and the answer that comes back.

mod answer;
mod base_uri;
mod credential;
mod encode;
mod error;
mod form;
mod parameter;
mod request;
mod send;
mod template;
mod tls;

pub use answer::Answer;
pub use base_uri::{BaseUri, InvalidBaseUri};
pub use credential::{ClientCredentials, Credential};
pub use encode::check_segment;
pub use error::{CallError, TokenProblem};
pub use parameter::Parameter;
pub use request::Request;
pub use send::{Call, Upstream, UpstreamOptions};
pub(crate) use template::text;
pub use template::{Joined, JsonTemplate, TextPiece};
