//! What stands in the place of traces in a gateway without the feature `otlp`: nothing, and at no cost. A trace that a caller
//! counts its request to is passed on as it came.

use http::{HeaderMap, Method, Request, StatusCode};

use super::exposition::Page;
use crate::capability::Capability;
use crate::server::{LocalAddress, TraceContext};
use crate::settings::{SettingValues, SettingsError};
use crate::upstream::{BaseUri, CallError};

/// The export of spans: there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traces;

impl Traces {
    pub(crate) fn start(_: &Capability, _: &SettingValues) -> Result<Self, SettingsError> {
        Ok(Self)
    }

    pub(crate) fn adopt(&self, _: &SettingValues) -> Result<(), SettingsError> {
        Ok(())
    }

    pub(crate) async fn flush(&self) {}
}

pub(crate) fn check(_: &Capability, _: &SettingValues) -> Result<Vec<String>, SettingsError> {
    Ok(Vec::new())
}

pub(super) fn write(_: &mut Page) {}

/// The span of a request: there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerSpan(());

impl ServerSpan {
    pub(crate) fn of_request<B>(_: &Request<B>, _: Option<LocalAddress>, _: &TraceContext) -> Self {
        Self(())
    }

    pub(crate) fn came_to(&self, _: &'static str) {}

    pub(crate) fn answered(&self, _: u16) {}

    pub(crate) fn trace_id<'a>(&self, trace: &'a TraceContext) -> Option<&'a str> {
        trace.trace_id()
    }

    pub(crate) fn of_batch(&self) -> Self {
        Self(())
    }

    pub(crate) fn call(&self) -> CallTrace {
        CallTrace(())
    }
}

/// The span of a message: there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageSpan(ServerSpan);

impl MessageSpan {
    pub(crate) fn start(
        _: Option<&ServerSpan>,
        _: &'static str,
        _: &str,
        _: Option<&'static str>,
        _: impl FnOnce() -> TraceContext,
    ) -> Self {
        Self::default()
    }

    pub(crate) fn is_own(&self) -> bool {
        false
    }

    pub(crate) fn span(&self) -> &ServerSpan {
        &self.0
    }

    pub(crate) fn tool(&self, _: &'static str) {}

    pub(crate) fn succeeded(&self) {}

    pub(crate) fn tool_failed(&self) {}

    pub(crate) fn refused(&self, _: i32) {}
}

/// What the attempts of an upstream call belong to: nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallTrace(());

impl CallTrace {
    pub(crate) fn attempt(
        &self,
        _: &'static str,
        _: &'static str,
        _: &Method,
        _: &BaseUri,
    ) -> AttemptSpan {
        AttemptSpan
    }
}

/// The span of an attempt: there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AttemptSpan;

impl AttemptSpan {
    pub(crate) fn inject(&self, _: &mut HeaderMap) {}

    pub(crate) fn end(self, _: Result<StatusCode, &CallError>) {}
}
