//! Which protocol revision a message belongs to. It is decided before its method is looked at.
//!
//! A request *claims* the stateless protocol (2026-07-28) by a `protocolVersion` in its `params._meta`. The
//! body decides, and the header must agree with it. Sources: MCP 2026-07-28, "Versioning" and Streamable HTTP
//! transport; 2025-11-25, "Lifecycle" and Streamable HTTP, "Protocol Version Header".

use std::borrow::Cow;

use super::answer::RpcError;
use super::headers;
use super::message::Request;
use super::params::{Meta, Params, is_object, string};
use super::transport::Transport;
use crate::inbound::shown;
use crate::server::Field;

/// The one stateless revision that is served.
pub(super) const MODERN: &str = "2026-07-28";

const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";

/// The form of a message, and of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// Stateless: 2026-07-28.
    Modern,
    /// Begun by `initialize`: the revisions before.
    Legacy,
}

/// The revisions that begin with `initialize`, newest first.
const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", BATCHED];
/// The only revision with batches, and the one meant where no header names another.
const BATCHED: &str = "2025-03-26";

/// The revision an `initialize` is answered with: the requested one, or the newest that has `initialize`.
pub(super) fn negotiated(requested: &str) -> &'static str {
    let [newest, ..] = LEGACY;
    LEGACY
        .into_iter()
        .find(|version| *version == requested)
        .unwrap_or(newest)
}

/// The era of a request.
///
/// # Errors
/// If the request names a revision that is not served, says different things in its body and its headers, or lacks
/// what its revision requires. Such a request never falls back to the older protocol.
pub(super) fn of_request(request: &Request<'_>, transport: Transport<'_>) -> Result<Era, RpcError> {
    let claim = request.params.as_ref().ok().and_then(claimed);
    let header = transport.protocol_version();
    let is_initialize = request.method == "initialize";
    match claim {
        Some(meta) if !is_initialize || is_modern_envelope(meta) => {
            modern(request, meta, transport)?;
            Ok(Era::Modern)
        }
        _ if is_initialize => match header {
            Field::Text(version) if is_modern(version) => {
                Err(RpcError::header_mismatch(format_args!(
                    "MCP-Protocol-Version is {}, a revision without `initialize`",
                    shown(version)
                )))
            }
            _ => Ok(Era::Legacy),
        },
        _ => match header {
            Field::Absent => Ok(Era::Legacy),
            Field::Text(version) if LEGACY.contains(&version) => Ok(Era::Legacy),
            Field::Text(version) if is_modern(version) => Err(envelope(&Meta::default())
                .err()
                .unwrap_or_else(|| RpcError::unsupported_version(version))),
            Field::Text(version) => Err(unknown_header(&shown(version))),
            Field::Unreadable => Err(unknown_header("unreadable")),
        },
    }
}

/// Checks the revision a notification names. Its method does not matter: all are dropped.
///
/// # Errors
/// If it is in the stateless form, of a revision that is not served.
pub(super) fn check_notification(
    params: &Params<'_>,
    transport: Transport<'_>,
) -> Result<(), RpcError> {
    if let Some(raw) = claimed(params).and_then(|meta| meta.protocol_version) {
        return match string(raw) {
            Some(version) => served(&version),
            None => Err(mistyped(VERSION_KEY, "a string")),
        };
    }
    match transport.protocol_version() {
        Field::Text(version) if is_modern(version) => served(version),
        _ => Ok(()),
    }
}

/// Checks that a client may post the answer to a request of ours: 2026-07-28 has no such requests.
pub(super) fn check_response(transport: Transport<'_>) -> Result<(), RpcError> {
    match transport.protocol_version() {
        Field::Text(version) if is_modern(version) => Err(RpcError::invalid_request(
            "this revision has no requests from the server, and so no responses to it",
        )),
        _ => Ok(()),
    }
}

/// Checks that the revision has batches at all.
pub(super) fn check_batch(transport: Transport<'_>) -> Result<(), RpcError> {
    match transport.protocol_version() {
        Field::Absent | Field::Text(BATCHED) => Ok(()),
        _ => Err(RpcError::invalid_request(format_args!(
            "only the revision {BATCHED} has batches; post one message"
        ))),
    }
}

/// The `_meta` by which params claim the stateless protocol, whatever version it names.
pub(super) fn claimed<'a, 'b>(params: &'b Params<'a>) -> Option<&'b Meta<'a>> {
    params
        .meta
        .as_ref()
        .filter(|meta| meta.protocol_version.is_some())
}

/// The ladder of a stateless request up to its method: the first failure is the answer. A request that
/// contradicts itself is told so before it is told that its version is not served.
fn modern(
    request: &Request<'_>,
    meta: &Meta<'_>,
    transport: Transport<'_>,
) -> Result<(), RpcError> {
    let version = envelope(meta)?;
    let Transport::Http(headers) = transport else {
        return served(&version);
    };
    headers::check_agreement(headers, &version, &request.method)?;
    served(&version)?;
    let name = request.params.as_ref().ok().and_then(|params| params.name);
    headers::check_presence(headers, &request.method, name.and_then(string).as_deref())
}

fn envelope<'a>(meta: &Meta<'a>) -> Result<Cow<'a, str>, RpcError> {
    let missing: Vec<&str> = [
        (VERSION_KEY, meta.protocol_version.is_none()),
        (CAPABILITIES_KEY, meta.client_capabilities.is_none()),
    ]
    .into_iter()
    .filter_map(|(key, missing)| missing.then_some(key))
    .collect();
    if !missing.is_empty() {
        return Err(RpcError::invalid_envelope(format_args!(
            "params._meta is missing {}",
            missing.join(" and ")
        )));
    }
    if !meta.client_capabilities.is_some_and(is_object) {
        return Err(mistyped(CAPABILITIES_KEY, "an object"));
    }
    meta.protocol_version
        .and_then(string)
        .ok_or_else(|| mistyped(VERSION_KEY, "a string"))
}

fn mistyped(key: &str, expected: &str) -> RpcError {
    RpcError::invalid_envelope(format_args!("params._meta.{key} must be {expected}"))
}

fn is_modern_envelope(meta: &Meta<'_>) -> bool {
    envelope(meta).is_ok_and(|version| is_modern(&version))
}

fn served(version: &str) -> Result<(), RpcError> {
    if version == MODERN {
        Ok(())
    } else {
        Err(RpcError::unsupported_version(version))
    }
}

/// Whether the text is a date from that of the first stateless revision on.
fn is_modern(version: &str) -> bool {
    let is_date = version.len() == MODERN.len()
        && version.bytes().zip(MODERN.bytes()).all(|(byte, model)| {
            byte == model || (byte.is_ascii_digit() && model.is_ascii_digit())
        });
    is_date && version >= MODERN
}

/// Not -32022, by which a client would conclude that the server speaks only the stateless protocol.
fn unknown_header(shown: &str) -> RpcError {
    RpcError::invalid_request(format_args!(
        "the MCP-Protocol-Version header is {shown}; served are {MODERN}, {}",
        LEGACY.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_initialize_with_a_revision_that_has_it() {
        for version in LEGACY {
            assert_eq!(negotiated(version), version);
        }
        for version in ["2024-11-05", MODERN, "nonsense", ""] {
            assert_eq!(negotiated(version), "2025-11-25");
        }
    }

    #[test]
    fn tells_later_revisions_from_nonsense() {
        assert!(is_modern(MODERN) && is_modern("2027-01-01") && is_modern("2026-11-30"));
        for version in ["2026-07-27", "2025-11-25", "draft-2027", "zzzz-zz-zz", ""] {
            assert!(!is_modern(version), "{version}");
        }
    }
}
