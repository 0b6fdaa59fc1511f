//! Whether the gateway takes requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ready from the moment every listener is served until the first signal to stop. Whether an upstream can be reached
/// is no part of it: that would take every replica out of service at once, and the answers that say why with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub(crate) fn set(&self, is_ready: bool) {
        self.0.store(is_ready, Ordering::Release);
    }

    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
