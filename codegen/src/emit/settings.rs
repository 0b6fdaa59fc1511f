//! The table of settings, and the upstreams that are made of their values.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::parts;
use crate::model::{Capability, Credential, Setting, SettingForm, TextPart, Upstream};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let settings = capability
        .settings
        .iter()
        .map(|entry| setting(entry, &capability.file_name));
    let upstreams = capability.upstreams.iter().map(upstream);
    quote! {
        use gatewright_runtime::prelude::*;

        /// The settings of this capability, in the file's order.
        pub static SETTINGS: &[Setting] = &[#(#settings),*];

        /// Makes the upstreams of this capability, in the file's order.
        ///
        /// # Errors
        /// If a base URI or a secret cannot be used.
        pub fn upstreams(values: &SettingValues, options: &UpstreamOptions) -> Result<Vec<Upstream>, SettingsError> {
            Ok(vec![#(#upstreams),*])
        }
    }
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
        SettingForm::Address => quote!(address),
        SettingForm::Port => quote!(port),
        SettingForm::Secret => quote!(secret),
        SettingForm::Text => quote!(text),
    };
    let default = setting
        .default
        .as_ref()
        .map(|default| quote!(.default(#default)));
    let derived = (!setting.derived.is_empty()).then(|| {
        let parts = parts(&setting.derived);
        quote!(.derived(#parts))
    });
    let needed = setting.needed.iter().map(|(by, line)| {
        let at = format!("{file}:{line}");
        quote!(Needed { by: #by, at: #at })
    });
    let needed = (!setting.needed.is_empty()).then(|| quote!(.needed(&[#(#needed),*])));
    quote!(Setting::#constructor(#flag, #environment) #default #derived .help(#help) #needed)
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

fn secret(text: &[TextPart]) -> TokenStream {
    match text {
        [TextPart::Setting(flag)] => quote!(values.secret(#flag)?),
        _ => {
            let parts = parts(text);
            quote!(&values.join(#parts)?)
        }
    }
}
