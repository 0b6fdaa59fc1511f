//! An operation: its names, its parameters, and what else makes a request.

use serde_json::{Map, Value, json};

use super::{body, response, security, value};
use crate::model::{Capability, Input, Kind, Place, RestAdapter, Route};

/// The longest description that is the summary, in characters: a line in a list.
const SUMMARY: usize = 120;

/// The operation of a route of `adapter`, whose variables have these names.
pub(super) fn describe(
    capability: &Capability,
    adapter: &RestAdapter,
    route: &Route,
    variables: &[String],
) -> Value {
    let call = capability.calls.get(route.call);
    let upstream = call.and_then(|call| capability.upstreams.get(call.upstream));
    let called =
        call.and_then(|call| upstream.and_then(|upstream| upstream.operations.get(call.operation)));
    let mut operation = Map::new();
    let mut add = |key: &str, value: Value| operation.insert(key.to_owned(), value);
    if let Some(upstream) = upstream {
        add("tags", json!([upstream.namespace]));
    }
    let (summary, description) = words(route);
    add("summary", json!(summary));
    if let Some(description) = description {
        add("description", json!(description));
    }
    add("operationId", json!(route.operation_id));
    if let Some(security) = security::of_operation(adapter, route) {
        add("security", security);
    }
    let parameters = parameters(&route.inputs, variables);
    if !parameters.is_empty() {
        add("parameters", Value::Array(parameters));
    }
    if let Some(body) = body::describe(&route.inputs) {
        add("requestBody", body);
    }
    let success = match route.shape.and_then(|shape| capability.shapes.get(shape)) {
        Some(shape) => response::shaped(shape),
        None => response::passed_on(route, called.map(|called| called.format)),
    };
    add(
        "responses",
        response::describe(success, route, security::is_asked(adapter)),
    );
    Value::Object(operation)
}

/// A summary, and a description where there is more to say.
fn words(route: &Route) -> (&str, Option<&str>) {
    match route.description.trim() {
        "" => (&route.operation, None),
        line if !line.contains('\n') && line.chars().count() <= SUMMARY => (line, None),
        text => (&route.operation, Some(text)),
    }
}

fn parameters(inputs: &[Input], variables: &[String]) -> Vec<Value> {
    let described = inputs
        .iter()
        .filter(|input| !security::is_authorization(input))
        .filter_map(|input| {
            let name = match input.place {
                Place::Path(index) => variables.get(index)?,
                _ => &input.name,
            };
            Some(parameter(input, name, location(input.place)?))
        });
    // A variable that feeds nothing is still a part of the path.
    let others = variables.iter().enumerate().filter(|(index, _)| {
        !inputs
            .iter()
            .any(|input| input.place == Place::Path(*index))
    });
    let others = others.map(|(_, name)| {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
    });
    described.chain(others).collect()
}

/// Where a parameter is; `None` for what is no parameter but a part of the body.
fn location(place: Place) -> Option<&'static str> {
    match place {
        Place::Path(_) => Some("path"),
        Place::Query => Some("query"),
        Place::Header => Some("header"),
        Place::Cookie => Some("cookie"),
        Place::Body | Place::BodyField | Place::FormField | Place::Argument => None,
    }
}

fn parameter(input: &Input, name: &str, location: &str) -> Value {
    let mut parameter = Map::new();
    let mut add = |key: &str, value: Value| parameter.insert(key.to_owned(), value);
    add("name", json!(name));
    add("in", json!(location));
    if !input.description.is_empty() {
        add("description", json!(input.description));
    }
    if input.required {
        add("required", json!(true));
    }
    match input.kind {
        Kind::Text | Kind::Integer | Kind::Number | Kind::Boolean => {
            add("schema", Value::Object(value::schema(input)));
        }
        // Repeated in a query, separated by commas elsewhere (LANGUAGE.md §3).
        Kind::List => {
            let repeated = matches!(input.place, Place::Query | Place::Cookie);
            add("style", json!(if repeated { "form" } else { "simple" }));
            add("explode", json!(repeated));
            add("schema", Value::Object(value::schema(input)));
        }
        Kind::Object | Kind::Array | Kind::Json => {
            let schema = value::schema(input);
            add("content", json!({"application/json": {"schema": schema}}));
        }
        // Any text is a value; what is JSON goes on as JSON. No file is read from here.
        Kind::JsonOrText | Kind::File => {
            add("schema", json!({"type": "string"}));
        }
    }
    Value::Object(parameter)
}
