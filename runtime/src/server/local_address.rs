//! The address a request was received at.

use std::net::{IpAddr, SocketAddr};

/// The gateway's own end of the connection a request came over. [`super::Listener`] knows it of every request.
///
/// The adapters need it against DNS rebinding: only a request that arrived over a loopback address can
/// come from a page that made a foreign name point at this machine. A router of this crate that is mounted
/// in another axum application knows it only where that application inserts it as an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalAddress(pub SocketAddr);

impl LocalAddress {
    /// Whether only this machine can reach the address. An IPv4 address that a dual-stack listener shows as
    /// an IPv6 one is seen as what it is.
    pub fn is_loopback(self) -> bool {
        let ip: IpAddr = self.0.ip().to_canonical();
        ip.is_loopback()
    }
}
