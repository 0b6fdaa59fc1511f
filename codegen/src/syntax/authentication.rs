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
    let mut keys = Keys {
        fields: Fields::of(node, "`authentication`", report)?,
        unread: Vec::new(),
    };
    let kind = keys.text("type", None, report);
    let token = keys.text("token", None, report);
    let key = keys.text("key", Some("name"), report);
    let value = keys.text("value", None, report);
    let placement = keys.text("placement", Some("in"), report);
    let username = keys.text("username", None, report);
    let password = keys.text("password", None, report);
    keys.fields.documentation(&["description"], report);
    let token_endpoint = keys.text("tokenEndpoint", Some("tokenUrl"), report);
    let client_id = keys.text("clientId", None, report);
    let client_secret = keys.text("clientSecret", None, report);
    let scopes = lower_scopes(&mut keys.fields, report);
    let grant_type = keys.text("grantType", None, report);
    let mut of_adapter = |key, other| match owner {
        Owner::ConsumedApi => None,
        Owner::Adapter => keys.text(key, other, report),
    };
    let authorization_server = of_adapter("authorizationServerUri", Some("authorizationServerUrl"));
    let resource = of_adapter("resource", None);
    let audience = of_adapter("audience", None);
    let token_validation = of_adapter("tokenValidation", None);
    let Keys { fields, unread } = keys;
    let span = fields.span();
    fields.finish(report);
    let Some(kind) = kind else {
        if !unread.contains(&"type") {
            missing("type", "`authentication`", span, report);
        }
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
        unread,
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

/// The keys of one `authentication`.
struct Keys<'a> {
    fields: Fields<'a>,
    /// Those whose values could not be read, which has been reported.
    unread: Vec<&'static str>,
}

impl Keys<'_> {
    /// A text, by its key or the `other` name of that.
    fn text(
        &mut self,
        key: &'static str,
        other: Option<&'static str>,
        report: &mut Report,
    ) -> Option<Text> {
        let node = match other {
            Some(other) => take_renamed(&mut self.fields, key, other, report),
            None => self.fields.take(&[key], report),
        }?;
        let text = text(Some(node), &format!("`{key}`"), report);
        if text.is_none() {
            self.unread.push(key);
        }
        text
    }
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
