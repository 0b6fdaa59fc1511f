//! `authentication`, of a consumed API (LANGUAGE.md §3) and of an adapter (§4).

use serde_json::{Value, json};

use super::parts::{Definition, Object, list, one_of, text, usually};
use crate::check::AUTHENTICATION_TYPES;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        ("authentication", consumed()),
        ("exposedAuthentication", exposed()),
    ]
}

fn consumed() -> Value {
    simple("How the gateway identifies itself to the API. Write secrets as variables: `{{KEY}}`.")
        .key(
            "tokenEndpoint",
            text(),
            "`oauth2`: where the token is fetched, by client credentials.",
        )
        .key("clientId", text(), "`oauth2`: the client.")
        .key("clientSecret", text(), "`oauth2`: its secret.")
        .key(
            "scopes",
            json!({"anyOf": [text(), list(text())]}),
            "`oauth2`: what the token is for.",
        )
        .key(
            "tokenUrl",
            text(),
            "`oauth2`: write `tokenEndpoint` instead.",
        )
        .key("scope", text(), "`oauth2`: write `scopes` instead.")
        .key(
            "grantType",
            usually(&["client_credentials"]),
            "`oauth2`: how tokens are given.",
        )
        .closed()
}

/// The keys of what is not built yet are open.
fn exposed() -> Value {
    simple(
        "How callers identify themselves: with `bearer`, `apikey`, `basic` or `oauth2`; `digest` is not built yet. Write \
         secrets as variables: `{{KEY}}`.",
    )
    .key(
        "authorizationServerUri",
        text(),
        "`oauth2`: the issuer of access tokens, as they have it in `iss`.",
    )
    .key(
        "authorizationServerUrl",
        text(),
        "`oauth2`: write `authorizationServerUri` instead.",
    )
    .key(
        "resource",
        text(),
        "`oauth2`: the public URI of this adapter, for which tokens are issued.",
    )
    .key(
        "audience",
        text(),
        "`oauth2`: what tokens have in `aud`; the resource where nothing is said.",
    )
    .key(
        "scopes",
        json!({"anyOf": [text(), list(text())]}),
        "`oauth2`: the scopes that a token must have, all of them.",
    )
    .key("scope", text(), "`oauth2`: write `scopes` instead.")
    .key(
        "tokenValidation",
        one_of(&["jwks"]),
        "`oauth2`: how tokens are validated: with the published keys of their issuer.",
    )
    .open()
}

/// What both have.
fn simple(description: &str) -> Object {
    Object::new(description)
        .required(
            "type",
            one_of(&AUTHENTICATION_TYPES),
            "The way of authentication.",
        )
        .key("token", text(), "`bearer`: the token.")
        .key(
            "key",
            text(),
            "`apikey`: the name of the header or the query parameter.",
        )
        .key("value", text(), "`apikey`: the key itself, as a variable.")
        .key(
            "placement",
            one_of(&["header", "query"]),
            "`apikey`: where the key goes; `header` where nothing is said.",
        )
        .key("name", text(), "`apikey`: write `key` instead.")
        .key(
            "in",
            one_of(&["header", "query"]),
            "`apikey`: write `placement` instead.",
        )
        .key("username", text(), "`basic`, `digest`: the user name.")
        .key("password", text(), "`basic`, `digest`: the password.")
        .key("description", text(), "Documentation only.")
}
