//! The tables of what answers are made of.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{docs, remark};
use super::tokens::identifier;
use crate::model::{Capability, Output, OutputForm, Shape, Step};

pub(super) fn emit(capability: &Capability) -> TokenStream {
    if capability.shapes.is_empty() {
        return TokenStream::new();
    }
    let shapes = capability
        .shapes
        .iter()
        .map(|entry| shape(entry, &capability.file_name));
    quote! {
        use gatewright_runtime::shape::*;

        #(#shapes)*
    }
}

/// The call that gives a route or tool the shape of its answer; none where that is the upstream's as it came.
pub(super) fn shaped(shape: Option<usize>, capability: &Capability) -> Option<TokenStream> {
    let name = identifier(&capability.shapes.get(shape?)?.name);
    Some(quote!(.shaped(&shapes::#name)))
}

fn shape(shape: &Shape, file: &str) -> TokenStream {
    let docs = docs(&[remark(&format!("{file}:{}", shape.line))]);
    let name = identifier(&shape.name);
    let root = output(&shape.root);
    quote! {
        #docs
        #[rustfmt::skip]
        pub(crate) static #name: Shape = Shape::new(#root);
    }
}

fn output(output: &Output) -> TokenStream {
    let path = path(output.path.as_deref().unwrap_or_default());
    match &output.form {
        OutputForm::Text(None) => quote!(Output::string(#path)),
        OutputForm::Text(Some(length)) => {
            let length = Literal::usize_unsuffixed(*length);
            quote!(Output::cut_string(#path, #length))
        }
        OutputForm::Integer => quote!(Output::integer(#path)),
        OutputForm::Number => quote!(Output::number(#path)),
        OutputForm::Boolean => quote!(Output::boolean(#path)),
        OutputForm::AnyObject => quote!(Output::any_object(#path)),
        OutputForm::Constant(json) => quote!(Output::constant(#json)),
        OutputForm::Array { each, item } => {
            let item = match (&item.form, item.path.as_deref()) {
                (OutputForm::Object(members), Some([])) => {
                    let members = self::members(members);
                    quote!(Output::item(#members))
                }
                _ => self::output(item),
            };
            if each.is_empty() {
                quote!(Output::array(#path, &#item))
            } else {
                let each = self::path(each);
                quote!(Output::array_of(#path, #each, &#item))
            }
        }
        OutputForm::Object(members) => {
            let members = self::members(members);
            if output.path.is_none() {
                quote!(Output::group(#members))
            } else {
                quote!(Output::object(#path, #members))
            }
        }
    }
}

fn members(members: &[(String, Output)]) -> TokenStream {
    let members = members.iter().map(|(name, member)| {
        let member = output(member);
        quote!((#name, #member))
    });
    quote!(&[#(#members),*])
}

fn path(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| match step {
        Step::Name(name) => quote!(Name(#name)),
        Step::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(Index(#index))
        }
        Step::FromEnd(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(FromEnd(#index))
        }
    });
    quote!(&[#(#steps),*])
}
