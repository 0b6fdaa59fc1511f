//! Characters in the texts of a file that a reader cannot see.

use super::Context;
use crate::diagnostic::{Finding, catalogue};
use crate::hidden::is_invisible;
use crate::source::Span;
use crate::syntax::{
    Authentication, Bind, Body, Constant, ConsumedOperation, Consumes, Document, Exposed, Exposes,
    InputParameter, Listener, OutputParameter, Text,
};

/// Reports every text that reaches callers, upstreams, settings or generated code and holds an invisible character.
pub(super) fn check(document: &Document, context: &mut Context<'_>) {
    let mut texts = Texts::default();
    let info = &document.info;
    texts.add([&info.label, &info.description, &info.version]);
    document.binds.iter().for_each(|bind| texts.add_bind(bind));
    for consumes in &document.consumes {
        texts.add_consumes(consumes);
    }
    for exposes in &document.exposes {
        texts.add_listener(super::listener::of(exposes));
        match exposes {
            Exposes::Rest(adapter) => {
                for resource in &adapter.resources {
                    texts.add([&resource.path]);
                    texts.add_parameters(&resource.input_parameters);
                    for operation in &resource.operations {
                        texts.add_exposed(&operation.exposed);
                    }
                }
            }
            Exposes::Mcp(adapter) => {
                for tool in &adapter.tools {
                    texts.add([&tool.title]);
                    texts.add_exposed(&tool.exposed);
                }
            }
        }
    }
    for (text, span) in texts.0 {
        check_text(text, span, context);
    }
}

/// Texts, and where they stand.
#[derive(Default)]
struct Texts<'d>(Vec<(&'d str, Span)>);

impl<'d> Texts<'d> {
    fn add_text(&mut self, text: &'d Text) {
        self.0.push((text.as_str(), text.span));
    }

    fn add<const N: usize>(&mut self, texts: [&'d Option<Text>; N]) {
        texts
            .into_iter()
            .flatten()
            .for_each(|text| self.add_text(text));
    }

    fn add_bind(&mut self, bind: &'d Bind) {
        self.add([&bind.namespace, &bind.location]);
        for (variable, source) in &bind.keys {
            self.add_text(variable);
            self.add_text(source);
        }
    }

    fn add_consumes(&mut self, consumes: &'d Consumes) {
        self.add_text(&consumes.namespace);
        self.add([&consumes.base_uri, &consumes.description]);
        self.add_parameters(&consumes.input_parameters);
        if let Some(authentication) = &consumes.authentication {
            self.add_authentication(authentication);
        }
        for resource in &consumes.resources {
            self.add([&resource.path]);
            self.add_parameters(&resource.input_parameters);
            for operation in &resource.operations {
                self.add_operation(operation);
            }
        }
    }

    fn add_authentication(&mut self, authentication: &'d Authentication) {
        self.add([
            &authentication.token,
            &authentication.key,
            &authentication.value,
            &authentication.username,
            &authentication.password,
            &authentication.token_endpoint,
            &authentication.client_id,
            &authentication.client_secret,
            &authentication.authorization_server,
            &authentication.resource,
            &authentication.audience,
        ]);
        authentication
            .scopes
            .iter()
            .for_each(|scope| self.add_text(scope));
    }

    fn add_operation(&mut self, operation: &'d ConsumedOperation) {
        self.add_text(&operation.name);
        self.add([&operation.path, &operation.description]);
        self.add_parameters(&operation.input_parameters);
        if let Some(Body { data, .. }) = &operation.body {
            self.add_constant(data);
        }
        self.add_outputs(&operation.output_parameters);
    }

    fn add_listener(&mut self, listener: &'d Listener) {
        self.add_text(&listener.namespace);
        self.add([&listener.description]);
        if let Some(authentication) = &listener.authentication {
            self.add_authentication(authentication);
        }
    }

    fn add_exposed(&mut self, exposed: &'d Exposed) {
        self.add([&exposed.name, &exposed.description]);
        self.add_parameters(&exposed.input_parameters);
        for (name, value) in &exposed.with {
            self.add_text(name);
            self.add_constant(value);
        }
        self.add_outputs(&exposed.output_parameters);
    }

    fn add_outputs(&mut self, outputs: &'d [OutputParameter]) {
        for output in outputs {
            self.add([&output.name, &output.description, &output.mapping]);
            for constant in [&output.value, &output.fixed].into_iter().flatten() {
                self.add_constant(constant);
            }
            if let Some((properties, _)) = &output.properties {
                self.add_outputs(properties);
            }
            if let Some((item, _)) = &output.items {
                self.add_outputs(std::slice::from_ref(item));
            }
        }
    }

    fn add_parameters(&mut self, parameters: &'d [InputParameter]) {
        for parameter in parameters {
            self.add_text(&parameter.name);
            self.add([&parameter.description]);
            if let Some(value) = &parameter.value {
                self.add_constant(value);
            }
        }
    }

    fn add_constant(&mut self, constant: &'d Constant) {
        match constant {
            Constant::Scalar(scalar) => self.0.push((&scalar.text, scalar.span)),
            Constant::List(items, _) => items.iter().for_each(|item| self.add_constant(item)),
            Constant::Mapping(entries, _) => {
                for (name, value) in entries {
                    self.add_text(name);
                    self.add_constant(value);
                }
            }
        }
    }
}

fn check_text(text: &str, span: Span, context: &mut Context<'_>) {
    let Some(character) = text.chars().find(|character| is_invisible(*character)) else {
        return;
    };
    context.push(
        Finding::new(
            &catalogue::INVALID_CHARACTER,
            format!(
                "this text holds the invisible character U+{:04X}",
                u32::from(character)
            ),
        )
        .at(span, "a reader and a model see different texts")
        .help("remove the character"),
    );
}
