//! From inbound values to upstream requests. A route and a tool with the same inputs share one function.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::request_of;
use super::docs::{code, docs};
use super::templates::Statements;
use super::tokens::identifier;
use crate::model::{
    Argument, Call, Capability, ConstantValue, Filling, Kind, Operation, Parameter, Secrecy,
    TextPiece,
};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    if capability.calls.is_empty() {
        return TokenStream::new();
    }
    let called: Vec<_> = capability
        .calls
        .iter()
        .filter_map(|call| {
            let upstream = capability.upstreams.get(call.upstream)?;
            let operation = upstream.operations.get(call.operation)?;
            Some((call, &upstream.namespace, operation))
        })
        .collect();
    let types = called
        .iter()
        .any(|(_, _, operation)| !operation.parameters.is_empty());
    let client = types.then(|| {
        quote!(
            use super::client;
        )
    });
    let calls = called
        .into_iter()
        .map(|(call, namespace, operation)| function(call, namespace, operation));
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
    if is_in_order(call) {
        let fields = operation
            .parameters
            .iter()
            .map(|parameter| identifier(&parameter.field));
        return quote! {
            call_in_order!(#name => #parameters { #(#fields),* });
        };
    }
    let reads = call.arguments.iter().any(Argument::reads_inputs);
    let inputs = if reads { quote!(inputs) } else { quote!(_) };
    let mut statements = Statements::default();
    let fields: Vec<TokenStream> = operation
        .parameters
        .iter()
        .zip(&call.arguments)
        .map(|(parameter, argument)| {
            let field = identifier(&parameter.field);
            let value = value(parameter, argument, &mut statements);
            quote!(#field: #value)
        })
        .collect();
    let statements = statements.tokens();
    let is_number =
        |argument: &Argument| matches!(argument, Argument::Constant(ConstantValue::Number(_)));
    let numbers = call.arguments.iter().any(is_number).then(
        || quote!(#[allow(clippy::approx_constant, reason = "the capability writes the number")]),
    );
    quote! {
        #docs
        #numbers
        pub(crate) fn #name(#inputs: &mut Inputs) -> Result<Request, CallError> {
            #statements
            let parameters = client::#parameters { #(#fields),* };
            Ok(parameters.request())
        }
    }
}

/// Whether every parameter takes the input of its own position.
fn is_in_order(call: &Call) -> bool {
    call.arguments.iter().enumerate().all(|(index, argument)| {
        *argument
            == Argument::Input {
                slot: index,
                shared: false,
                as_text: false,
            }
    })
}

/// The value of a parameter. What is made of a template is made in a statement of its own, before any input is
/// taken out of its slot.
fn value(parameter: &Parameter, argument: &Argument, statements: &mut Statements) -> TokenStream {
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
        Argument::Text(pieces) => {
            if let [TextPiece::Hole(Filling::Variable(index))] = pieces.as_slice()
                && parameter.kind == Kind::Text
            {
                let index = proc_macro2::Literal::usize_unsuffixed(*index);
                return quote!(inputs.take_variable(#index)?);
            }
            let pieces = statements.text(pieces, &filling);
            let text = match (parameter.kind, parameter.required) {
                (Kind::JsonOrText, true) => quote!(Body::Text(inputs.text(#pieces)?)),
                (Kind::JsonOrText, false) => {
                    quote!(inputs.text::<Option<String>>(#pieces)?.map(Body::Text))
                }
                _ => quote!(inputs.text(#pieces)?),
            };
            let name = statements.bind("value", &text);
            return quote!(#name);
        }
        Argument::Json(template) => {
            let template = statements.json(template, &filling);
            let value = json(parameter.kind, &template);
            let name = statements.bind("value", &given(parameter, value));
            return quote!(#name);
        }
        Argument::Constant(constant) => constant,
    };
    let value = match constant {
        ConstantValue::Text(text) if parameter.kind == Kind::JsonOrText => {
            quote!(Body::Text(#text.to_owned()))
        }
        ConstantValue::Text(text) if parameter.secrecy == Secrecy::Secret => {
            quote!(Secret::new(#text))
        }
        ConstantValue::Text(text) => quote!(#text.to_owned()),
        ConstantValue::List(items) => quote!(vec![#(#items.to_owned()),*]),
        ConstantValue::Json(text) => json(parameter.kind, &quote!(JsonTemplate::Constant(#text))),
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
    given(parameter, value)
}

/// A value that is always there, as the field of `parameter` holds it.
fn given(parameter: &Parameter, value: TokenStream) -> TokenStream {
    if parameter.required {
        value
    } else {
        quote!(Some(#value))
    }
}

/// The JSON that a template comes to, as the type of a parameter.
fn json(kind: Kind, template: &TokenStream) -> TokenStream {
    match kind {
        Kind::Object => quote!(#template.object()?),
        Kind::JsonOrText => quote!(Body::Json(#template.json()?)),
        _ => quote!(#template.json()?),
    }
}

/// What fills a hole, as something that can be written.
fn filling(filling: &Filling) -> TokenStream {
    match filling {
        Filling::Input(slot) => {
            let slot = proc_macro2::Literal::usize_unsuffixed(*slot);
            quote!(inputs.given(#slot))
        }
        Filling::Variable(index) => {
            let index = proc_macro2::Literal::usize_unsuffixed(*index);
            quote!(&inputs.variable(#index)?)
        }
    }
}
