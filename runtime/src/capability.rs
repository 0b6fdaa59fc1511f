//! A compiled capability: the tables the compiler emits, tied together.

use std::sync::{Arc, PoisonError, RwLock};

use crate::inbound::{Inputs, Variables};
use crate::mcp::McpAdapter;
use crate::rest::RestAdapter;
use crate::server::RequestContext;
use crate::settings::{Setting, SettingValues, SettingsError};
use crate::upstream::{Answer, CallError, Request, Upstream, UpstreamOptions};

/// Everything one capability file came to. The generated `CAPABILITY` is one of these.
#[derive(Debug)]
pub struct Capability {
    /// `info.label`: what the capability is called (LANGUAGE.md §1).
    pub label: &'static str,
    /// `info.description`.
    pub description: &'static str,
    /// `info.version`, or the version of the gateway package.
    pub version: &'static str,
    /// Every setting that comes from the file, in its order.
    pub settings: &'static [Setting],
    /// The flags of the settings whose values fill holes of requests, in the order of their indexes.
    pub variables: &'static [&'static str],
    /// Makes one [`Upstream`] for each `consumes` entry, in the file's order.
    pub upstreams: fn(&SettingValues, &UpstreamOptions) -> Result<Vec<Upstream>, SettingsError>,
    /// The REST adapters.
    pub rest: &'static [RestAdapter],
    /// The MCP adapters.
    pub mcp: &'static [McpAdapter],
}

/// What the routes and tools of a running gateway call.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The consumed APIs, in the order of `consumes`.
    pub upstreams: Arc<[Upstream]>,
    /// The variables that fill holes of requests.
    variables: Arc<RwLock<Variables>>,
}

impl Backend {
    /// The backend of a capability that has no variables in its requests.
    pub fn new(upstreams: impl Into<Arc<[Upstream]>>) -> Self {
        Self {
            upstreams: upstreams.into(),
            variables: Arc::default(),
        }
    }

    /// The same backend, with these variables.
    pub(crate) fn with_variables(self, variables: Variables) -> Self {
        self.set_variables(variables);
        self
    }

    /// The variables as they are now.
    pub(crate) fn variables(&self) -> Variables {
        let variables = self.variables.read();
        variables.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_variables(&self, variables: Variables) {
        let current = self.variables.write();
        *current.unwrap_or_else(PoisonError::into_inner) = variables;
    }

    /// Takes over the base URIs, credentials and variables of `other`, a backend of the same capability. Requests in
    /// flight end as they began.
    pub(crate) fn adopt(&self, other: &Self) {
        for (upstream, other) in self.upstreams.iter().zip(other.upstreams.iter()) {
            upstream.adopt(other);
        }
        self.set_variables(other.variables());
    }

    /// Sends the request that `handler` makes of `inputs`, as part of what `context` says it belongs to.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn call(
        &self,
        handler: &Handler,
        inputs: &mut Inputs,
        context: Option<&RequestContext>,
    ) -> Result<Answer, CallError> {
        let upstream = self
            .upstreams
            .get(handler.upstream)
            .ok_or(CallError::Internal(
                "a handler names an upstream that does not exist",
            ))?;
        let _timed = context.map(RequestContext::time_upstream);
        let passed_on = context.into_iter().flat_map(RequestContext::headers);
        let trace = context.map(|context| context.span().call());
        let request = handler.make(inputs)?.passing(passed_on);
        let mut request = request.traced(trace.unwrap_or_default());
        let mut answer = upstream.send_by(&mut request).await?;
        answer.hide_secrets(inputs.variables());
        Ok(answer)
    }
}

/// What a route or a tool does: which upstream is called, and how the request is made of the inputs.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// The position of the upstream in the order of `consumes`.
    pub upstream: usize,
    /// Makes the upstream request of inputs that have already passed every check.
    pub request: fn(&mut Inputs) -> Result<Request, CallError>,
    /// Whether the upstream may be called twice to the same effect, where that differs from what the method of the
    /// upstream request says.
    pub idempotent: Option<bool>,
}

impl Handler {
    /// What a route or tool does that was given no call: a defect of the compiler.
    pub(crate) const NONE: Self = Self::new(0, |_| {
        Err(CallError::Internal("a route or tool without a call"))
    });

    /// A handler that calls the upstream at this position of `consumes`.
    pub const fn new(
        upstream: usize,
        request: fn(&mut Inputs) -> Result<Request, CallError>,
    ) -> Self {
        Self {
            upstream,
            request,
            idempotent: None,
        }
    }

    /// The same handler, whose calls may, or may not, be made twice to the same effect.
    pub const fn idempotent(mut self, is_idempotent: bool) -> Self {
        self.idempotent = Some(is_idempotent);
        self
    }

    /// Makes the upstream request.
    fn make(&self, inputs: &mut Inputs) -> Result<Request, CallError> {
        let request = (self.request)(inputs)?;
        Ok(match self.idempotent {
            None => request,
            Some(is_idempotent) => request.idempotent(is_idempotent),
        })
    }
}
