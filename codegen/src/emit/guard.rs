//! What the callers of an adapter have to prove.

use proc_macro2::TokenStream;
use quote::quote;

use super::settings::secret;
use crate::model::InboundAuthentication;

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
    }
}
