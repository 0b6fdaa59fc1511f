//! `authentication` (LANGUAGE.md §3): of a consumed API as it is here, of an adapter by [`super::inbound_authentication`].

use super::{Context, oauth2, variables};
use crate::diagnostic::{Finding, catalogue, nearest};
use crate::model::{Credential, TextPart};
use crate::syntax::{Authentication, Text};

/// The types of authentication the language has.
pub(crate) const TYPES: [&str; 6] = ["bearer", "apikey", "basic", "digest", "oauth2", "none"];

/// The credential of `namespace`. `relation` joins the two in a sentence: "the API key `of` `lago`".
pub(super) fn resolve(
    authentication: Option<&Authentication>,
    namespace: &str,
    relation: &str,
    context: &mut Context<'_>,
) -> Credential {
    let Some(authentication) = authentication else {
        return Credential::None;
    };
    let secret = |text: &Option<Text>, key: &str, what: &str, context: &mut Context<'_>| {
        resolve_secret(
            authentication,
            text.as_ref(),
            key,
            &format!("the {what} {relation} `{namespace}`"),
            context,
        )
    };
    let kind = &authentication.kind;
    let (credential, own): (Credential, &[&str]) = match kind.as_str() {
        "none" => (Credential::None, &[]),
        "bearer" => (
            Credential::Bearer(secret(
                &authentication.token,
                "token",
                "bearer token",
                context,
            )),
            &["token"],
        ),
        "basic" | "digest" => {
            let username = secret(&authentication.username, "username", "user name", context);
            let password = secret(&authentication.password, "password", "password", context);
            let credential = match kind.as_str() {
                "basic" => Credential::Basic(username, password),
                _ => Credential::Digest(username, password),
            };
            (credential, &["username", "password"])
        }
        "oauth2" => {
            let client_id = secret(&authentication.client_id, "clientId", "client ID", context);
            let client_secret = secret(
                &authentication.client_secret,
                "clientSecret",
                "client secret",
                context,
            );
            let credential =
                oauth2::resolve(authentication, client_id, client_secret, namespace, context);
            (Credential::OAuth2(credential), oauth2::KEYS)
        }
        "apikey" => {
            let value = secret(&authentication.value, "value", "API key", context);
            (
                resolve_key(authentication, value, context),
                &["key", "value", "placement"],
            )
        }
        other => {
            context.variables.forgive();
            let finding = Finding::new(
                &catalogue::UNKNOWN_AUTHENTICATION,
                format!("`{other}` is not a type of authentication"),
            )
            .at(kind.span, "unknown type");
            context.push(match nearest(other, TYPES) {
                Some(known) => finding.help(format!("did you mean `{known}`?")),
                None => finding.help(format!("the types are {}", TYPES.join(", "))),
            });
            return Credential::None;
        }
    };
    report_foreign_keys(authentication, own, context);
    credential
}

fn resolve_secret(
    authentication: &Authentication,
    text: Option<&Text>,
    key: &str,
    by: &str,
    context: &mut Context<'_>,
) -> Vec<TextPart> {
    let Some(text) = text else {
        report_missing(authentication, key, context);
        return Vec::new();
    };
    let parts = variables::resolve(text, by, context);
    if !parts.is_empty()
        && super::settings::flags(&parts).next().is_none()
        && !["username", "clientId"].contains(&key)
    {
        context.push(
            Finding::new(
                &catalogue::SECRET_IN_FILE,
                format!("{by} is written into the file"),
            )
            .at(
                text.span,
                "it would be compiled into the binary, for everyone who can read that",
            )
            .help("bind a variable, and write `'{{env.NAME}}'` here"),
        );
    }
    parts
}

/// Reports a key that this type of authentication needs. One that is there and could not be read has been reported.
pub(super) fn report_missing(
    authentication: &Authentication,
    key: &str,
    context: &mut Context<'_>,
) {
    if is_unread(authentication, key, context) {
        return;
    }
    let article = if key.starts_with('a') { "an" } else { "a" };
    let finding = Finding::new(
        &catalogue::MISSING_KEY,
        format!(
            "authentication of type `{}` has no `{key}`",
            authentication.kind.value
        ),
    )
    .at(
        authentication.kind.span,
        format!("this type needs {article} `{key}`"),
    )
    .help(match key {
        "tokenEndpoint" => "add `tokenEndpoint: https://…`, which gives access tokens".to_owned(),
        "authorizationServerUri" => {
            "add `authorizationServerUri: https://…`, which issues the tokens of callers".to_owned()
        }
        _ => format!("add `{key}: '{{{{env.NAME}}}}'`"),
    });
    context.push_missing(finding, authentication.span, key);
}

/// Whether a key is there whose value could not be read. Any variable may be used there.
fn is_unread(authentication: &Authentication, key: &str, context: &mut Context<'_>) -> bool {
    let is_unread = authentication.unread.contains(&key);
    if is_unread {
        context.variables.forgive();
    }
    is_unread
}

fn resolve_key(
    authentication: &Authentication,
    value: Vec<TextPart>,
    context: &mut Context<'_>,
) -> Credential {
    let Some(key) = &authentication.key else {
        if is_unread(authentication, "key", context) {
            return Credential::None;
        }
        let finding = Finding::new(
            &catalogue::MISSING_KEY,
            "authentication of type `apikey` has no `key`",
        )
        .at(
            authentication.kind.span,
            "the name of the header or query parameter is missing",
        )
        .help("add `key: X-API-Key`, or what the API calls it");
        context.push_missing(finding, authentication.span, "key");
        return Credential::None;
    };
    match authentication
        .placement
        .as_ref()
        .map_or("header", Text::as_str)
    {
        "query" => Credential::QueryKey(key.value.clone(), value),
        "header" => {
            if !super::parameter::is_token(&key.value) {
                context.push(
                    Finding::new(
                        &catalogue::WRONG_TYPE,
                        format!("`{}` is not the name of a header", key.value),
                    )
                    .at(key.span, "expected letters, digits and `-`")
                    .help("write the header's name, such as `X-API-Key`"),
                );
            }
            Credential::HeaderKey(key.value.clone(), value)
        }
        other => {
            let span = authentication
                .placement
                .as_ref()
                .map_or(key.span, |placement| placement.span);
            context.push(
                Finding::new(
                    &catalogue::UNKNOWN_PLACE,
                    format!("an API key cannot be placed in `{other}`"),
                )
                .at(span, "unknown placement")
                .help("write `header` or `query`"),
            );
            Credential::None
        }
    }
}

/// A key of another type of authentication would be ignored; that is worth a word.
pub(super) fn report_foreign_keys(
    authentication: &Authentication,
    own: &[&str],
    context: &mut Context<'_>,
) {
    let keys = [
        ("token", authentication.token.as_ref()),
        ("key", authentication.key.as_ref()),
        ("value", authentication.value.as_ref()),
        ("placement", authentication.placement.as_ref()),
        ("username", authentication.username.as_ref()),
        ("password", authentication.password.as_ref()),
        ("tokenEndpoint", authentication.token_endpoint.as_ref()),
        ("clientId", authentication.client_id.as_ref()),
        ("clientSecret", authentication.client_secret.as_ref()),
        ("scopes", authentication.scopes.first()),
        ("grantType", authentication.grant_type.as_ref()),
        (
            "authorizationServerUri",
            authentication.authorization_server.as_ref(),
        ),
        ("resource", authentication.resource.as_ref()),
        ("audience", authentication.audience.as_ref()),
        ("tokenValidation", authentication.token_validation.as_ref()),
    ];
    for (name, text) in keys {
        if let Some(text) = text.filter(|_| !own.contains(&name)) {
            let kind = &authentication.kind.value;
            context.push(
                Finding::new(
                    &catalogue::UNKNOWN_KEY,
                    format!("`{name}` means nothing to authentication of type `{kind}`"),
                )
                .at(text.span, "this value is not used")
                .related(authentication.kind.span, "the type is given here")
                .help(format!("remove `{name}`, or correct the type")),
            );
        }
    }
}
