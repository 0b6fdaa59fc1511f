//! The table of settings, and the upstreams that are made of their values.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tokens::parts;
use crate::model::{
    Capability, ClientCredentials, Credential, Setting, SettingForm, TextPart, Upstream,
};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let settings = capability
        .settings
        .iter()
        .map(|entry| setting(entry, &capability.file_name));
    let lists = capability.settings.iter().map(parts_of);
    let names: Vec<Ident> = (0..capability.upstreams.len())
        .map(|index| format_ident!("upstream_{index}"))
        .collect();
    let upstreams = capability.upstreams.iter().map(upstream);
    let hiding = capability.upstreams.iter().zip(&names).map(hiding);
    quote! {
        use gatewright_runtime::prelude::*;

        /// The settings of this capability, in the file's order.
        pub static SETTINGS: &[Setting] = &[#(#settings),*];

        #(#lists)*

        /// Makes the upstreams of this capability, in the file's order.
        ///
        /// # Errors
        /// If a base URI or a secret cannot be used.
        pub fn upstreams(values: &SettingValues, options: &UpstreamOptions) -> Result<Vec<Upstream>, SettingsError> {
            #(
                let #names = #upstreams;
                #hiding;
            )*
            Ok(vec![#(#names),*])
        }
    }
}

/// What a derived setting is made of stands in a constant of its own, so that the table stays readable.
fn parts_of(setting: &Setting) -> TokenStream {
    let derived = (!setting.derived.is_empty()).then(|| {
        let (name, parts) = (list_name(setting, "PARTS"), parts(&setting.derived));
        quote! {
            #[rustfmt::skip]
            const #name: &[Part] = #parts;
        }
    });
    quote!(#derived)
}

fn list_name(setting: &Setting, suffix: &str) -> Ident {
    let name: String = setting
        .flag
        .chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect();
    // A namespace may start with a digit, an identifier may not.
    format_ident!("SETTING_{name}_{suffix}")
}

/// What needs a setting is told where it is missing, and one with a default never is.
fn is_needed_told(setting: &Setting) -> bool {
    setting.default.is_none() && !setting.needed.is_empty()
}

fn setting(setting: &Setting, file: &str) -> TokenStream {
    let Setting {
        flag,
        environment,
        help,
        ..
    } = setting;
    let constructor = match setting.form {
        SettingForm::BaseUri => quote!(base_uri),
        SettingForm::Uri => quote!(uri),
        SettingForm::Address => quote!(address),
        SettingForm::Port => quote!(port),
        SettingForm::Secret => quote!(secret),
        SettingForm::Text => quote!(text),
        SettingForm::Path => quote!(path),
    };
    let default = setting
        .default
        .as_ref()
        .map(|default| quote!(.default(#default)));
    let derived = (!setting.derived.is_empty()).then(|| {
        let name = list_name(setting, "PARTS");
        quote!(.derived(#name))
    });
    let in_file = setting
        .in_file
        .as_ref()
        .map(|(flag, key)| quote!(.in_file(#flag, #key)));
    let needed = is_needed_told(setting).then(|| {
        let needed: Vec<String> = setting
            .needed
            .iter()
            .map(|(by, line)| format!("{by} ({file}:{line})"))
            .collect();
        let needed = needed.join("; ");
        quote!(.needed(#needed))
    });
    quote!(Setting::#constructor(#flag, #environment) #default #derived #in_file .help(#help) #needed)
}

fn upstream(upstream: &Upstream) -> TokenStream {
    let Upstream {
        namespace,
        base_uri,
        ..
    } = upstream;
    let credential = credential(&upstream.credential);
    quote!(Upstream::new(#namespace, values.text(#base_uri)?, #credential, options)?)
}

fn hiding((upstream, name): (&Upstream, &Ident)) -> TokenStream {
    let Upstream {
        base_uri, secrets, ..
    } = upstream;
    quote!(Upstream::hide(&#name, values, &[#(#secrets),*], #base_uri))
}

fn credential(credential: &Credential) -> TokenStream {
    match credential {
        Credential::None => quote!(Credential::none()),
        Credential::Bearer(token) => {
            let token = secret(token);
            quote!(Credential::bearer(#token)?)
        }
        Credential::Basic(username, password) => {
            let (username, password) = (secret(username), secret(password));
            quote!(Credential::basic(#username, #password)?)
        }
        Credential::Digest(username, password) => {
            let (username, password) = (secret(username), secret(password));
            quote!(Credential::digest(#username, #password)?)
        }
        Credential::OAuth2(client) => {
            let client = client_credentials(client);
            quote!(Credential::oauth2(#client)?)
        }
        Credential::HeaderKey(name, key) => {
            let key = secret(key);
            quote!(Credential::header_key(#name, #key)?)
        }
        Credential::QueryKey(name, key) => {
            let key = secret(key);
            quote!(Credential::query_key(#name, #key))
        }
    }
}

fn client_credentials(client: &ClientCredentials) -> TokenStream {
    let token_endpoint = secret(&client.token_endpoint);
    let client_id = secret(&client.client_id);
    let client_secret = secret(&client.client_secret);
    let scopes = secret(&client.scopes);
    let plain_http = client.plain_http;
    quote!(ClientCredentials {
        token_endpoint: #token_endpoint,
        client_id: #client_id,
        client_secret: #client_secret,
        scopes: #scopes,
        plain_http: #plain_http,
    })
}

/// A secret of `values`.
pub(super) fn secret(text: &[TextPart]) -> TokenStream {
    match text {
        [TextPart::Setting(flag)] => quote!(values.secret(#flag)?),
        _ => {
            let parts = parts(text);
            quote!(&values.join(#parts)?)
        }
    }
}
