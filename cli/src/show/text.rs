//! What is served, for people.

use std::fmt::Write;

use gatewright_codegen::model::{
    Capability, InboundAuthentication, Input, Place, Setting, SettingForm,
};

use super::upstream::UpstreamRequest;
use super::{answer, authentication, kind, openapi_path, place, size_of_tools_list};

pub(super) fn text(capability: &Capability) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", capability.label);
    for adapter in &capability.rest {
        let _ = writeln!(out, "\nREST adapter {}", adapter.namespace);
        push_authentication(&mut out, &adapter.authentication);
        for route in &adapter.routes {
            let _ = writeln!(out, "  {:<7} {}", route.method, route.path);
            push_call(&mut out, capability, route.call, &route.inputs);
            push_answer(&mut out, capability, route.shape);
        }
        if let Some(path) = openapi_path(adapter) {
            let _ = writeln!(out, "  {:<7} {path}", "GET");
            let _ = writeln!(
                out,
                "          answers the OpenAPI document of this adapter"
            );
        }
    }
    for adapter in &capability.mcp {
        let (bytes, tokens) = size_of_tools_list(capability, adapter);
        let _ = writeln!(
            out,
            "\nMCP adapter {} (tools/list: {bytes} bytes, about {tokens} tokens)",
            adapter.namespace
        );
        push_authentication(&mut out, &adapter.authentication);
        for tool in &adapter.tools {
            let _ = writeln!(out, "  {}", tool.name);
            push_call(&mut out, capability, tool.call, &tool.inputs);
            push_answer(&mut out, capability, tool.shape);
        }
    }
    let _ = writeln!(out, "\nSettings");
    for setting in &capability.settings {
        push_setting(&mut out, setting);
    }
    out
}

fn push_authentication(out: &mut String, asked: &InboundAuthentication) {
    let line = match authentication(asked) {
        ("none", _) => "asks nothing of its callers".to_owned(),
        (kind, None) => format!("asks its callers for: {kind}"),
        (kind, Some(place)) => format!("asks its callers for: {kind} ({place})"),
    };
    let _ = writeln!(out, "  {line}");
}

fn push_call(out: &mut String, capability: &Capability, call: usize, inputs: &[Input]) {
    let _ = writeln!(out, "          takes {}", listed(inputs));
    if let Some(request) = UpstreamRequest::of(capability, call, inputs) {
        let _ = writeln!(out, "          sends {}", request.text());
    }
}

/// An answer that is passed on as it came needs no word.
fn push_answer(out: &mut String, capability: &Capability, shape: Option<usize>) {
    if let Some(answer) = answer(capability, shape) {
        let _ = writeln!(out, "          answers {answer}");
    }
}

fn listed(inputs: &[Input]) -> String {
    if inputs.is_empty() {
        return "nothing".to_owned();
    }
    let inputs: Vec<String> = inputs
        .iter()
        .map(|input| {
            let optional = if input.required { "" } else { "?" };
            // Every argument of a tool is one, and every body is in the body.
            let place = match input.place {
                Place::Argument | Place::Body => String::new(),
                _ => format!(" ({})", place(input)),
            };
            format!("{}{optional}: {}{place}", input.name, kind(input))
        })
        .collect();
    inputs.join(", ")
}

fn push_setting(out: &mut String, setting: &Setting) {
    let default = match (&setting.default, setting.derived.is_empty()) {
        (Some(default), _) => format!("default {default}"),
        (None, false) => "made of other settings".to_owned(),
        (None, true) => "required".to_owned(),
    };
    let secret = match setting.form {
        SettingForm::Secret => ", secret",
        _ => "",
    };
    let needed: Vec<String> = setting
        .needed
        .iter()
        .map(|(what, line)| format!("{what} (line {line})"))
        .collect();
    let needed = if needed.is_empty() {
        String::new()
    } else {
        format!(": {}", needed.join(", "))
    };
    let _ = writeln!(
        out,
        "  {:<36} {default}{secret}{needed}",
        setting.environment
    );
}
