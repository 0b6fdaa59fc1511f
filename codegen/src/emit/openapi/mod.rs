//! The REST surface as OpenAPI 3.1: JSON bytes, made at build time. They name no upstream address.

mod body;
mod operation;
mod path;
mod response;
mod security;
mod value;

use serde_json::{Map, Value, json};

use crate::model::{Capability, RestAdapter};

use self::path::PathItems;

/// `info.version` has to be there; a capability need not have one.
const NO_VERSION: &str = "0.0.0";

/// The OpenAPI document of a REST adapter, indented, in the file's order.
pub fn openapi(capability: &Capability, adapter: &RestAdapter) -> String {
    let mut document = Map::new();
    let mut add = |key: &str, value: Value| document.insert(key.to_owned(), value);
    add("openapi", json!("3.1.1"));
    add("info", info(capability, adapter));
    // Relative to where the document is served: the listener's address is a setting.
    add("servers", json!([{"url": "/"}]));
    add("security", security::requirements(adapter));
    add("tags", tags(capability, adapter));
    let mut items = PathItems::default();
    for route in &adapter.routes {
        items.add(route, |variables| {
            operation::describe(capability, adapter, route, variables)
        });
    }
    add("paths", items.into_value());
    add("components", components(adapter));
    format!("{:#}\n", Value::Object(document))
}

fn info(capability: &Capability, adapter: &RestAdapter) -> Value {
    let mut info = Map::new();
    info.insert("title".to_owned(), json!(capability.label));
    let descriptions = [&capability.description, &adapter.description];
    let description: Vec<&str> = descriptions
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    if !description.is_empty() {
        info.insert("description".to_owned(), json!(description.join("\n\n")));
    }
    let version = capability.version.as_deref().unwrap_or(NO_VERSION);
    info.insert("version".to_owned(), json!(version));
    Value::Object(info)
}

/// The consumed APIs that the routes lead to.
fn tags(capability: &Capability, adapter: &RestAdapter) -> Value {
    let is_used = |index: usize| {
        adapter.routes.iter().any(|route| {
            capability
                .calls
                .get(route.call)
                .is_some_and(|call| call.upstream == index)
        })
    };
    capability
        .upstreams
        .iter()
        .enumerate()
        .filter(|(index, _)| is_used(*index))
        .map(|(_, upstream)| match upstream.description.trim() {
            "" => json!({"name": upstream.namespace}),
            description => json!({"name": upstream.namespace, "description": description}),
        })
        .collect()
}

fn components(adapter: &RestAdapter) -> Value {
    let mut components = Map::new();
    let routes = &adapter.routes;
    let with_body = routes.iter().any(|route| body::is_read(&route.inputs));
    components.insert("schemas".to_owned(), response::schemas());
    components.insert(
        "responses".to_owned(),
        response::components(with_body, security::is_asked(adapter)),
    );
    let schemes = security::schemes(adapter);
    if !schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), Value::Object(schemes));
    }
    Value::Object(components)
}
