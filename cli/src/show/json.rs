//! What is served, for programs.

use gatewright_codegen::model::{Capability, InboundAuthentication, Input, Setting, SettingForm};
use serde_json::{Value, json};

use super::upstream::UpstreamRequest;
use super::{answer, authentication, kind, openapi_path, place, size_of_tools_list};

pub(super) fn document(capability: &Capability) -> Value {
    let upstream = |call: usize, inputs| {
        UpstreamRequest::of(capability, call, inputs).map(|request| request.json())
    };
    let rest = capability.rest.iter().map(|it| {
        let mut adapter = adapter("rest", &it.namespace, &it.authentication);
        if let Some(fields) = adapter.as_object_mut() {
            fields.insert("openapi".to_owned(), json!(openapi_path(it)));
        }
        adapter
    });
    let mcp = capability
        .mcp
        .iter()
        .map(|it| adapter("mcp", &it.namespace, &it.authentication));
    let routes = capability
        .rest
        .iter()
        .flat_map(|adapter| adapter.routes.iter().map(move |route| (adapter, route)))
        .map(|(adapter, route)| {
            json!({
                "adapter": adapter.namespace,
                "method": route.method,
                "path": route.path,
                "inputs": inputs(&route.inputs),
                "upstream": upstream(route.call, &route.inputs),
                "answer": answer(capability, route.shape),
            })
        });
    let tools = capability
        .mcp
        .iter()
        .flat_map(|adapter| adapter.tools.iter().map(move |tool| (adapter, tool)))
        .map(|(adapter, tool)| {
            json!({
                "adapter": adapter.namespace,
                "name": tool.name,
                "inputs": inputs(&tool.inputs),
                "upstream": upstream(tool.call, &tool.inputs),
                "answer": answer(capability, tool.shape),
            })
        });
    let lists = capability.mcp.iter().map(|adapter| {
        let (bytes, tokens) = size_of_tools_list(capability, adapter);
        json!({"adapter": adapter.namespace, "bytes": bytes, "estimatedTokens": tokens})
    });
    json!({
        "label": capability.label,
        "adapters": rest.chain(mcp).collect::<Vec<_>>(),
        "routes": routes.collect::<Vec<_>>(),
        "tools": tools.collect::<Vec<_>>(),
        "toolsList": lists.collect::<Vec<_>>(),
        "settings": capability.settings.iter().map(setting).collect::<Vec<_>>(),
    })
}

fn adapter(kind: &str, namespace: &str, asked: &InboundAuthentication) -> Value {
    let (authentication, place) = authentication(asked);
    json!({"type": kind, "namespace": namespace, "authentication": authentication, "key": place})
}

fn inputs(inputs: &[Input]) -> Vec<Value> {
    inputs
        .iter()
        .map(|input| {
            json!({
                "name": input.name,
                "in": place(input),
                "type": kind(input),
                "required": input.required,
                "description": input.description,
            })
        })
        .collect()
}

fn setting(setting: &Setting) -> Value {
    let needed: Vec<&str> = setting
        .needed
        .iter()
        .map(|(what, _)| what.as_str())
        .collect();
    json!({
        "flag": format!("--{}", setting.flag),
        "environment": setting.environment,
        "default": setting.default,
        "required": setting.default.is_none() && setting.derived.is_empty(),
        "secret": setting.form == SettingForm::Secret,
        "neededBy": needed,
    })
}
