//! The stand-in on a socket.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::router::router;

/// A running stand-in. Dropping it stops it: requests under way are still answered, idle connections end.
#[derive(Debug)]
pub struct LagoStandIn {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl LagoStandIn {
    /// Starts on a free port of 127.0.0.1, for callers who know `key`.
    pub async fn start(key: &str) -> io::Result<LagoStandIn> {
        LagoStandIn::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), key).await
    }

    /// Starts on an address of the caller's choice.
    pub async fn bind(address: SocketAddr, key: &str) -> io::Result<LagoStandIn> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(serve(listener, key.to_owned(), async move {
            let _ = stopped.await;
        }));
        Ok(LagoStandIn {
            address,
            _stop: stop,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client puts in front of `/customers`.
    pub fn base_uri(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }
}

async fn serve(
    listener: TcpListener,
    key: String,
    stopped: impl Future<Output = ()> + Send + 'static,
) {
    // Small answers must not wait for the acknowledgement of the last one.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let _ = axum::serve(listener, router(&key))
        .with_graceful_shutdown(stopped)
        .await;
}
