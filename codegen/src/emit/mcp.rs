//! The tables of the MCP adapters.

use proc_macro2::TokenStream;
use quote::quote;

use super::guard::guard;
use super::rest::{adapter_name, called, entry, inputs};
use super::shapes::shaped;
use crate::model::{Capability, McpAdapter, McpTransport, Tool};

/// The file that holds the tools of the adapter with this index as `tools/list` answers them.
pub(super) fn tools_file(index: usize) -> String {
    format!("tools_{index}.json")
}

pub(super) fn emit(capability: &Capability) -> TokenStream {
    let adapters = capability
        .mcp
        .iter()
        .enumerate()
        .map(|(index, mcp)| adapter(index, mcp, capability));
    let names = (0..capability.mcp.len()).map(adapter_name);
    let calls = capability
        .mcp
        .iter()
        .any(|mcp| !mcp.tools.is_empty())
        .then(|| {
            quote!(
                use super::calls;
            )
        });
    let has_shape = |tool: &Tool| tool.shape.is_some();
    let shapes = capability
        .mcp
        .iter()
        .any(|mcp| mcp.tools.iter().any(has_shape))
        .then(|| {
            quote!(
                use super::shapes;
            )
        });
    quote! {
        #calls
        #shapes
        use gatewright_runtime::prelude::*;

        /// The MCP adapters, in the file's order.
        pub static ADAPTERS: &[McpAdapter] = &[#(#names),*];

        #(#adapters)*
    }
}

fn adapter(index: usize, adapter: &McpAdapter, capability: &Capability) -> TokenStream {
    let McpAdapter {
        namespace,
        title,
        instructions,
        ..
    } = adapter;
    let transport = match &adapter.transport {
        McpTransport::Http { address, port } => {
            quote!(McpTransport::Http { address: #address, port: #port })
        }
        McpTransport::Stdio => quote!(McpTransport::Stdio),
    };
    let version = super::capability::version(capability);
    let tools = adapter.tools.iter().map(|entry| tool(entry, capability));
    let file = format!("/{}", tools_file(index));
    let constant = adapter_name(index);
    let guard = guard(&adapter.authentication);
    quote! {
        #[rustfmt::skip]
        const #constant: McpAdapter = McpAdapter {
            namespace: #namespace,
            transport: #transport,
            guard: #guard,
            title: #title,
            version: #version,
            instructions: #instructions,
            tools: &[#(#tools),*],
            tools_list: include_str!(concat!(env!("OUT_DIR"), #file)),
        };
    }
}

fn tool(tool: &Tool, capability: &Capability) -> TokenStream {
    let name = &tool.name;
    let remark = entry(&tool.description, &capability.file_name, tool.line);
    let inputs = inputs(&tool.inputs);
    let (upstream, function) = called(tool.call, capability);
    let idempotent = tool
        .idempotent
        .map(|is_idempotent| quote!(.idempotent(#is_idempotent)));
    let shaped = shaped(tool.shape, capability);
    quote! {
        #remark
        &Tool::new(#name, #upstream, #function) #inputs #idempotent #shaped
    }
}
