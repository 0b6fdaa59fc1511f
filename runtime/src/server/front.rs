//! The front door: what all listeners of a gateway share, and what every request has to pass.

use std::sync::Arc;

use http::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::descriptors;
use super::limits::Limits;
use super::policy;
use super::statistics::{Held, STATISTICS};
use super::wire::{Activity, Busy, Refusal, is_stand_in};
use crate::problem::Problem;
use crate::settings::{SettingValues, SettingsError};

/// How many connections over the limit may be told so at the same time; others are closed without a word.
const TURNED_AWAY: usize = 64;
/// How many connections, and requests in flight, the admin listener may have.
const ADMIN_CONNECTIONS: usize = 32;
/// The seconds after which a caller that was shed may try again.
pub(super) const RETRY_AFTER: u32 = 1;

/// The limits that all listeners of a gateway share.
#[derive(Debug)]
pub struct Front {
    pub(super) limits: Limits,
    connections: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
    requests: Arc<Semaphore>,
}

/// How a new connection is received.
pub(super) enum Reception {
    Served(Place),
    /// It is told that it is one too many.
    TurnedAway(Place),
    Closed,
}

/// The place of a connection, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Held,
}

/// What a request holds until the last byte of its answer.
#[derive(Debug)]
pub(super) struct Admission {
    _busy: Busy,
    _permit: Option<OwnedSemaphorePermit>,
    _counted: Held,
}

impl Front {
    /// With the limits that the settings say. Raises the limit of this process on open files where they need more.
    ///
    /// # Errors
    /// If the settings are not of this runtime: a defect.
    pub fn new(values: &SettingValues) -> Result<Arc<Self>, SettingsError> {
        let mut limits = Limits::read(values)?;
        limits.connections = descriptors::provide(&limits);
        Ok(Self::with(limits))
    }

    /// For the admin listener: few connections, and no share in those of the others.
    ///
    /// # Errors
    /// As [`Front::new`].
    pub(crate) fn for_admin(values: &SettingValues) -> Result<Arc<Self>, SettingsError> {
        let limits = Limits::read(values)?;
        Ok(Self::with(Limits {
            connections: limits.connections.min(ADMIN_CONNECTIONS),
            requests: limits.requests.min(ADMIN_CONNECTIONS),
            ..limits
        }))
    }

    pub(super) fn with(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            connections: Arc::new(Semaphore::new(limits.connections)),
            turned_away: Arc::new(Semaphore::new(TURNED_AWAY)),
            requests: Arc::new(Semaphore::new(limits.requests)),
            limits,
        })
    }

    pub(super) fn receive(&self) -> Reception {
        let place = |permit| Place {
            _permit: permit,
            _counted: STATISTICS.connections.hold(),
        };
        if let Ok(permit) = self.connections.clone().try_acquire_owned() {
            return Reception::Served(place(permit));
        }
        match self.turned_away.clone().try_acquire_owned() {
            Ok(permit) => Reception::TurnedAway(place(permit)),
            Err(_) => {
                STATISTICS.connections_refused.add();
                Reception::Closed
            }
        }
    }

    /// Decides whether a request is served, before a byte of its body is read.
    pub(super) fn admit<B>(
        &self,
        request: &mut Request<B>,
        activity: &Activity,
    ) -> (Admission, Result<(), Rejection>) {
        let busy = activity.begin();
        let (permit, outcome) = match self.judge(request, activity) {
            Ok(permit) => (Some(permit), Ok(())),
            Err(rejection) => (None, Err(rejection)),
        };
        let admission = Admission {
            _busy: busy,
            _permit: permit,
            _counted: STATISTICS.requests.hold(),
        };
        (admission, outcome)
    }

    fn judge<B>(
        &self,
        request: &mut Request<B>,
        activity: &Activity,
    ) -> Result<OwnedSemaphorePermit, Rejection> {
        let refused = |refusal: Refusal| Rejection {
            problem: refusal.problem(&self.limits),
            closes: true,
        };
        if is_stand_in(request.method())
            && let Some(refusal) = activity.take_refusal()
        {
            return Err(refused(refusal));
        }
        policy::apply(request, &self.limits)
            .inspect_err(|refusal| refusal.count())
            .map_err(refused)?;
        self.requests.clone().try_acquire_owned().map_err(|_| {
            STATISTICS.requests_shed.add();
            Rejection {
                problem: Problem::overloaded(RETRY_AFTER),
                closes: false,
            }
        })
    }
}

/// Why a request is not served.
#[derive(Debug)]
pub(super) struct Rejection {
    pub(super) problem: Problem,
    /// Whether the connection has to end with the answer.
    pub(super) closes: bool,
}
