//! `authentication` of an adapter of type `oauth2`: callers bring access tokens (LANGUAGE.md §6).

use super::absolute_uri::AbsoluteUri;
use super::inbound_authentication::Endpoint;
use super::settings::Settings;
use super::{Context, authentication, base_uri, oauth2, variables};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{ProtectedResource, SettingForm, TextPart};
use crate::source::Span;
use crate::syntax::{Authentication, Text};

/// The keys of this type.
const KEYS: &[&str] = &[
    "authorizationServerUri",
    "resource",
    "audience",
    "scopes",
    "tokenValidation",
];

pub(super) fn resolve(
    authentication: &Authentication,
    endpoint: &Endpoint<'_>,
    context: &mut Context<'_>,
) -> ProtectedResource {
    let namespace = endpoint.namespace;
    if let Some(validation) = &authentication.token_validation {
        check_validation(validation, context);
    }
    let (issuer, plain_http) = match &authentication.authorization_server {
        Some(server) => {
            let plain_http = check_server(server, context);
            let by = format!("the authorization server of callers of `{namespace}`");
            let parts = base_uri::resolve_parts(server, namespace, &by, context);
            (parts, plain_http)
        }
        None => {
            authentication::report_missing(authentication, "authorizationServerUri", context);
            (Vec::new(), false)
        }
    };
    let resource = resolve_resource(authentication, endpoint, context);
    let audience = match given(authentication.audience.as_ref(), "audience", context) {
        Some(audience) => {
            let by = format!("the audience of tokens for `{namespace}`");
            variables::resolve(audience, &by, context)
        }
        None => vec![TextPart::Setting(resource.clone())],
    };
    for scope in &authentication.scopes {
        check_scope(scope, context);
    }
    let scopes = oauth2::resolve_scopes(&authentication.scopes, namespace, context);
    authentication::report_foreign_keys(authentication, KEYS, context);
    ProtectedResource {
        issuer,
        resource,
        audience,
        scopes,
        plain_http,
    }
}

/// Adds the setting that holds the URI by which callers reach the adapter; returns its flag.
fn resolve_resource(
    authentication: &Authentication,
    endpoint: &Endpoint<'_>,
    context: &mut Context<'_>,
) -> String {
    let namespace = endpoint.namespace;
    let help = format!("URI by which callers reach `{namespace}`, for which tokens are issued");
    let mut setting = Settings::of_namespace(namespace, "resource", SettingForm::Uri, help);
    let by = format!("the URI by which callers reach `{namespace}`");
    let Some(resource) = given(authentication.resource.as_ref(), "resource", context) else {
        let default = format!("http://ADDRESS:PORT{}", endpoint.path);
        context.push(
            Finding::new(
                &catalogue::NO_RESOURCE,
                format!("nothing says by which URI callers reach `{namespace}`"),
            )
            .at(
                authentication.kind.span,
                format!(
                    "so it is `{default}`, unless `{}` is set",
                    setting.environment
                ),
            )
            .help("add `resource: https://…`, the URI for which tokens are issued"),
        );
        setting.derived = vec![
            TextPart::Literal("http://".to_owned()),
            TextPart::Setting(endpoint.address.to_owned()),
            TextPart::Literal(":".to_owned()),
            TextPart::Setting(endpoint.port.to_owned()),
            TextPart::Literal(endpoint.path.to_owned()),
        ];
        let line = context.line(authentication.kind.span);
        // A URI that is given spares what the default is made of; what listens needs its port all the same.
        for flag in [endpoint.address, endpoint.port] {
            context.settings.need(flag, &by, line);
        }
        return context.settings.add(setting, authentication.kind.span);
    };
    check_resource(resource, context);
    setting
        .needed
        .push((by.clone(), context.line(resource.span)));
    let parts = base_uri::resolve_parts(resource, namespace, &by, context);
    match parts.as_slice() {
        [TextPart::Literal(text)] => setting.default = Some(text.clone()),
        _ => setting.derived = parts,
    }
    context.settings.add(setting, resource.span)
}

/// A text that is not empty.
fn given<'a>(text: Option<&'a Text>, key: &str, context: &mut Context<'_>) -> Option<&'a Text> {
    let text = text?;
    if text.value.trim().is_empty() {
        context.push(
            Finding::new(&catalogue::EMPTY_VALUE, format!("`{key}` has no value"))
                .at(text.span, "read as if this key were not there")
                .help("write a value, or remove the key"),
        );
        return None;
    }
    Some(text)
}

fn check_validation(validation: &Text, context: &mut Context<'_>) {
    let (span, written) = (validation.span, validation.value.as_str());
    let finding = match written {
        "jwks" => return,
        "introspection" => Finding::new(
            &catalogue::NOT_SUPPORTED,
            "validation of tokens by `introspection` is not supported yet",
        )
        .at(span, "the gateway could not honour this")
        .help("write `jwks`, and let the authorization server issue JWTs as access tokens"),
        other => {
            let finding = Finding::new(
                &catalogue::UNKNOWN_TOKEN_VALIDATION,
                format!("`{other}` is not a way to validate tokens"),
            )
            .at(span, "unknown way");
            match nearest(other, ["jwks", "introspection"]) {
                Some(known) => finding.help(format!("did you mean `{known}`?")),
                None => finding.help("write `jwks`, or remove `tokenValidation`"),
            }
        }
    };
    context.push(finding);
}

/// Checks what can be known of an issuer. Returns whether the file asks for plain HTTP.
fn check_server(server: &Text, context: &mut Context<'_>) -> bool {
    let text = server.as_str();
    let uri = AbsoluteUri::parse(text, "it holds credentials").and_then(|uri| {
        if text.contains('?') {
            Err("it has a query")
        } else if text.contains("/.well-known/") {
            Err("it is where metadata is, not who issues tokens")
        } else {
            Ok(uri)
        }
    });
    let uri = match uri {
        Ok(uri) => uri,
        Err(reason) => {
            context.push(
                Finding::new(
                    &catalogue::INVALID_AUTHORIZATION_SERVER,
                    format!("this is not the issuer of tokens: {reason}"),
                )
                .at(server.span, "expected an absolute URI")
                .help("write what tokens have as `iss`, such as `https://auth.example.com`"),
            );
            return false;
        }
    };
    if uri.is_exposed() {
        let what = "keys would be fetched without encryption";
        report_exposed(
            server.span,
            what,
            "whoever can answer in its place can make tokens",
            context,
        );
    }
    uri.is_plain()
}

fn check_resource(resource: &Text, context: &mut Context<'_>) {
    let text = resource.as_str();
    let uri = AbsoluteUri::parse(text, "it holds credentials").and_then(|uri| {
        if text.contains('?') {
            Err("it has a query")
        } else {
            Ok(uri)
        }
    });
    match uri {
        Ok(uri) if uri.is_exposed() => {
            let what = "callers would send their tokens without encryption";
            report_exposed(
                resource.span,
                what,
                "plain HTTP, to another machine",
                context,
            );
        }
        Ok(_) => {}
        Err(reason) => context.push(
            Finding::new(
                &catalogue::INVALID_RESOURCE,
                format!("callers cannot reach an adapter by this URI: {reason}"),
            )
            .at(resource.span, "expected an absolute URI")
            .help("write its public URI, such as `https://mcp.example.com/mcp`"),
        ),
    }
}

fn report_exposed(span: Span, what: &str, label: &str, context: &mut Context<'_>) {
    context.push(
        Finding::new(&catalogue::PLAIN_AUTHORIZATION, what)
            .at(span, label)
            .help("write `https://`"),
    );
}

/// Checks a scope (RFC 6749 §3.3), or several with spaces between.
fn check_scope(scope: &Text, context: &mut Context<'_>) {
    let is_allowed = |byte: u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    let reason = if scope.value.trim().is_empty() {
        "it is empty"
    } else if scope.value.contains("{{") || scope.value.bytes().all(is_allowed) {
        return;
    } else {
        "it holds a character that no scope holds"
    };
    context.push(
        Finding::new(
            &catalogue::INVALID_SCOPE,
            format!("no token has this scope: {reason}"),
        )
        .at(scope.span, "expected printable ASCII without `\"` and `\\`")
        .help("write a scope as the authorization server names it, such as `customers:read`"),
    );
}
