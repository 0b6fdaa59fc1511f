//! The tables the compiler emits for a REST adapter.

use http::Method;

use crate::capability::Handler;
use crate::inbound::{Input, Inputs};
use crate::server::Guard;
use crate::settings::{SettingValues, SettingsError};
use crate::shape::Shape;
use crate::upstream::{CallError, Request};

/// One `exposes` entry of type `rest`.
#[derive(Debug)]
pub struct RestAdapter {
    /// The namespace of the adapter.
    pub namespace: &'static str,
    /// The flag of the setting for the listener's address.
    pub address: &'static str,
    /// The flag of the setting for the listener's port.
    pub port: &'static str,
    /// What its callers have to prove.
    pub guard: fn(&SettingValues) -> Result<Guard, SettingsError>,
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
    /// The path as the file writes it, its variables in braces.
    pub path: &'static str,
    /// The name of the operation, for logs and metrics.
    pub operation: &'static str,
    /// What is read from a request.
    pub inputs: &'static [Input],
    /// What is done with it.
    pub handler: Handler,
    /// What is made of a successful answer; `None` where it goes on as it came.
    pub shape: Option<&'static Shape>,
}

macro_rules! methods {
    ($($name:ident: $method:ident),*) => {$(
        #[doc = concat!("A route of this path that serves `", stringify!($method), "`; [`Route::call`] completes it.")]
        pub const fn $name(path: &'static str) -> Self {
            Self::new(Method::$method, path)
        }
    )*};
}

impl Route {
    const fn new(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            operation: "",
            inputs: &[],
            handler: Handler::NONE,
            shape: None,
        }
    }

    methods!(get: GET, head: HEAD, post: POST, put: PUT, patch: PATCH, delete: DELETE, options: OPTIONS);

    /// The same route, with what is read from a request.
    pub const fn inputs(mut self, inputs: &'static [Input]) -> Self {
        self.inputs = inputs;
        self
    }

    /// The same route, with the name of its operation, and what it does: see [`Handler::new`].
    pub const fn call(
        mut self,
        operation: &'static str,
        upstream: usize,
        request: fn(&mut Inputs) -> Result<Request, CallError>,
    ) -> Self {
        self.operation = operation;
        self.handler = Handler::new(upstream, request);
        self
    }

    /// The same route, whose successful answers are given this shape.
    pub const fn shaped(mut self, shape: &'static Shape) -> Self {
        self.shape = Some(shape);
        self
    }
}
