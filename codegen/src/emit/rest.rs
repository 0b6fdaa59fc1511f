//! The tables of the REST adapters.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs::{docs, remark};
use super::guard::guard;
use super::shapes::shaped;
use super::tokens::{identifier, kind};
use crate::model::{Capability, Input, Place, RestAdapter, Route};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let adapters = capability
        .rest
        .iter()
        .enumerate()
        .map(|(index, rest)| adapter(index, rest, capability));
    let names = (0..capability.rest.len()).map(adapter_name);
    let calls = capability
        .rest
        .iter()
        .any(|rest| !rest.routes.is_empty())
        .then(|| {
            quote!(
                use super::calls;
            )
        });
    let has_shape = |route: &Route| route.shape.is_some();
    let shapes = capability
        .rest
        .iter()
        .any(|rest| rest.routes.iter().any(has_shape))
        .then(|| {
            quote!(
                use super::shapes;
            )
        });
    quote! {
        #calls
        #shapes
        use gatewright_runtime::prelude::*;

        /// The REST adapters, in the file's order.
        pub static ADAPTERS: &[RestAdapter] = &[#(#names),*];

        #(#adapters)*
    }
}

/// The file that holds the OpenAPI document of the adapter with this index.
pub(super) fn document_file(index: usize) -> String {
    format!("openapi_{index}.json")
}

/// The constant of the adapter with this index.
pub(super) fn adapter_name(index: usize) -> Ident {
    format_ident!("ADAPTER_{index}")
}

fn adapter(index: usize, adapter: &RestAdapter, capability: &Capability) -> TokenStream {
    let RestAdapter {
        namespace,
        address,
        port,
        ..
    } = adapter;
    let routes = adapter.routes.iter().map(|entry| route(entry, capability));
    let constant = adapter_name(index);
    let guard = guard(&adapter.authentication);
    let openapi = if adapter.serves_document {
        let file = format!("/{}", document_file(index));
        quote!(Some(include_str!(concat!(env!("OUT_DIR"), #file))))
    } else {
        quote!(None)
    };
    quote! {
        #[rustfmt::skip]
        const #constant: RestAdapter = RestAdapter {
            namespace: #namespace,
            address: #address,
            port: #port,
            guard: #guard,
            routes: &[#(#routes),*],
            openapi: #openapi,
        };
    }
}

fn route(route: &Route, capability: &Capability) -> TokenStream {
    let Route {
        path, operation, ..
    } = route;
    let remark = entry(&route.description, &capability.file_name, route.line);
    let constructor = identifier(&route.method.to_ascii_lowercase());
    let inputs = inputs(&route.inputs);
    let (upstream, function) = called(route.call, capability);
    let shaped = shaped(route.shape, capability);
    quote! {
        #remark
        &Route::#constructor(#path) #inputs .call(#operation, #upstream, #function) #shaped
    }
}

/// What an entry of a table is, and the line it comes from.
pub(super) fn entry(description: &str, file: &str, line: usize) -> TokenStream {
    let place = format!("({}:{line})", remark(file));
    let description = remark(description);
    docs(&[if description.is_empty() {
        place
    } else {
        format!("{description} {place}")
    }])
}

/// What a route or tool calls: the index of the upstream, and the function that makes the request.
pub(super) fn called(call: usize, capability: &Capability) -> (Literal, TokenStream) {
    let call = capability.calls.get(call);
    let upstream = Literal::usize_unsuffixed(call.map_or(0, |call| call.upstream));
    let function = identifier(call.map_or("_", |call| &call.function));
    (upstream, quote!(calls::#function))
}

/// The call that gives an entry its inputs; none where it has none.
pub(super) fn inputs(inputs: &[Input]) -> Option<TokenStream> {
    if inputs.is_empty() {
        return None;
    }
    let inputs = inputs.iter().map(|input| {
        let name = &input.name;
        let kind = kind(input.kind);
        let constructed = match input.place {
            Place::Path(index) => {
                let index = Literal::usize_unsuffixed(index);
                quote!(Input::path(#index, #name, #kind))
            }
            Place::Query => quote!(Input::query(#name, #kind)),
            Place::Header => quote!(Input::header(#name, #kind)),
            Place::Cookie => quote!(Input::cookie(#name, #kind)),
            Place::Body => quote!(Input::body(#name, #kind)),
            Place::BodyField => quote!(Input::body_field(#name, #kind)),
            Place::FormField => quote!(Input::form_field(#name, #kind)),
            Place::Argument => quote!(Input::argument(#name, #kind)),
        };
        let implied = input.segment || matches!(input.place, Place::Path(_));
        let required = (input.required && !implied).then(|| quote!(.required()));
        let segment = input.segment.then(|| quote!(.segment()));
        quote!(#constructed #required #segment)
    });
    Some(quote!(.inputs(&[#(#inputs),*])))
}
