//! From inbound values to upstream requests. A route and a tool with the same inputs share one function.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::request_of;
use super::docs::{code, docs};
use super::tokens::identifier;
use crate::model::{Argument, Call, Capability, ConstantValue, Operation, Parameter};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let calls = capability.calls.iter().filter_map(|call| {
        let upstream = capability.upstreams.get(call.upstream)?;
        Some(function(
            call,
            &upstream.namespace,
            upstream.operations.get(call.operation)?,
        ))
    });
    let client = (!capability.calls.is_empty()).then(|| {
        quote!(
            use super::client;
        )
    });
    quote! {
        #client
        use gatewright_runtime::prelude::*;

        #(#calls)*
    }
}

fn function(call: &Call, namespace: &str, operation: &Operation) -> TokenStream {
    let name = identifier(&call.function);
    let parameters = identifier(&operation.type_name);
    let docs = docs(&[code(&format!("{namespace}.{}", operation.name))]);
    if operation.parameters.is_empty() {
        let request = request_of(operation);
        return quote! {
            #docs
            pub(crate) fn #name(_: &mut Inputs) -> Result<Request, CallError> {
                Ok(#request)
            }
        };
    }
    let reads = call
        .arguments
        .iter()
        .any(|argument| matches!(argument, Argument::Input { .. }));
    let inputs = if reads { quote!(inputs) } else { quote!(_) };
    let fields = operation
        .parameters
        .iter()
        .zip(&call.arguments)
        .map(|(parameter, argument)| {
            let field = identifier(&parameter.field);
            let value = value(parameter, argument);
            quote!(#field: #value)
        });
    quote! {
        #docs
        pub(crate) fn #name(#inputs: &mut Inputs) -> Result<Request, CallError> {
            let parameters = client::#parameters { #(#fields),* };
            Ok(parameters.request())
        }
    }
}

fn value(parameter: &Parameter, argument: &Argument) -> TokenStream {
    let constant = match argument {
        Argument::Input {
            slot,
            shared,
            as_text,
        } => {
            let slot = proc_macro2::Literal::usize_unsuffixed(*slot);
            return match (as_text, shared) {
                (false, false) => quote!(inputs.take(#slot)?),
                (false, true) => quote!(inputs.copy(#slot)?),
                (true, _) => quote!(inputs.copy_as_text(#slot)?),
            };
        }
        Argument::Absent => return quote!(Default::default()),
        Argument::Constant(constant) => constant,
    };
    let value = match constant {
        ConstantValue::Text(text) => quote!(#text.to_owned()),
        ConstantValue::Integer(number) => {
            let number = proc_macro2::Literal::i64_unsuffixed(*number);
            quote!(#number)
        }
        ConstantValue::Number(text) => {
            let number = proc_macro2::Literal::f64_unsuffixed(text.parse().unwrap_or_default());
            quote!(#number)
        }
        ConstantValue::Boolean(value) => quote!(#value),
    };
    if parameter.required {
        value
    } else {
        quote!(Some(#value))
    }
}
