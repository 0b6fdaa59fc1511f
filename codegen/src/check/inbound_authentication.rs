//! `authentication` of an adapter: how callers prove who they are (LANGUAGE.md §4).

use super::{Context, authentication, protected_resource};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{Credential, InboundAuthentication, Place, Route};
use crate::source::Span;
use crate::syntax::{Authentication, Listener, Text};

/// Headers that mean something else to the gateway, or that it passes on or writes into its log.
const RESERVED: [&str; 23] = [
    "accept",
    "baggage",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "last-event-id",
    "origin",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-request-id",
];

/// Where callers reach an adapter on this machine.
pub(super) struct Endpoint<'a> {
    pub(super) namespace: &'a str,
    /// The flags of the settings of its address and port.
    pub(super) address: &'a str,
    pub(super) port: &'a str,
    /// The path of what it serves; empty where that is all paths.
    pub(super) path: &'static str,
}

/// What the callers of an adapter that listens prove themselves with.
pub(super) fn resolve(
    listener: &Listener,
    endpoint: &Endpoint<'_>,
    context: &mut Context<'_>,
) -> InboundAuthentication {
    let Some(authentication) = &listener.authentication else {
        return InboundAuthentication::None;
    };
    let kind = &authentication.kind;
    if kind.as_str() == "oauth2" {
        let resource = protected_resource::resolve(authentication, endpoint, context);
        return InboundAuthentication::OAuth2(resource);
    }
    if kind.as_str() == "digest" {
        // What its keys refer to is of use as soon as it is built.
        context.variables.forgive();
        context.push(
            Finding::new(
                &catalogue::NOT_SUPPORTED,
                format!(
                    "authentication of callers by `{}` is not supported yet",
                    kind.value
                ),
            )
            .at(kind.span, "the gateway could not honour this")
            .help("use `bearer`, `apikey`, `basic` or `oauth2`, or put a proxy that checks callers in front"),
        );
        return InboundAuthentication::None;
    }
    for secret in [
        &authentication.token,
        &authentication.value,
        &authentication.password,
    ] {
        check_not_empty(secret.as_ref(), context);
    }
    let credential = authentication::resolve(
        Some(authentication),
        endpoint.namespace,
        "that callers send to",
        context,
    );
    match credential {
        Credential::Bearer(token) => InboundAuthentication::Bearer(token),
        Credential::Basic(username, password) => InboundAuthentication::Basic(username, password),
        Credential::QueryKey(name, key) => InboundAuthentication::QueryKey(name, key),
        Credential::HeaderKey(name, key) => {
            check_header(&name, authentication, context);
            InboundAuthentication::HeaderKey(name, key)
        }
        Credential::None | Credential::Digest(..) | Credential::OAuth2(_) => {
            InboundAuthentication::None
        }
    }
}

/// What a caller sends to prove itself is no parameter too: it would be passed on.
pub(super) fn check_routes(
    listener: &Listener,
    resolved: &InboundAuthentication,
    routes: &[Route],
    context: &mut Context<'_>,
) {
    let (place, name) = match resolved {
        InboundAuthentication::None => return,
        InboundAuthentication::Bearer(_)
        | InboundAuthentication::Basic(..)
        | InboundAuthentication::OAuth2(_) => (Place::Header, "Authorization"),
        InboundAuthentication::HeaderKey(name, _) => (Place::Header, name.as_str()),
        InboundAuthentication::QueryKey(name, _) => (Place::Query, name.as_str()),
    };
    let is_same = |given: &str| match place {
        Place::Header => given.eq_ignore_ascii_case(name),
        _ => given == name,
    };
    let clashing = routes.iter().find(|route| {
        let mut inputs = route.inputs.iter();
        inputs.any(|input| input.place == place && is_same(&input.name))
    });
    let (Some(route), Some(authentication)) = (clashing, &listener.authentication) else {
        return;
    };
    let what = match place {
        Place::Header => "header",
        _ => "query parameter",
    };
    context.push(
        Finding::new(
            &catalogue::PROOF_IS_PARAMETER,
            format!("the {what} `{name}` proves who is calling, and is a parameter too"),
        )
        .at(
            span_of_name(authentication),
            format!(
                "{} {} (line {}) passes it on",
                route.method, route.path, route.line
            ),
        )
        .help("let callers send an `apikey` by another name, or leave the parameter out of the operation"),
    );
}

/// Nobody calls over standard input but the process that started the gateway.
pub(super) fn check_unused(listener: &Listener, context: &mut Context<'_>) {
    let Some(authentication) = &listener.authentication else {
        return;
    };
    context.variables.forgive();
    if authentication.kind.value != "none" {
        context.push(
            Finding::new(
                &catalogue::AUTHENTICATION_OVER_STDIO,
                "the callers of an adapter over `stdio` prove nothing",
            )
            .at(authentication.kind.span, "not asked for")
            .help("remove `authentication`, or write `transport: http`"),
        );
    }
}

fn check_not_empty(secret: Option<&Text>, context: &mut Context<'_>) {
    if let Some(secret) = secret.filter(|secret| secret.value.trim().is_empty()) {
        context.push(
            Finding::new(
                &catalogue::EMPTY_PROOF,
                "what callers prove themselves with is empty",
            )
            .at(secret.span, "everybody can send nothing")
            .help("bind a variable, and write `'{{env.NAME}}'` here"),
        );
    }
}

fn check_header(name: &str, authentication: &Authentication, context: &mut Context<'_>) {
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower.starts_with("mcp-") {
        context.push(
            Finding::new(
                &catalogue::RESERVED_KEY_HEADER,
                format!("callers cannot send an API key in the header `{name}`"),
            )
            .at(
                span_of_name(authentication),
                "this header has a meaning of its own",
            )
            .help("write the name of a header that is only for this, such as `X-API-Key`"),
        );
    }
}

fn span_of_name(authentication: &Authentication) -> Span {
    let name = authentication.key.as_ref();
    name.unwrap_or(&authentication.kind).span
}
