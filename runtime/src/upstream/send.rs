//! Sending a request to an upstream.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ClientConfig;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

use super::assemble::{Access, assemble};
use super::breaker::{Attempt, Breaker};
use super::budget::RetryBudget;
use super::client::{AnswerBody, Client, tls};
use super::credential::Proof;
use super::echo::hide_access;
use super::error::call_error;
use super::{
    Answer, BaseUri, BreakerState, CallError, Credential, InvalidBaseUri, Request, TokenProblem,
    UpstreamOptions, UpstreamStatistics, retry,
};
use crate::settings::{SettingValues, SettingsError};
use crate::telemetry::{Outcome, Traffic};

/// One consumed API: its base URI, its credential, and a pool of connections. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Upstream {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    name: &'static str,
    access: RwLock<Arc<Access>>,
    client: Client,
    options: UpstreamOptions,
    /// One for each call that may be under way.
    slots: Arc<Semaphore>,
    budget: RetryBudget,
    breaker: Breaker,
    statistics: UpstreamStatistics,
    traffic: Arc<Traffic>,
}

impl Upstream {
    /// An upstream at `base_uri`. No connection is made yet.
    ///
    /// # Errors
    /// If `base_uri` is not a base URI, or TLS cannot be set up.
    pub fn new(
        name: &'static str,
        base_uri: &str,
        credential: Credential,
        options: &UpstreamOptions,
    ) -> Result<Self, SettingsError> {
        let tls = tls::client_config(tls::roots()?)?;
        Self::with_tls(name, base_uri, credential, options, tls)
    }

    pub(super) fn with_tls(
        name: &'static str,
        base_uri: &str,
        credential: Credential,
        options: &UpstreamOptions,
        tls: ClientConfig,
    ) -> Result<Self, SettingsError> {
        let base = BaseUri::parse(base_uri)
            .map_err(|error: InvalidBaseUri| SettingsError::new(error.to_string()))?;
        Ok(Self {
            shared: Arc::new(Shared {
                name,
                access: RwLock::new(Arc::new(Access {
                    base,
                    credential,
                    secrets: Vec::new(),
                })),
                client: Client::new(options, tls),
                slots: Arc::new(Semaphore::new(slots(options))),
                budget: RetryBudget::new(options.retry),
                breaker: Breaker::new(options.breaker),
                statistics: UpstreamStatistics::default(),
                traffic: Traffic::new(name),
                options: options.clone(),
            }),
        })
    }

    /// From now on callers do not see what repeats the `secrets` that the upstream is called with, nor what is secret of
    /// a base URI that is given as a whole. Both are flags of settings.
    pub fn hide(&self, values: &SettingValues, secrets: &[&str], base_uri: &str) {
        let access = Access {
            secrets: values.secrets_of_upstream(secrets, base_uri),
            ..(*self.shared.access()).clone()
        };
        self.set_access(Arc::new(access));
    }

    /// The namespace of the consumed API.
    pub fn name(&self) -> &'static str {
        self.shared.name
    }

    /// Whether calls carry a credential.
    pub fn has_credential(&self) -> bool {
        self.shared.access().credential.is_some()
    }

    /// What happened to calls since the start.
    pub fn statistics(&self) -> &UpstreamStatistics {
        &self.shared.statistics
    }

    /// Takes over the base URI and the credential of `other`. Calls under way end as they began.
    pub(crate) fn adopt(&self, other: &Self) {
        self.set_access(other.shared.access());
    }

    fn set_access(&self, access: Arc<Access>) {
        let current = self.shared.access.write();
        *current.unwrap_or_else(PoisonError::into_inner) = access;
    }

    /// The calls by operation.
    pub(crate) fn traffic(&self) -> &Traffic {
        &self.shared.traffic
    }

    /// What the breaker does with calls now.
    pub fn breaker_state(&self) -> BreakerState {
        self.shared.breaker.state()
    }

    /// How many calls are under way, their answers' bodies included.
    pub fn calls_under_way(&self) -> usize {
        let free = self.shared.slots.available_permits();
        slots(&self.shared.options).saturating_sub(free)
    }

    /// A call of `request`, made when it is awaited.
    pub fn call(&self, request: Request) -> Call {
        Call {
            upstream: self.clone(),
            request,
        }
    }

    /// Sends `request` and reads the answer up to its body.
    ///
    /// # Errors
    /// See [`CallError`]. An error status is no error here.
    pub async fn send(&self, mut request: Request) -> Result<Answer, CallError> {
        self.send_by(&mut request).await
    }

    /// As [`Self::send`]. A future that took the request over would hold it twice.
    pub(crate) async fn send_by(&self, request: &mut Request) -> Result<Answer, CallError> {
        let mut measured = Measured {
            traffic: &self.shared.traffic,
            operation: request.operation,
            start: Instant::now(),
            outcome: Outcome::CANCELLED,
        };
        let answer = self.send_unmeasured(request, measured.start).await;
        measured.outcome = match &answer {
            Ok(answer) => Outcome::of_status(answer.status().as_u16()),
            Err(error) => Outcome::of_error(error),
        };
        answer
    }

    async fn send_unmeasured(
        &self,
        request: &mut Request,
        start: Instant,
    ) -> Result<Answer, CallError> {
        let shared = &*self.shared;
        if !request.problems.is_empty() {
            return Err(CallError::Refused(std::mem::take(&mut request.problems)));
        }
        shared.statistics.calls.count();
        let Ok(slot) = shared.slots.clone().try_acquire_owned() else {
            shared.statistics.shed.count();
            return Err(CallError::Busy {
                upstream: shared.name,
            });
        };
        shared.budget.deposit();
        let access = shared.access();
        let response = shared.exchange(&access, request, start).await?;
        tracing::debug!(
            upstream = shared.name,
            operation = request.operation,
            status = response.status().as_u16(),
            "upstream answered"
        );
        Ok(Answer::new(
            shared.name,
            response,
            shared.options.call_timeout,
            shared.options.answer_limit,
            Some(slot),
        ))
    }
}

/// A call that is counted where it ends, and that is not always an answer: a caller that leaves drops it.
struct Measured<'a> {
    traffic: &'a Traffic,
    operation: &'static str,
    start: Instant,
    outcome: Outcome,
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        let duration = self.start.elapsed();
        self.traffic.record(self.operation, self.outcome, duration);
    }
}

/// How many calls may be under way.
fn slots(options: &UpstreamOptions) -> usize {
    options.call_limit.min(Semaphore::MAX_PERMITS)
}

impl Shared {
    fn access(&self) -> Arc<Access> {
        let access = self.access.read();
        access.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a request: once more where the answer asks for another proof of who is calling, and once more where
    /// the upstream failed and may be tried again.
    async fn exchange(
        &self,
        access: &Access,
        request: &Request,
        start: Instant,
    ) -> Result<http::Response<AnswerBody>, CallError> {
        let deadline = self.client.deadline_of(start);
        let (mut is_renewed, mut is_repeated) = (false, false);
        loop {
            let proof = self.prove(access, deadline).await?;
            let attempt = self.admit()?;
            let outcome = self.attempt(access, request, &proof, deadline).await;
            self.conclude(attempt, &outcome);
            if let Ok(response) = &outcome {
                let (status, headers) = (response.status(), response.headers());
                if access.credential.learn(&proof, status, headers) && !is_renewed {
                    is_renewed = true;
                    self.statistics.renewals.count();
                    continue;
                }
            }
            let may_repeat =
                request.idempotent || matches!(outcome, Err(CallError::NotProcessed { .. }));
            if is_repeated || !may_repeat || !self.waits_to_repeat(&outcome, deadline).await {
                return outcome;
            }
            is_repeated = true;
        }
    }

    async fn prove(&self, access: &Access, deadline: Instant) -> Result<Proof, CallError> {
        if let Some(proof) = access.credential.proof() {
            return Ok(proof);
        }
        let proof = timeout_at(deadline, access.credential.prove(&self.client, self.name)).await;
        let proof = proof.unwrap_or(Err(CallError::NoToken {
            upstream: self.name,
            problem: TokenProblem::TimedOut,
        }));
        if proof.is_err() {
            self.statistics.no_token.count();
        }
        proof
    }

    fn admit(&self) -> Result<Attempt<'_>, CallError> {
        self.breaker.admit().map_err(|left| {
            self.statistics.rejected.count();
            CallError::Resting {
                upstream: self.name,
                retry_after: u32::try_from(left.as_secs())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
            }
        })
    }

    async fn attempt(
        &self,
        access: &Access,
        request: &Request,
        proof: &Proof,
        deadline: Instant,
    ) -> Result<http::Response<AnswerBody>, CallError> {
        let mut assembled = assemble(access, request, proof)?;
        let (operation, method) = (request.operation, &request.method);
        let trace = &request.trace;
        let span = trace.attempt(self.name, operation, method, &access.base);
        span.inject(assembled.headers_mut());
        self.statistics.attempts.count();
        let mut response = self
            .client
            .send(&mut assembled, deadline)
            .await
            .map_err(|failure| {
                let sorted = call_error(self.name, self.options.call_timeout, &failure);
                tracing::warn!(
                    upstream = self.name,
                    operation = request.operation,
                    cause = failure.root_cause(),
                    "{sorted}"
                );
                sorted
            });
        if let Ok(response) = &mut response {
            hide_access(response.headers_mut(), access, proof);
        }
        let outcome = response.as_ref().map(http::Response::status);
        self.statistics.count_outcome(outcome);
        span.end(outcome);
        response
    }

    /// Tells the breaker what came of an attempt.
    fn conclude(
        &self,
        attempt: Attempt<'_>,
        outcome: &Result<http::Response<AnswerBody>, CallError>,
    ) {
        if !retry::is_failure(outcome.as_ref().map(http::Response::status)) {
            if outcome.is_ok() {
                attempt.succeeded();
            }
            return;
        }
        if attempt.failed() {
            self.statistics.opened.count();
            tracing::warn!(
                upstream = self.name,
                pause_s = self.options.breaker.pause.as_secs_f64(),
                "the upstream failed again and again, and is left alone"
            );
        }
    }

    /// Whether a request may be sent again after this outcome, once the time for that has come.
    async fn waits_to_repeat(
        &self,
        outcome: &Result<http::Response<AnswerBody>, CallError>,
        deadline: Instant,
    ) -> bool {
        let answer = outcome
            .as_ref()
            .map(|response| (response.status(), response.headers()));
        let Some(wait) = retry::wait(answer, self.options.retry.longest_wait) else {
            return false;
        };
        if Instant::now() + wait >= deadline || self.breaker.state() != BreakerState::Closed {
            return false;
        }
        if !self.budget.withdraw() {
            self.statistics.retries_denied.count();
            return false;
        }
        self.statistics.retries.count();
        sleep(wait).await;
        true
    }
}

/// A call that is made when it is awaited.
#[derive(Debug)]
#[must_use = "a call is made when it is awaited"]
pub struct Call {
    upstream: Upstream,
    request: Request,
}

impl IntoFuture for Call {
    type Output = Result<Answer, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.upstream.send(self.request).await })
    }
}
