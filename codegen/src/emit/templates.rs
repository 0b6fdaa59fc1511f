//! Texts and JSON with holes, as statements that put them together. Each list is bound to a name of its own, so
//! that a deep template does not become a deep expression.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tokens::identifier;
use crate::model::{BodyTemplate, Escape, JsonTemplate, Kind, Operation, TextPiece};

/// Statements that an expression needs before it.
#[derive(Default)]
pub(super) struct Statements {
    tokens: TokenStream,
    count: usize,
}

impl Statements {
    /// The statements so far.
    pub(super) fn tokens(&self) -> &TokenStream {
        &self.tokens
    }

    /// Binds a value to a new name, which starts with `what`.
    pub(super) fn bind(&mut self, what: &str, value: &TokenStream) -> Ident {
        let name = self.name(what);
        self.tokens.extend(quote!(let #name = #value;));
        name
    }

    fn name(&mut self, what: &str) -> Ident {
        self.count += 1;
        format_ident!("{what}_{}", self.count)
    }

    /// The pieces of a text, as a reference to a list of what can be written.
    pub(super) fn text<H>(
        &mut self,
        pieces: &[TextPiece<H>],
        filling: &dyn Fn(&H) -> TokenStream,
    ) -> TokenStream {
        let length = proc_macro2::Literal::usize_unsuffixed(pieces.len());
        let pieces = pieces.iter().map(|piece| match piece {
            TextPiece::Literal(text) => quote!(&#text),
            TextPiece::Hole(hole) => filling(hole),
        });
        let name = self.name("text");
        self.tokens
            .extend(quote!(let #name: [&dyn Parameter; #length] = [#(#pieces),*];));
        quote!(&#name)
    }

    /// A `JsonTemplate` of the runtime; `filling` writes a reference to what fills a hole.
    pub(super) fn json<H>(
        &mut self,
        template: &JsonTemplate<H>,
        filling: &dyn Fn(&H) -> TokenStream,
    ) -> TokenStream {
        match template {
            JsonTemplate::Constant(json) => quote!(JsonTemplate::Constant(#json)),
            JsonTemplate::Hole(hole) => {
                let value = filling(hole);
                quote!(JsonTemplate::Value(#value))
            }
            JsonTemplate::Text(pieces) => {
                let pieces = self.text(pieces, filling);
                quote!(JsonTemplate::Text(#pieces))
            }
            JsonTemplate::Array(items) => {
                let items: Vec<TokenStream> =
                    items.iter().map(|item| self.json(item, filling)).collect();
                let name = self.bind("array", &quote!([#(#items),*]));
                quote!(JsonTemplate::Array(&#name))
            }
            JsonTemplate::Object(members) => {
                let members: Vec<TokenStream> = members
                    .iter()
                    .map(|(name, member)| {
                        let member = self.json(member, filling);
                        quote!((#name, #member))
                    })
                    .collect();
                let name = self.bind("object", &quote!([#(#members),*]));
                quote!(JsonTemplate::Object(&#name))
            }
        }
    }

    /// The call that sets the body of a request of `self`, the operation's parameters.
    pub(super) fn body(&mut self, body: &BodyTemplate, operation: &Operation) -> TokenStream {
        let field = |index: &usize| match operation.parameters.get(*index) {
            Some(parameter) => {
                let field = identifier(&parameter.field);
                quote!(&self.#field)
            }
            None => quote!(_),
        };
        match body {
            BodyTemplate::Json(template) => {
                let template = self.json(template, &field);
                quote!(.body(#template))
            }
            BodyTemplate::Text { media_type, pieces } => {
                let pieces = pieces.iter().map(|piece| match piece {
                    TextPiece::Literal(text) => quote!(TextPiece::Literal(#text)),
                    TextPiece::Hole((index, escape)) => {
                        let (field, variant) = (field(index), variant(*escape));
                        quote!(TextPiece::#variant(#field))
                    }
                });
                let name = self.bind("text", &quote!([#(#pieces),*]));
                quote!(.text_body(#media_type, &#name))
            }
            BodyTemplate::Form { multipart, fields } => {
                let fields = fields.iter().map(|(name, pieces)| {
                    self.form_field(*multipart, name, pieces, operation, &field)
                });
                fields.collect()
            }
        }
    }

    /// The call that adds a field to the form of a request. A hole alone is the value itself.
    fn form_field(
        &mut self,
        multipart: bool,
        name: &str,
        pieces: &[TextPiece<usize>],
        operation: &Operation,
        field: &dyn Fn(&usize) -> TokenStream,
    ) -> TokenStream {
        let is_file = |index: &usize| {
            let parameter = operation.parameters.get(*index);
            parameter.is_some_and(|parameter| parameter.kind == Kind::File)
        };
        let method = match pieces {
            [TextPiece::Hole(index)] if multipart && is_file(index) => quote!(form_file),
            _ if multipart => quote!(form_part),
            _ => quote!(form_field),
        };
        let value = match pieces {
            [] => quote!(""),
            [TextPiece::Literal(text)] => quote!(#text),
            [TextPiece::Hole(index)] => field(index),
            pieces => {
                let pieces = self.text(pieces, field);
                quote!(&Joined(#pieces))
            }
        };
        quote!(.#method(#name, #value))
    }
}

fn variant(escape: Escape) -> TokenStream {
    match escape {
        Escape::None => quote!(Value),
        Escape::Xml => quote!(Xml),
        Escape::SparqlString => quote!(SparqlString),
        Escape::SparqlIri => quote!(SparqlIri),
    }
}
