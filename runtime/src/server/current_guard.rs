//! The guard of an adapter, which may change while the gateway runs.

use std::sync::{Arc, PoisonError, RwLock};

use super::Guard;

/// Shared by a listener and by whoever reads its secrets again.
#[derive(Clone, Debug)]
pub(crate) struct CurrentGuard(Arc<RwLock<Arc<Guard>>>);

impl CurrentGuard {
    pub(super) fn new(guard: Guard) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(guard))))
    }

    pub(super) fn get(&self) -> Arc<Guard> {
        let guard = self.0.read();
        guard.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the next request for this.
    pub(crate) fn set(&self, guard: Guard) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(guard.learning_from(&current));
    }
}
