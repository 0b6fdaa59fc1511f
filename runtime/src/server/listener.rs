//! Binding the address of an adapter, and accepting its connections.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::connection::{self, Service};
use super::front::{Front, Place, Reception};
use super::guard::Guard;
use super::wire::Refusal;
use crate::settings::{SettingValues, SettingsError};

/// How long accepting pauses when the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// A bound listener of one adapter.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    tcp: TcpListener,
    service: Service,
}

impl Listener {
    /// Binds the address that the settings `address` and `port` (flags) hold. All listeners of a gateway share
    /// `front`. Whoever passes `guard` reaches `app`.
    ///
    /// # Errors
    /// If the address cannot be bound; the message names the flag to change.
    pub async fn bind(
        adapter: &'static str,
        address: &'static str,
        port: &'static str,
        values: &SettingValues,
        front: Arc<Front>,
        guard: Guard,
        app: Router,
    ) -> Result<Self, SettingsError> {
        let ip: IpAddr = parse(values, address)?;
        let socket = SocketAddr::new(ip, parse(values, port)?);
        let failed = |error: std::io::Error| {
            let advice = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    format!("the port is taken; choose another with --{port}")
                }
                std::io::ErrorKind::AddrNotAvailable => {
                    format!(
                        "this machine does not have the address; choose another with --{address}"
                    )
                }
                std::io::ErrorKind::PermissionDenied => {
                    format!("the port needs privileges; choose one above 1023 with --{port}")
                }
                _ => error.to_string(),
            };
            SettingsError::new(format!("`{adapter}` cannot listen on {socket}: {advice}"))
        };
        let tcp = TcpListener::bind(socket).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        let service = Service {
            adapter,
            guard,
            app,
            front,
        };
        Ok(Self {
            address,
            tcp,
            service,
        })
    }

    /// The namespace of the adapter.
    pub fn adapter(&self) -> &'static str {
        self.service.adapter
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether its callers have to prove who they are.
    pub fn is_guarded(&self) -> bool {
        self.service.guard.is_some()
    }

    /// Serves connections until `stop` turns true; then closes the listener, and returns when the requests in flight
    /// have been answered or `patience` is over.
    pub async fn serve(self, mut stop: watch::Receiver<bool>, patience: Duration) {
        let connections = GracefulShutdown::new();
        loop {
            tokio::select! {
                accepted = self.tcp.accept() => match accepted {
                    Ok((stream, _)) => self.start(stream, &connections),
                    Err(error) => pause_if_exhausted(&error).await,
                },
                () = stopped(&mut stop) => break,
            }
        }
        drop(self.tcp);
        if tokio::time::timeout(patience, connections.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                adapter = self.service.adapter,
                "requests in flight did not finish in time"
            );
        }
    }

    fn start(&self, stream: TcpStream, connections: &GracefulShutdown) {
        let (place, refusal): (Place, _) = match self.service.front.receive() {
            Reception::Served(place) => (place, None),
            Reception::TurnedAway(place) => (place, Some(Refusal::Overloaded)),
            Reception::Closed => return,
        };
        let serving =
            connection::serve(stream, self.service.clone(), refusal, connections.watcher());
        tokio::spawn(async move {
            serving.await;
            drop(place);
        });
    }
}

fn parse<T: std::str::FromStr>(
    values: &SettingValues,
    flag: &'static str,
) -> Result<T, SettingsError> {
    values
        .text(flag)?
        .parse()
        .map_err(|_| SettingsError::new(format!("--{flag} cannot be read")))
}

/// Waits until the value turns true, or nobody is left to turn it.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone: the gateway stops.
    let _ = stop.wait_for(|stopping| *stopping).await;
}

/// An error of one connection (reset before it was accepted) is that connection's; one of the process
/// (no descriptors) would come back at once, in a loop.
async fn pause_if_exhausted(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::error!(%error, "a connection could not be accepted");
        tokio::time::sleep(PAUSE).await;
    }
}
