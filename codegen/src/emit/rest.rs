//! The tables of the REST adapters.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{identifier, kind, method};
use crate::model::{Capability, Input, Place, RestAdapter, Route, RoutePiece, RouteSegment};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let adapters = capability.rest.iter().map(|rest| adapter(rest, capability));
    let calls = capability
        .rest
        .iter()
        .any(|rest| !rest.routes.is_empty())
        .then(|| {
            quote!(
                use super::calls;
            )
        });
    quote! {
        use gatewright_runtime::prelude::*;

        #calls

        /// The REST adapters, in the file's order.
        pub static ADAPTERS: &[RestAdapter] = &[#(#adapters),*];
    }
}

fn adapter(adapter: &RestAdapter, capability: &Capability) -> TokenStream {
    let RestAdapter {
        namespace,
        address,
        port,
        ..
    } = adapter;
    let routes = adapter.routes.iter().map(|entry| route(entry, capability));
    quote! {
        RestAdapter {
            namespace: #namespace,
            address: #address,
            port: #port,
            routes: &[#(#routes),*],
        }
    }
}

fn route(route: &Route, capability: &Capability) -> TokenStream {
    let Route {
        path, operation, ..
    } = route;
    let verb = method(&route.method);
    let segments = route.segments.iter().map(segment);
    let inputs = inputs(&route.inputs);
    let handler = handler(route.call, capability);
    quote! {
        Route {
            method: #verb,
            path: #path,
            operation: #operation,
            segments: &[#(#segments),*],
            inputs: #inputs,
            handler: #handler,
        }
    }
}

fn segment(segment: &RouteSegment) -> TokenStream {
    match segment {
        RouteSegment::Literal(text) => quote!(Segment::Literal(#text)),
        RouteSegment::Variable => quote!(Segment::Variable),
        RouteSegment::Partial(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                RoutePiece::Literal(text) => quote!(Piece::Literal(#text)),
                RoutePiece::Variable => quote!(Piece::Variable),
            });
            quote!(Segment::Partial(&[#(#pieces),*]))
        }
    }
}

/// What a route or tool does: the index of the upstream and the function that makes the request.
pub(super) fn handler(call: usize, capability: &Capability) -> TokenStream {
    let call = capability.calls.get(call);
    let upstream = proc_macro2::Literal::usize_unsuffixed(call.map_or(0, |call| call.upstream));
    let function = identifier(call.map_or("_", |call| &call.function));
    quote!(Handler { upstream: #upstream, request: calls::#function })
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
            Place::Argument => quote!(Input::argument(#name, #kind)),
        };
        let required =
            (input.required && !matches!(input.place, Place::Path(_))).then(|| quote!(.required()));
        let segment = input.segment.then(|| quote!(.segment()));
        quote!(#constructed #required #segment)
    });
    quote!(&[#(#inputs),*])
}
