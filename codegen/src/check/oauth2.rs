//! `authentication` of type `oauth2`: the client credentials grant (RFC 6749 §4.4).

use super::absolute_uri::AbsoluteUri;
use super::{Context, authentication, base_uri, variables};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{ClientCredentials, TextPart};
use crate::syntax::{Authentication, Text};

/// The keys of this type.
pub(super) const KEYS: &[&str] = &[
    "tokenEndpoint",
    "clientId",
    "clientSecret",
    "scopes",
    "grantType",
];

pub(super) fn resolve(
    authentication: &Authentication,
    client_id: Vec<TextPart>,
    client_secret: Vec<TextPart>,
    namespace: &str,
    context: &mut Context<'_>,
) -> ClientCredentials {
    if let Some(grant) = &authentication.grant_type {
        check_grant(grant, context);
    }
    let (token_endpoint, plain_http) = match &authentication.token_endpoint {
        Some(endpoint) => {
            let plain_http = check_endpoint(endpoint, context);
            let by = format!("the token endpoint of `{namespace}`");
            let parts = base_uri::resolve_parts(endpoint, namespace, &by, context);
            (parts, plain_http)
        }
        None => {
            authentication::report_missing(authentication, "tokenEndpoint", context);
            (Vec::new(), false)
        }
    };
    let scopes = resolve_scopes(&authentication.scopes, namespace, context);
    ClientCredentials {
        token_endpoint,
        client_id,
        client_secret,
        scopes,
        plain_http,
    }
}

/// The scopes as one text.
pub(super) fn resolve_scopes(
    scopes: &[Text],
    namespace: &str,
    context: &mut Context<'_>,
) -> Vec<TextPart> {
    let by = format!("the scopes of `{namespace}`");
    let mut joined: Vec<TextPart> = Vec::new();
    for scope in scopes {
        let space = (!joined.is_empty()).then(|| TextPart::Literal(" ".to_owned()));
        for part in space
            .into_iter()
            .chain(variables::resolve(scope, &by, context))
        {
            match (joined.last_mut(), part) {
                (Some(TextPart::Literal(last)), TextPart::Literal(text)) => last.push_str(&text),
                (_, part) => joined.push(part),
            }
        }
    }
    joined
}

fn check_grant(grant: &Text, context: &mut Context<'_>) {
    let folded = grant.value.to_ascii_lowercase().replace('-', "_");
    if folded == "client_credentials" {
        return;
    }
    context.push(
        Finding::new(
            &catalogue::UNKNOWN_GRANT,
            format!(
                "the grant type `{}` cannot be used by a gateway",
                grant.value
            ),
        )
        .at(grant.span, "expected `client_credentials`")
        .help("remove `grantType`, or write `client_credentials`, and register the client for it"),
    );
}

/// Checks what can be known of a token endpoint. Returns whether the file asks for plain HTTP.
fn check_endpoint(endpoint: &Text, context: &mut Context<'_>) -> bool {
    let credentials = "it holds credentials, which belong in `clientId` and `clientSecret`";
    let uri = match AbsoluteUri::parse(endpoint.as_str(), credentials) {
        Ok(uri) => uri,
        Err(reason) => {
            context.push(
                Finding::new(
                    &catalogue::INVALID_TOKEN_ENDPOINT,
                    format!("this is not a token endpoint: {reason}"),
                )
                .at(endpoint.span, "expected an absolute URI")
                .help(
                    "write where tokens are given, such as `https://auth.example.com/oauth/token`",
                ),
            );
            return false;
        }
    };
    if uri.is_exposed() {
        context.push(
            Finding::new(
                &catalogue::PLAIN_TOKEN_ENDPOINT,
                "the client secret would be sent without encryption",
            )
            .at(endpoint.span, "plain HTTP, to another machine")
            .help("write `https://`"),
        );
    }
    uri.is_plain()
}
