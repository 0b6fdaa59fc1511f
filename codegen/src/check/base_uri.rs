//! `baseUri` (LANGUAGE.md §3, §7).

use super::settings::Settings;
use super::{Context, path, variables};
use crate::diagnostic::{Finding, catalogue};
use crate::model::{SettingForm, TextPart};
use crate::syntax::{Consumes, Text};

/// Adds the setting of an upstream's base URI, and those of the variables in it. Returns its flag.
pub(super) fn resolve(consumes: &Consumes, context: &mut Context<'_>) -> String {
    let namespace = &consumes.namespace;
    let help = format!("Base URI of the upstream `{}`", namespace.value);
    let mut setting =
        Settings::of_namespace(&namespace.value, "base-uri", SettingForm::BaseUri, help);
    let written = consumes
        .base_uri
        .as_ref()
        .filter(|base| !base.value.trim().is_empty());
    let span = consumes
        .base_uri
        .as_ref()
        .map_or(namespace.span, |base| base.span);
    setting.needed.push((
        format!("the upstream `{}`", namespace.value),
        context.line(span),
    ));
    let Some(base) = written else {
        let finding = Finding::new(
            &catalogue::EMPTY_BASE_URI,
            format!("the upstream `{}` has no base URI", namespace.value),
        )
        .at(
            span,
            format!("so `{}` is required at start", setting.environment),
        )
        .help("write the API's base URI, such as `https://api.example.com/v1`");
        context.push_missing(finding, consumes.span, "baseUri");
        return context.settings.add(setting, namespace.span);
    };
    check(base, context);
    let by = format!("the base URI of `{}`", namespace.value);
    let parts = resolve_parts(base, &namespace.value, &by, context);
    match parts.as_slice() {
        [TextPart::Literal(text)] => setting.default = Some(text.clone()),
        _ => setting.derived = parts,
    }
    context.settings.add(setting, namespace.span)
}

/// The parts of a URI: a `{x}` is a setting of the namespace; a `{{x}}` is a variable. `by` says what the URI is.
pub(super) fn resolve_parts(
    base: &Text,
    namespace: &str,
    by: &str,
    context: &mut Context<'_>,
) -> Vec<TextPart> {
    let mut parts = Vec::new();
    for part in variables::resolve(base, by, context) {
        let TextPart::Literal(literal) = part else {
            parts.push(part);
            continue;
        };
        let text = Text {
            value: literal,
            span: base.span,
        };
        for piece in path::parse(&text, context.report).unwrap_or_default() {
            match piece {
                path::Part::Literal(literal) => parts.push(TextPart::Literal(literal)),
                path::Part::Variable(name) => {
                    let help = format!("`{{{name}}}` in {by}");
                    let mut setting =
                        Settings::of_namespace(namespace, &name, SettingForm::Text, help);
                    setting
                        .needed
                        .push((by.to_owned(), context.line(base.span)));
                    parts.push(TextPart::Setting(context.settings.add(setting, base.span)));
                }
            }
        }
    }
    parts
}

fn check(base: &Text, context: &mut Context<'_>) {
    let text = base.as_str();
    let authority = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let invalid = match authority {
        None if text.starts_with('{') => None,
        None => Some("it does not start with `https://` or `http://`"),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some("it names no host"),
        Some(rest) if rest.contains(['?', '#']) => Some("it has a query or a fragment"),
        Some(rest) if rest.contains(char::is_whitespace) => Some("it holds a space"),
        Some(rest)
            if rest
                .split('/')
                .next()
                .is_some_and(|host| host.contains('@')) =>
        {
            Some("it holds credentials, which belong in a bound variable")
        }
        Some(rest) => invalid_host(rest),
    };
    if let Some(reason) = invalid {
        context.push(
            Finding::new(
                &catalogue::INVALID_BASE_URI,
                format!("this is not a base URI: {reason}"),
            )
            .at(base.span, "expected an absolute URI")
            .help("write the API's base URI, such as `https://api.example.com/v1`"),
        );
        return;
    }
    let host = authority
        .and_then(|rest| rest.split(['/', ':']).next())
        .unwrap_or_default()
        .to_ascii_lowercase();
    const RESERVED: [&str; 4] = ["example.com", "example.org", "example.net", "example"];
    let reserved = RESERVED
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    if reserved || host.contains("your-") || host.contains("your_") || host.contains("yourdomain") {
        context.push(
            Finding::new(
                &catalogue::PLACEHOLDER_HOST,
                format!("the host `{host}` is a placeholder"),
            )
            .at(base.span, "no API answers there")
            .help("write the real host, or give the base URI at start"),
        );
    }
    if text.ends_with('/') && authority.is_some_and(|rest| rest.contains('/')) {
        context.push(
            Finding::new(&catalogue::TRAILING_SLASH, "the base URI ends with `/`")
                .at(
                    base.span,
                    "paths are joined with exactly one `/`, so this one means nothing",
                )
                .help("remove the trailing `/`"),
        );
    }
}

/// What is wrong with the host or the port of what follows a scheme. Variables are judged when they are known.
fn invalid_host(rest: &str) -> Option<&'static str> {
    let host = rest.split('/').next()?;
    if host.contains('{') {
        return None;
    }
    if host.contains(['\\', '<', '>', '^', '|', '%', '}', '"']) {
        return Some("the host holds a character that no host has");
    }
    let after_address = host.rsplit(']').next()?;
    let (_, port) = after_address.split_once(':')?;
    let is_port = port.is_empty() || (port.parse::<u16>().is_ok() && !port.starts_with('+'));
    (!is_port).then_some("its port is no number from 0 to 65535")
}
