//! A word at start about an adapter that lends the gateway's credentials to everybody.

use std::net::SocketAddr;

use crate::capability::{Backend, Handler};
use crate::server::Listener;
use crate::telemetry;

/// Warns, at every log level, if the adapter calls upstreams with a secret of the gateway's, asks nothing of its callers,
/// and listens on an address that others than this machine may reach.
pub(crate) fn warn_if_open<'h>(
    listener: &Listener,
    backend: &Backend,
    handlers: impl Iterator<Item = &'h Handler>,
) {
    let mut called = handlers.filter_map(|handler| backend.upstreams.get(handler.upstream));
    let lends = called.any(|upstream| upstream.has_credential()) || !backend.variables().is_empty();
    if is_open(listener.address(), listener.is_guarded(), lends) {
        tracing::warn!(
            target: telemetry::READY,
            adapter = listener.adapter(),
            "everybody who reaches {} calls upstreams with the credentials of this gateway; give the adapter `authentication`, \
             or let it listen on a loopback address",
            listener.address()
        );
    }
}

fn is_open(address: SocketAddr, is_guarded: bool, lends: bool) -> bool {
    lends && !is_guarded && !address.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secret_behind_an_open_door_is_told() {
        for (address, is_guarded, lends, told) in [
            ("0.0.0.0:80", false, true, true),
            ("192.0.2.1:80", false, true, true),
            ("[::]:80", false, true, true),
            ("0.0.0.0:80", true, true, false),
            ("0.0.0.0:80", false, false, false),
            ("127.0.0.2:80", false, true, false),
            ("[::1]:80", false, true, false),
            ("[::ffff:127.0.0.1]:80", false, true, false),
        ] {
            let found = is_open(address.parse().unwrap(), is_guarded, lends);
            assert_eq!(found, told, "{address}");
        }
    }
}
