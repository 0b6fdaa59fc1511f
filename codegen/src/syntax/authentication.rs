//! `authentication`, of a consumed API (LANGUAGE.md §3) and of an adapter (§4).

use super::fields::{Fields, missing, text};
use super::tree::{Authentication, Text};
use crate::diagnostic::{Finding, Report, catalogue};
use crate::source::{Node, Value};

/// Whose `authentication` it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    ConsumedApi,
    Adapter,
}

pub(super) fn lower_authentication(
    node: &Node,
    owner: Owner,
    report: &mut Report,
) -> Option<Authentication> {
    let mut fields = Fields::of(node, "`authentication`", report)?;
    let kind = text(fields.take(&["type"], report), "`type`", report);
    let token = text(fields.take(&["token"], report), "`token`", report);
    let key = renamed(&mut fields, "key", "name", report);
    let value = text(fields.take(&["value"], report), "`value`", report);
    let placement = renamed(&mut fields, "placement", "in", report);
    let username = text(fields.take(&["username"], report), "`username`", report);
    let password = text(fields.take(&["password"], report), "`password`", report);
    fields.documentation(&["description"], report);
    let token_endpoint = renamed(&mut fields, "tokenEndpoint", "tokenUrl", report);
    let client_id = text(fields.take(&["clientId"], report), "`clientId`", report);
    let client_secret = text(
        fields.take(&["clientSecret"], report),
        "`clientSecret`",
        report,
    );
    let scopes = lower_scopes(&mut fields, report);
    let grant_type = text(fields.take(&["grantType"], report), "`grantType`", report);
    let mut of_adapter = |key: &'static str, other: Option<&'static str>| {
        let node = match (owner, other) {
            (Owner::ConsumedApi, _) => None,
            (Owner::Adapter, Some(other)) => take_renamed(&mut fields, key, other, report),
            (Owner::Adapter, None) => fields.take(&[key], report),
        };
        text(node, &format!("`{key}`"), report)
    };
    let authorization_server = of_adapter("authorizationServerUri", Some("authorizationServerUrl"));
    let resource = of_adapter("resource", None);
    let audience = of_adapter("audience", None);
    let token_validation = of_adapter("tokenValidation", None);
    let span = fields.span();
    fields.finish(report);
    let Some(kind) = kind else {
        missing("type", "`authentication`", span, report);
        return None;
    };
    Some(Authentication {
        kind,
        token,
        key,
        value,
        placement,
        username,
        password,
        token_endpoint,
        client_id,
        client_secret,
        scopes,
        grant_type,
        authorization_server,
        resource,
        audience,
        token_validation,
        span,
    })
}

/// `scopes`: a list, or one text in which they are separated by spaces.
fn lower_scopes(fields: &mut Fields<'_>, report: &mut Report) -> Vec<Text> {
    let Some(node) = take_renamed(fields, "scopes", "scope", report) else {
        return Vec::new();
    };
    let items = match &node.value {
        Value::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    items
        .iter()
        .filter_map(|item| text(Some(item), "a scope", report))
        .collect()
}

fn renamed(
    fields: &mut Fields<'_>,
    key: &'static str,
    other: &'static str,
    report: &mut Report,
) -> Option<Text> {
    let node = take_renamed(fields, key, other, report);
    text(node, &format!("`{key}`"), report)
}

/// A key that is often written by another name, which is accepted with a word (LANGUAGE.md §3).
fn take_renamed<'a>(
    fields: &mut Fields<'a>,
    key: &'static str,
    other: &'static str,
    report: &mut Report,
) -> Option<&'a Node> {
    if let Some(span) = fields.key_span(other) {
        report.push(
            Finding::new(
                &catalogue::UNKNOWN_KEY,
                format!("`{other}` is written for `{key}`"),
            )
            .at(span, format!("read as `{key}`"))
            .help(format!("write `{key}`")),
        );
    }
    fields.take(&[key, other], report)
}
