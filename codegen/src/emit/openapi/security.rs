//! What a caller has to prove: to the gateway, and by a header that goes on, to the upstream.

use serde_json::{Map, Value, json};

use crate::model::{InboundAuthentication, Input, Place, RestAdapter, Route};

/// The name of the scheme by which a caller proves itself to the gateway.
const GATEWAY: &str = "Gateway";
/// The name of the scheme of a header that is passed on.
const AUTHORIZATION: &str = "Authorization";

/// Whether the gateway asks its callers for something.
pub(super) fn is_asked(adapter: &RestAdapter) -> bool {
    adapter.authentication != InboundAuthentication::None
}

/// What every operation asks for.
pub(super) fn requirements(adapter: &RestAdapter) -> Value {
    if is_asked(adapter) {
        json!([{GATEWAY: []}])
    } else {
        json!([])
    }
}

/// What a route asks for, where that is more than all do.
pub(super) fn of_operation(adapter: &RestAdapter, route: &Route) -> Option<Value> {
    let authorization = route.inputs.iter().find(|input| is_authorization(input))?;
    let mut without = Map::new();
    if is_asked(adapter) {
        without.insert(GATEWAY.to_owned(), json!([]));
    }
    let mut with = without.clone();
    with.insert(AUTHORIZATION.to_owned(), json!([]));
    Some(if authorization.required {
        json!([with])
    } else {
        json!([without, with])
    })
}

/// The schemes that the requirements name.
pub(super) fn schemes(adapter: &RestAdapter) -> Map<String, Value> {
    let mut schemes = Map::new();
    if let Some(gateway) = gateway(&adapter.authentication) {
        schemes.insert(GATEWAY.to_owned(), gateway);
    }
    let mut inputs = adapter.routes.iter().flat_map(|route| &route.inputs);
    if inputs.any(is_authorization) {
        let scheme = json!({
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Passed on to the upstream as it is.",
        });
        schemes.insert(AUTHORIZATION.to_owned(), scheme);
    }
    schemes
}

fn gateway(authentication: &InboundAuthentication) -> Option<Value> {
    Some(match authentication {
        InboundAuthentication::None => return None,
        InboundAuthentication::Bearer(_) => json!({"type": "http", "scheme": "bearer"}),
        InboundAuthentication::OAuth2(_) => {
            json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
        }
        InboundAuthentication::Basic(..) => json!({"type": "http", "scheme": "basic"}),
        InboundAuthentication::HeaderKey(name, _) => {
            json!({"type": "apiKey", "in": "header", "name": name})
        }
        InboundAuthentication::QueryKey(name, _) => {
            json!({"type": "apiKey", "in": "query", "name": name})
        }
    })
}

/// Whether an input is the header that OpenAPI describes as a security scheme: it ignores a parameter of that
/// name. The same holds for `Accept`, which is listed for whoever reads the document.
pub(super) fn is_authorization(input: &Input) -> bool {
    input.place == Place::Header && input.name.eq_ignore_ascii_case("authorization")
}
