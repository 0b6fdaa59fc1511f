//! The capability as a whole.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Capability;

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let Capability {
        label,
        description,
        variables,
        ..
    } = capability;
    let version = version(capability);
    quote! {
        use super::{mcp, rest, settings};
        use gatewright_runtime::prelude::*;

        /// The compiled capability.
        pub static CAPABILITY: Capability = Capability {
            label: #label,
            description: #description,
            version: #version,
            settings: settings::SETTINGS,
            variables: &[#(#variables),*],
            upstreams: settings::upstreams,
            rest: rest::ADAPTERS,
            mcp: mcp::ADAPTERS,
        };
    }
}

/// The capability's own version, or that of the package it is compiled into.
pub(super) fn version(capability: &Capability) -> TokenStream {
    match &capability.version {
        Some(version) => quote!(#version),
        None => quote!(env!("CARGO_PKG_VERSION")),
    }
}
