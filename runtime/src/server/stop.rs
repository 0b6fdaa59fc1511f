//! The signals that stop a gateway.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for SIGTERM or SIGINT, and says which came.
///
/// # Errors
/// If the signals cannot be listened to.
pub async fn stop_signal() -> std::io::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}
