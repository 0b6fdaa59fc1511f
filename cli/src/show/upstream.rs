//! The upstream request that a route or a tool makes.

use gatewright_codegen::model::{
    Argument, Capability, ConstantValue, Filling, Input, JsonTemplate, Operation, ParameterPlace,
    TextPiece,
};
use serde_json::{Value, json};

/// What is sent, and where its parts come from.
pub(super) struct UpstreamRequest<'a> {
    namespace: &'a str,
    operation: &'a Operation,
    parameters: Vec<Sent<'a>>,
}

/// One parameter of an upstream request.
struct Sent<'a> {
    name: &'a str,
    place: &'static str,
    value: Source<'a>,
}

/// Where the value of a parameter comes from.
enum Source<'a> {
    /// What the caller gives under this name.
    Input(&'a str),
    /// The file.
    Constant(Value),
    /// The file, with holes: `{{name}}`.
    Template(String),
}

impl<'a> UpstreamRequest<'a> {
    /// The request of a call whose inputs these are; `None` where there is no such call.
    pub(super) fn of(capability: &'a Capability, call: usize, inputs: &'a [Input]) -> Option<Self> {
        let call = capability.calls.get(call)?;
        let upstream = capability.upstreams.get(call.upstream)?;
        let operation = upstream.operations.get(call.operation)?;
        let holes = Holes {
            inputs,
            variables: &capability.variables,
        };
        let parameters = operation
            .parameters
            .iter()
            .zip(&call.arguments)
            .filter_map(|(parameter, argument)| {
                let value = match argument {
                    Argument::Absent => return None,
                    Argument::Constant(value) => Source::Constant(constant(value)),
                    Argument::Input { slot, .. } => Source::Input(&inputs.get(*slot)?.name),
                    Argument::Text(pieces) => Source::Template(holes.text(pieces)),
                    Argument::Json(json) => Source::Template(holes.json(json)),
                };
                Some(Sent {
                    name: &parameter.wire,
                    place: place(parameter.place),
                    value,
                })
            })
            .collect();
        Some(Self {
            namespace: &upstream.namespace,
            operation,
            parameters,
        })
    }

    /// On one line: `files: GET /files/{id}; query limit, lang = "en"`. What only fills the path by its own name is seen
    /// there already.
    pub(super) fn text(&self) -> String {
        let Operation {
            method, template, ..
        } = self.operation;
        let mut text = format!("{}: {method} {template}", self.namespace);
        let mut last = "";
        for Sent { name, place, value } in &self.parameters {
            let value = match value {
                Source::Input(input) if input == name && *place == "path" => continue,
                Source::Input(input) if input == name => String::new(),
                Source::Input(input) => format!(" from {input}"),
                Source::Constant(value) => format!(" = {value}"),
                Source::Template(text) => format!(" = `{text}`"),
            };
            if *place == "body" {
                text.push_str(&format!("; body{value}"));
                continue;
            }
            text.push_str(if *place == last { ", " } else { "; " });
            if *place != last {
                text.push_str(&format!("{place} "));
            }
            last = place;
            text.push_str(&format!("{name}{value}"));
        }
        text
    }

    /// For programs. A parameter has `from`, the name of an input, `value`, a constant, or
    /// `template`, a text with `{{name}}` for inputs and settings.
    pub(super) fn json(&self) -> Value {
        let parameters: Vec<Value> = self
            .parameters
            .iter()
            .map(|Sent { name, place, value }| match value {
                Source::Input(input) => json!({"name": name, "in": place, "from": input}),
                Source::Constant(value) => json!({"name": name, "in": place, "value": value}),
                Source::Template(text) => json!({"name": name, "in": place, "template": text}),
            })
            .collect();
        json!({
            "namespace": self.namespace,
            "operation": self.operation.name,
            "method": self.operation.method,
            "path": self.operation.template,
            "parameters": parameters,
        })
    }
}

/// The names of what fills the holes of a template.
struct Holes<'a> {
    inputs: &'a [Input],
    variables: &'a [String],
}

impl Holes<'_> {
    fn name(&self, filling: &Filling) -> String {
        let name = match filling {
            Filling::Input(slot) => self.inputs.get(*slot).map(|input| &input.name),
            Filling::Variable(index) => self.variables.get(*index),
        };
        format!("{{{{{}}}}}", name.map_or("", String::as_str))
    }

    fn text(&self, pieces: &[TextPiece<Filling>]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                TextPiece::Literal(text) => text.clone(),
                TextPiece::Hole(filling) => self.name(filling),
            })
            .collect()
    }

    fn json(&self, template: &JsonTemplate<Filling>) -> String {
        match template {
            JsonTemplate::Constant(text) => text.clone(),
            JsonTemplate::Hole(filling) => self.name(filling),
            JsonTemplate::Text(pieces) => json!(self.text(pieces)).to_string(),
            JsonTemplate::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.json(item)).collect();
                format!("[{}]", items.join(", "))
            }
            JsonTemplate::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, member)| format!("{}: {}", json!(name), self.json(member)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

fn constant(value: &ConstantValue) -> Value {
    match value {
        ConstantValue::Text(text) => json!(text),
        ConstantValue::Integer(integer) => json!(integer),
        ConstantValue::Number(number) => serde_json::from_str(number).unwrap_or(json!(number)),
        ConstantValue::Boolean(boolean) => json!(boolean),
        ConstantValue::List(items) => json!(items),
        ConstantValue::Json(text) => serde_json::from_str(text).unwrap_or(json!(text)),
    }
}

fn place(place: ParameterPlace) -> &'static str {
    match place {
        ParameterPlace::Path => "path",
        ParameterPlace::Query => "query",
        ParameterPlace::Header => "header",
        ParameterPlace::Cookie => "cookie",
        ParameterPlace::Body => "body",
        ParameterPlace::BodyField => "body field",
        ParameterPlace::Template | ParameterPlace::FormTemplate => "body template",
        ParameterPlace::FormField => "form field",
        ParameterPlace::FormPart => "form part",
    }
}
