//! Small pieces of Rust that several files need.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::{Kind, TextPart};

/// An identifier. The checker made it; should it be none, `_` makes the defect visible to `syn`.
pub(super) fn identifier(name: &str) -> Ident {
    syn::parse_str::<Ident>(name).unwrap_or_else(|_| match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new("_", Span::call_site()),
    })
}

/// The Rust type of a value.
pub(super) fn value_type(kind: Kind) -> TokenStream {
    match kind {
        Kind::Text => quote!(String),
        Kind::Integer => quote!(i64),
        Kind::Number => quote!(f64),
        Kind::Boolean => quote!(bool),
        Kind::List => quote!(Vec<String>),
        Kind::Object => quote!(JsonObject),
        Kind::Array | Kind::Json => quote!(Json),
        Kind::JsonOrText => quote!(Body),
        Kind::File => quote!(File),
    }
}

/// The runtime's word for a kind.
pub(super) fn kind(kind: Kind) -> TokenStream {
    match kind {
        Kind::Text => quote!(Kind::Text),
        Kind::Integer => quote!(Kind::Integer),
        Kind::Number => quote!(Kind::Number),
        Kind::Boolean => quote!(Kind::Boolean),
        Kind::List => quote!(Kind::List),
        Kind::Object => quote!(Kind::Object),
        Kind::Array => quote!(Kind::Array),
        Kind::Json => quote!(Kind::Json),
        Kind::JsonOrText => quote!(Kind::JsonOrText),
        Kind::File => quote!(Kind::File),
    }
}

/// `Method::GET`.
pub(super) fn method(method: &str) -> TokenStream {
    let method = identifier(method);
    quote!(Method::#method)
}

/// The parts of a text that is put together at start.
pub(super) fn parts(parts: &[TextPart]) -> TokenStream {
    let parts = parts.iter().map(|part| match part {
        TextPart::Literal(text) => quote!(Part::Literal(#text)),
        TextPart::Setting(flag) => quote!(Part::Setting(#flag)),
    });
    quote!(&[#(#parts),*])
}
