//! The signals that stop a gateway.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT, from the moment this is made: one that comes while nobody waits is kept.
#[derive(Debug)]
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Starts to listen. From here on neither signal ends the process by itself.
    ///
    /// # Errors
    /// If the signals cannot be listened to.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next signal, and says which it was.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    /// Does the `last` work of a gateway, unless a signal comes before it is done: then it is left where it is, and the
    /// log says what is `lost` by that. Says whether it was done.
    pub(crate) async fn cut_short(
        &mut self,
        last: impl Future<Output = ()>,
        lost: &'static str,
    ) -> bool {
        tokio::select! {
            () = last => true,
            signal = self.next() => {
                tracing::warn!(signal, "stopping at once; {lost}");
                false
            }
        }
    }
}
