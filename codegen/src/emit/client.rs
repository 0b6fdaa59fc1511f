//! The typed client: a type for each operation's parameters, a method for each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, docs, plain};
use super::templates::Statements;
use super::tokens::{identifier, method, value_type};
use crate::model::{
    Capability, Kind, Operation, Parameter, ParameterPlace, PathPart, Secrecy, Upstream,
};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let clients = capability
        .upstreams
        .iter()
        .map(|upstream| client(upstream, &capability.file_name));
    let operations = capability.upstreams.iter().flat_map(|upstream| {
        upstream
            .operations
            .iter()
            .map(|operation| parameters(operation, upstream))
    });
    quote! {
        use gatewright_runtime::prelude::*;

        #(#clients)*
        #(#operations)*
    }
}

fn client(upstream: &Upstream, file: &str) -> TokenStream {
    let name = identifier(&upstream.type_name);
    let namespace = &upstream.namespace;
    let docs = docs(&[
        format!(
            "A client for {} ({}:{}).",
            code(namespace),
            plain(file),
            upstream.line
        ),
        plain(&upstream.description),
    ]);
    let methods = upstream
        .operations
        .iter()
        .map(|operation| method_of(operation, file));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name {
            upstream: Upstream,
        }

        impl #name {
            /// A client for the API at `base_uri`, with the default limits.
            ///
            /// # Errors
            /// If `base_uri` is not an absolute `http` or `https` URI.
            pub fn new(base_uri: &str, credential: Credential) -> Result<Self, SettingsError> {
                let options = UpstreamOptions::default();
                let upstream = Upstream::new(#namespace, base_uri, credential, &options)?;
                Ok(Self { upstream })
            }

            /// A client that shares the connections of `upstream`.
            pub fn from_upstream(upstream: Upstream) -> Self {
                Self { upstream }
            }

            #(#methods)*
        }
    }
}

fn method_of(operation: &Operation, file: &str) -> TokenStream {
    let function = identifier(&operation.function);
    let parameters = identifier(&operation.type_name);
    let request = code(&format!("{} {}", operation.method, operation.template));
    let place = format!("{request} ({}:{})", plain(file), operation.line);
    let docs = docs(&in_one_line(plain(&operation.description), place));
    let convention = breaks_convention(&operation.function).then(|| {
        quote!(#[allow(clippy::wrong_self_convention, clippy::should_implement_trait, reason = "the capability names it")])
    });
    if operation.parameters.is_empty() {
        let request = request_of(operation);
        return quote! {
            #docs
            #convention
            pub fn #function(&self) -> Call {
                self.upstream.call(#request)
            }
        };
    }
    quote! {
        #docs
        #convention
        pub fn #function(&self, parameters: &#parameters) -> Call {
            self.upstream.call(parameters.request())
        }
    }
}

/// Whether Rust expects something else of a method of this name than a call (clippy says so of the code).
fn breaks_convention(function: &str) -> bool {
    function == "clone" || function.starts_with("from_") || function.starts_with("into_")
}

/// A description of one line and the place share it.
fn in_one_line(description: String, place: String) -> Vec<String> {
    if description.is_empty() || description.contains('\n') {
        return vec![description, place];
    }
    let between = if description.ends_with(['.', '!', '?', ':']) {
        " "
    } else {
        ": "
    };
    vec![format!("{description}{between}{place}")]
}

fn parameters(operation: &Operation, upstream: &Upstream) -> Option<TokenStream> {
    if operation.parameters.is_empty() {
        return None;
    }
    let name = identifier(&operation.type_name);
    let request = request_of(operation);
    let method = format!("{}::{}", upstream.type_name, operation.function);
    // rustdoc finds no link to a raw identifier.
    let docs = docs(&[match operation.function.strip_prefix("r#") {
        Some(raw) => format!("Parameters of `{}::{raw}`.", upstream.type_name),
        None => format!("Parameters of [`{method}`]."),
    }]);
    let fields = operation.parameters.iter().map(field);
    let may_be_shown = |parameter: &&Parameter| parameter.secrecy != Secrecy::Hidden;
    let (derived, debug) = if operation.parameters.iter().all(|it| may_be_shown(&it)) {
        (quote!(Clone, Debug, Default), None)
    } else {
        let shown = operation.parameters.iter().filter(may_be_shown);
        let shown = shown.map(|parameter| identifier(&parameter.field));
        let debug = quote!(show_only!(#name => #(#shown),*););
        (quote!(Clone, Default), Some(debug))
    };
    Some(quote! {
        #docs
        #[derive(#derived)]
        pub struct #name { #(#fields)* }

        #debug

        impl #name {
            pub(crate) fn request(&self) -> Request {
                #request
            }
        }
    })
}

fn field(parameter: &Parameter) -> TokenStream {
    let name = identifier(&parameter.field);
    let value = match parameter.secrecy {
        Secrecy::Secret => quote!(Secret),
        Secrecy::Open | Secrecy::Hidden => value_type(parameter.kind),
    };
    let value = if parameter.required {
        value
    } else {
        quote!(Option<#value>)
    };
    let description = plain(&parameter.description);
    let place = match parameter.place {
        ParameterPlace::Path => "path",
        ParameterPlace::Query => "query",
        ParameterPlace::Header => "header",
        ParameterPlace::Cookie => "cookie",
        ParameterPlace::Body => "body",
        ParameterPlace::BodyField => "body field",
        ParameterPlace::Template => "body",
        ParameterPlace::FormField | ParameterPlace::FormPart | ParameterPlace::FormTemplate => {
            "form"
        }
    };
    let place = format!("The {place} parameter {}.", code(&parameter.name));
    let docs = docs(&[if description.is_empty() {
        place
    } else {
        description
    }]);
    quote! {
        #docs
        pub #name: #value,
    }
}

/// What builds the request of an operation, of `self` where it has parameters: an expression, and before it the
/// statements it needs.
pub(super) fn request_of(operation: &Operation) -> TokenStream {
    let verb = method(&operation.method);
    let name = &operation.name;
    let mut statements = Statements::default();
    let mut chain = quote!(Request::new(#verb, #name));
    // A chain of one call would be laid out in another way.
    let has_more = operation.path.len() > 2
        || operation.parameters.len() > 1
        || !operation.fixed_query.is_empty();
    let mut path = operation.path.iter().peekable();
    while let Some(part) = path.next() {
        let (before, index) = match (part, path.peek()) {
            (PathPart::Literal(text), Some(PathPart::Parameter(index))) if has_more => {
                path.next();
                (Some(text), index)
            }
            (PathPart::Literal(text), _) => {
                chain.extend(quote!(.literal(#text)));
                continue;
            }
            (PathPart::Parameter(index), _) => (None, index),
        };
        if let Some(parameter) = operation.parameters.get(*index) {
            let (name, field) = (&parameter.name, identifier(&parameter.field));
            chain.extend(match before {
                Some(before) => quote!(.path(#before, #name, &self.#field)),
                None => quote!(.segment(#name, &self.#field)),
            });
        }
    }
    if !operation.fixed_query.is_empty() {
        let query = &operation.fixed_query;
        chain.extend(quote!(.fixed_query(#query)));
    }
    for parameter in &operation.parameters {
        let (name, field) = (&parameter.wire, identifier(&parameter.field));
        chain.extend(match parameter.place {
            ParameterPlace::Path | ParameterPlace::Template | ParameterPlace::FormTemplate => {
                continue;
            }
            ParameterPlace::Query => quote!(.query(#name, &self.#field)),
            ParameterPlace::Header => quote!(.header(#name, &self.#field)),
            ParameterPlace::Cookie => quote!(.cookie(#name, &self.#field)),
            ParameterPlace::Body => quote!(.body(&self.#field)),
            ParameterPlace::BodyField => quote!(.body_field(#name, &self.#field)),
            ParameterPlace::FormField => quote!(.form_field(#name, &self.#field)),
            ParameterPlace::FormPart if parameter.kind == Kind::File => {
                quote!(.form_file(#name, &self.#field))
            }
            ParameterPlace::FormPart => quote!(.form_part(#name, &self.#field)),
        });
    }
    if let Some(body) = &operation.body {
        chain.extend(statements.body(body, operation));
    }
    let statements = statements.tokens();
    quote!(#statements #chain)
}
