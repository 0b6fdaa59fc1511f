//! The tables of the REST adapters.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::{code, docs, plain};
use super::tokens::{identifier, kind, method};
use crate::model::{Capability, Input, Place, RestAdapter, Route, RoutePiece, RouteSegment};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let routes: Vec<TokenStream> = capability
        .rest
        .iter()
        .flat_map(|rest| &rest.routes)
        .map(|entry| route(entry, capability))
        .collect();
    let variants = segment_variants(capability);
    let adapters = capability
        .rest
        .iter()
        .enumerate()
        .map(|(index, rest)| adapter(index, rest));
    let names = (0..capability.rest.len()).map(adapter_name);
    let calls = (!routes.is_empty()).then(|| {
        quote!(
            use super::calls;
        )
    });
    quote! {
        #calls
        use gatewright_runtime::prelude::*;
        #variants

        /// The REST adapters, in the file's order.
        pub static ADAPTERS: &[RestAdapter] = &[#(#names),*];

        #(#adapters)*

        #(#routes)*
    }
}

/// The variants that the routes use, imported so that a path fits on a line.
fn segment_variants(capability: &Capability) -> Option<TokenStream> {
    let segments = || {
        capability
            .rest
            .iter()
            .flat_map(|rest| &rest.routes)
            .flat_map(|route| &route.segments)
    };
    let literal = segments()
        .any(|segment| matches!(segment, RouteSegment::Literal(_)))
        .then(|| quote!(Literal));
    let partial = segments()
        .any(|segment| matches!(segment, RouteSegment::Partial(_)))
        .then(|| quote!(Partial));
    let variable = segments()
        .any(|segment| matches!(segment, RouteSegment::Variable))
        .then(|| quote!(Variable));
    let used: Vec<TokenStream> = [literal, partial, variable].into_iter().flatten().collect();
    match used.as_slice() {
        [] => None,
        [only] => Some(quote!(use gatewright_runtime::rest::Segment::#only;)),
        _ => Some(quote!(use gatewright_runtime::rest::Segment::{#(#used),*};)),
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

fn adapter(index: usize, adapter: &RestAdapter) -> TokenStream {
    let RestAdapter {
        namespace,
        address,
        port,
        ..
    } = adapter;
    let routes = adapter
        .routes
        .iter()
        .map(|route| identifier(&route.constant));
    let constant = adapter_name(index);
    let openapi = if adapter.serves_document {
        let file = format!("/{}", document_file(index));
        quote!(Some(include_str!(concat!(env!("OUT_DIR"), #file))))
    } else {
        quote!(None)
    };
    quote! {
        const #constant: RestAdapter = RestAdapter {
            namespace: #namespace,
            address: #address,
            port: #port,
            routes: &[#(&#routes),*],
            openapi: #openapi,
        };
    }
}

fn route(route: &Route, capability: &Capability) -> TokenStream {
    let Route {
        path, operation, ..
    } = route;
    let constant = identifier(&route.constant);
    let request = code(&format!("{} {path}", route.method));
    let docs = docs(&[
        plain(&route.description),
        format!(
            "{request} ({}:{})",
            plain(&capability.file_name),
            route.line
        ),
    ]);
    let verb = method(&route.method);
    let segments = route.segments.iter().map(segment);
    let inputs = inputs(&route.inputs);
    let handler = handler(route.call, capability);
    quote! {
        #docs
        static #constant: Route = Route {
            method: #verb,
            path: #path,
            operation: #operation,
            segments: &[#(#segments),*],
            inputs: #inputs,
            handler: #handler,
        };
    }
}

fn segment(segment: &RouteSegment) -> TokenStream {
    match segment {
        RouteSegment::Literal(text) => quote!(Literal(#text)),
        RouteSegment::Variable => quote!(Variable),
        RouteSegment::Partial(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                RoutePiece::Literal(text) => quote!(Piece::Literal(#text)),
                RoutePiece::Variable => quote!(Piece::Variable),
            });
            quote!(Partial(&[#(#pieces),*]))
        }
    }
}

/// What a route or tool does: the index of the upstream and the function that makes the request.
pub(super) fn handler(call: usize, capability: &Capability) -> TokenStream {
    let call = capability.calls.get(call);
    let upstream = proc_macro2::Literal::usize_unsuffixed(call.map_or(0, |call| call.upstream));
    let function = identifier(call.map_or("_", |call| &call.function));
    quote!(Handler::new(#upstream, calls::#function))
}

/// A table of inputs.
pub(super) fn inputs(inputs: &[Input]) -> TokenStream {
    let inputs = inputs.iter().map(|input| {
        let name = &input.name;
        let kind = kind(input.kind);
        let constructed = match input.place {
            Place::Path(index) => {
                let index = proc_macro2::Literal::usize_unsuffixed(index);
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
    quote!(&[#(#inputs),*])
}
