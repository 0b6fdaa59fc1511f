//! Telling systemd how the gateway is (sd_notify(3)).

use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The gateway serves.
pub(super) const READY: &str = "READY=1";
/// The gateway has been told to stop.
pub(super) const STOPPING: &str = "STOPPING=1";

/// Tells the service manager, where there is one that wants to know.
pub(super) fn notify(state: &str) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()) else {
        return;
    };
    if let Err(error) = send(&socket, state) {
        tracing::warn!(%error, state, "the service manager could not be told");
    }
}

fn send(socket: &std::ffi::OsStr, state: &str) -> io::Result<()> {
    let address = match socket.as_encoded_bytes() {
        #[cfg(target_os = "linux")]
        [b'@', name @ ..] => {
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name)?
        }
        _ => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address)?;
    Ok(())
}
