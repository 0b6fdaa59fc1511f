//! The tables the compiler emits for a REST adapter.

use http::Method;

use crate::capability::Handler;
use crate::inbound::Input;

/// One `exposes` entry of type `rest`.
#[derive(Debug)]
pub struct RestAdapter {
    /// The namespace of the adapter.
    pub namespace: &'static str,
    /// The flag of the setting for the listener's address.
    pub address: &'static str,
    /// The flag of the setting for the listener's port.
    pub port: &'static str,
    /// The routes, in the file's order.
    pub routes: &'static [&'static Route],
    /// The OpenAPI document, served at `GET /openapi.json`; `None` where a route answers there.
    pub openapi: Option<&'static str>,
}

/// One operation of a REST adapter.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path as the file writes it, for logs and metrics.
    pub path: &'static str,
    /// The name of the operation, for logs and metrics.
    pub operation: &'static str,
    /// The path's segments.
    pub segments: &'static [Segment],
    /// What is read from a request.
    pub inputs: &'static [Input],
    /// What is done with it.
    pub handler: Handler,
}

/// One segment of a route's path, between two slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Exactly this text, after percent-decoding.
    Literal(&'static str),
    /// Any text: the next route variable.
    Variable,
    /// Variables within literal text, such as `{id}.json`.
    Partial(&'static [Piece]),
}

/// A part of a [`Segment::Partial`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Exactly this text.
    Literal(&'static str),
    /// Any text that is not empty, as short as can be: the next route variable.
    Variable,
}
