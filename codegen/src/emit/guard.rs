//! What the callers of an adapter have to prove.

use proc_macro2::TokenStream;
use quote::quote;

use super::settings::secret;
use crate::model::{InboundAuthentication, ProtectedResource, TextPart};

/// The function that makes an adapter's guard of the settings.
pub(super) fn guard(authentication: &InboundAuthentication) -> TokenStream {
    match authentication {
        InboundAuthentication::None => quote!(|_| Ok(Guard::none())),
        InboundAuthentication::Bearer(token) => {
            let token = secret(token);
            quote!(|values| Guard::bearer(#token))
        }
        InboundAuthentication::HeaderKey(name, key) => {
            let key = secret(key);
            quote!(|values| Guard::header_key(#name, #key))
        }
        InboundAuthentication::QueryKey(name, key) => {
            let key = secret(key);
            quote!(|values| Guard::query_key(#name, #key))
        }
        InboundAuthentication::Basic(username, password) => {
            let (username, password) = (secret(username), secret(password));
            quote!(|values| Guard::basic(#username, #password))
        }
        InboundAuthentication::OAuth2(resource) => {
            let resource = protected_resource(resource);
            quote!(|values| Guard::oauth2(#resource, values))
        }
    }
}

fn protected_resource(declared: &ProtectedResource) -> TokenStream {
    let issuer = secret(&declared.issuer);
    let resource = secret(&[TextPart::Setting(declared.resource.clone())]);
    let audience = secret(&declared.audience);
    let scopes = secret(&declared.scopes);
    let plain_http = declared.plain_http;
    quote!(ProtectedResource {
        issuer: #issuer,
        resource: #resource,
        audience: #audience,
        scopes: #scopes,
        plain_http: #plain_http,
    })
}
