//! Characters in names and descriptions that a reader cannot see.

use super::Context;
use crate::diagnostic::{Finding, catalogue};
use crate::syntax::{Document, Exposed, Exposes, InputParameter, Text};

/// Reports every text that reaches callers or generated code and holds an invisible character.
pub(super) fn check(document: &Document, context: &mut Context<'_>) {
    let info = &document.info;
    let mut texts: Vec<&Text> = [&info.label, &info.description]
        .into_iter()
        .flatten()
        .collect();
    for consumes in &document.consumes {
        texts.extend(&consumes.description);
        add_parameters(&consumes.input_parameters, &mut texts);
        for resource in &consumes.resources {
            texts.extend(&resource.path);
            add_parameters(&resource.input_parameters, &mut texts);
            for operation in &resource.operations {
                texts.push(&operation.name);
                texts.extend(operation.path.iter().chain(&operation.description));
                add_parameters(&operation.input_parameters, &mut texts);
            }
        }
    }
    for exposes in &document.exposes {
        texts.extend(&super::listener::of(exposes).description);
        match exposes {
            Exposes::Rest(adapter) => {
                for resource in &adapter.resources {
                    texts.extend(&resource.path);
                    add_parameters(&resource.input_parameters, &mut texts);
                    resource
                        .operations
                        .iter()
                        .for_each(|operation| add_exposed(&operation.exposed, &mut texts));
                }
            }
            Exposes::Mcp(adapter) => {
                for tool in &adapter.tools {
                    texts.extend(&tool.title);
                    add_exposed(&tool.exposed, &mut texts);
                }
            }
        }
    }
    for text in texts {
        check_text(text, context);
    }
}

fn add_parameters<'a>(parameters: &'a [InputParameter], texts: &mut Vec<&'a Text>) {
    for parameter in parameters {
        texts.push(&parameter.name);
        texts.extend(&parameter.description);
    }
}

fn add_exposed<'a>(exposed: &'a Exposed, texts: &mut Vec<&'a Text>) {
    texts.extend(exposed.name.iter().chain(&exposed.description));
    add_parameters(&exposed.input_parameters, texts);
}

fn check_text(text: &Text, context: &mut Context<'_>) {
    if let Some(character) = text
        .value
        .chars()
        .find(|character| is_invisible(*character))
    {
        context.push(
            Finding::new(
                &catalogue::INVALID_CHARACTER,
                format!(
                    "this text holds the invisible character U+{:04X}",
                    u32::from(character)
                ),
            )
            .at(text.span, "a reader and a model see different texts")
            .help("remove the character"),
        );
    }
}

/// Control characters but line breaks and tabs, zero-width characters, bidirectional controls, tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
            | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}
