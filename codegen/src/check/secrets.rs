//! Secrets that are written into a file (LANGUAGE.md §2 has them bound).

use super::Context;
use super::names::fold;
use crate::diagnostic::{Finding, catalogue};
use crate::source::Span;
use crate::syntax::{Constant, Document, Exposed, Exposes, InputParameter, OutputParameter};

/// How the keys and tokens of well-known services begin.
const MARKS: [&str; 18] = [
    "AIza",
    "AKIA",
    "SG.",
    "eyJ",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "rk_live_",
    "shpat_",
    "sk-",
    "sk_live_",
    "sk_test_",
    "xoxa-",
    "xoxb-",
    "xoxp-",
];

/// A shorter text after one of the marks is no key.
const SHORTEST_KEY: usize = 20;

/// How the folded names of parameters end that carry a credential.
const NAMES: [&str; 9] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "authorization",
    "authtoken",
    "password",
    "privatekey",
    "secret",
    "secretkey",
];

/// A shorter text under one of the names is a choice, such as `yes`, rather than a credential.
const SHORTEST_CREDENTIAL: usize = 8;

/// Reports every constant that a request or an answer would carry and that looks like a secret. Those of `authentication` are
/// judged there.
pub(super) fn check(document: &Document, context: &mut Context<'_>) {
    for consumes in &document.consumes {
        check_parameters(&consumes.input_parameters, context);
        for resource in &consumes.resources {
            check_parameters(&resource.input_parameters, context);
            for operation in &resource.operations {
                check_parameters(&operation.input_parameters, context);
                if let Some(body) = &operation.body {
                    check_constant("", &body.data, context);
                }
            }
        }
    }
    for exposes in &document.exposes {
        match exposes {
            Exposes::Rest(adapter) => adapter
                .resources
                .iter()
                .flat_map(|resource| &resource.operations)
                .for_each(|operation| check_exposed(&operation.exposed, context)),
            Exposes::Mcp(adapter) => adapter
                .tools
                .iter()
                .for_each(|tool| check_exposed(&tool.exposed, context)),
        }
    }
}

fn check_parameters(parameters: &[InputParameter], context: &mut Context<'_>) {
    for parameter in parameters {
        if let Some(value) = &parameter.value {
            check_constant(&parameter.name.value, value, context);
        }
    }
}

fn check_exposed(exposed: &Exposed, context: &mut Context<'_>) {
    for (name, value) in &exposed.with {
        check_constant(&name.value, value, context);
    }
    check_outputs(&exposed.output_parameters, context);
}

fn check_outputs(outputs: &[OutputParameter], context: &mut Context<'_>) {
    for output in outputs {
        let name = output.name.as_ref().map_or("", |name| name.as_str());
        for constant in [&output.value, &output.fixed].into_iter().flatten() {
            check_constant(name, constant, context);
        }
        if let Some((properties, _)) = &output.properties {
            check_outputs(properties, context);
        }
        if let Some((item, _)) = &output.items {
            check_outputs(std::slice::from_ref(item), context);
        }
    }
}

/// `name` is what the constant is the value of.
fn check_constant(name: &str, constant: &Constant, context: &mut Context<'_>) {
    match constant {
        Constant::Scalar(scalar) if is_secret(name, &scalar.text) => {
            report(scalar.span, context);
        }
        Constant::Scalar(_) => {}
        Constant::List(items, _) => items
            .iter()
            .for_each(|item| check_constant(name, item, context)),
        Constant::Mapping(entries, _) => entries
            .iter()
            .for_each(|(key, value)| check_constant(&key.value, value, context)),
    }
}

fn is_secret(name: &str, text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let has_mark = text
        .split(|character| !is_part(character))
        .filter(|word| word.len() >= SHORTEST_KEY)
        .any(|word| MARKS.iter().any(|mark| word.starts_with(mark)));
    let name = fold(name);
    let is_reference = text.contains("{{")
        || ["rest.", "tools.", "$"]
            .iter()
            .any(|prefix| text.starts_with(prefix));
    let is_named = NAMES.iter().any(|ending| name.ends_with(ending))
        && text.len() >= SHORTEST_CREDENTIAL
        && !is_reference;
    has_mark || is_named
}

fn report(span: Span, context: &mut Context<'_>) {
    context.push(
        Finding::new(
            &catalogue::SECRET_IN_FILE,
            "this looks like a secret, and it is written into the file",
        )
        .at(
            span,
            "it would be compiled into the binary, for everyone who can read that",
        )
        .help("bind a variable, and write `'{{env.NAME}}'` here"),
    );
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn knows_keys_by_their_mark_and_credentials_by_their_name() {
        for (name, text) in [
            ("t", "ghp_abcdefghijklmnopqrstuvwxyz"),
            ("", "{\"key\": \"sk_live_0123456789abcdef\"}"),
            ("X-Api-Key", "correct horse"),
            ("Authorization", "Bearer 0123456789"),
        ] {
            assert!(is_secret(name, text), "{name}: {text}");
        }
        for (name, text) in [
            ("t", "sk-short"),
            ("t", "ask-for-everything-there-is"),
            ("X-Api-Key", "{{env.KEY}}"),
            ("api_key", "rest.api_key"),
            ("grant_type", "password"),
            ("include_secret", "true"),
            ("X-Api-Version", "2024-01-01"),
        ] {
            assert!(!is_secret(name, text), "{name}: {text}");
        }
    }
}
