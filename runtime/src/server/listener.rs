//! Binding the address of an adapter, and accepting its connections.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tracing::Level;

use super::Application;
use super::connection::{self, Service, stopped};
use super::current_guard::CurrentGuard;
use super::front::{Front, Place, Reception};
use super::guard::Guard;
use super::wire::Refusal;
use crate::settings::{SettingValues, SettingsError};
use crate::telemetry::Traffic;

/// How long accepting pauses when the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections may wait to be accepted: what the library asks the system for.
const BACKLOG: usize = 1024;

/// A bound listener of one adapter.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    tcp: TcpListener,
    service: Service,
}

impl Listener {
    /// Binds the address that the settings `address` and `port` (flags) hold, for the adapter that `traffic` counts.
    /// All listeners of a gateway share `front`. Whoever passes `guard` reaches `application`.
    ///
    /// # Errors
    /// If the address cannot be bound; the message names the flag to change.
    pub(crate) async fn bind(
        traffic: Arc<Traffic>,
        address: &'static str,
        port: &'static str,
        values: &SettingValues,
        front: Arc<Front>,
        guard: Guard,
        application: Arc<dyn Application>,
    ) -> Result<Self, SettingsError> {
        let adapter = traffic.name();
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
        Self::of(tcp, traffic, front, guard, application).map_err(failed)
    }

    /// A listener on a socket that somebody else has bound, and that does not block.
    ///
    /// # Errors
    /// If it is no socket that listens.
    pub(crate) fn adopt(
        socket: std::net::TcpListener,
        traffic: Arc<Traffic>,
        front: Arc<Front>,
        guard: Guard,
        application: Arc<dyn Application>,
    ) -> Result<Self, SettingsError> {
        let adapter = traffic.name();
        let tcp = TcpListener::from_std(socket);
        tcp.and_then(|tcp| Self::of(tcp, traffic, front, guard, application))
            .map_err(|error| SettingsError::new(format!("the socket of `{adapter}`: {error}")))
    }

    fn of(
        tcp: TcpListener,
        traffic: Arc<Traffic>,
        front: Arc<Front>,
        guard: Guard,
        application: Arc<dyn Application>,
    ) -> std::io::Result<Self> {
        let address = tcp.local_addr()?;
        let service = Service {
            traffic,
            access: Level::INFO,
            guard: CurrentGuard::new(guard),
            application,
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
        self.service.traffic.name()
    }

    /// The same listener, whose requests are logged at the level `debug`: probes come every few seconds.
    pub(crate) fn quiet(mut self) -> Self {
        self.service.access = Level::DEBUG;
        self
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its callers prove themselves with.
    pub(crate) fn guard(&self) -> CurrentGuard {
        self.service.guard.clone()
    }

    /// Whether its callers have to prove who they are.
    pub fn is_guarded(&self) -> bool {
        self.service.guard.get().is_some()
    }

    /// Serves connections until `stop` turns true; then closes the listener, and returns when the requests in flight
    /// have been answered or `patience` is over.
    pub async fn serve(self, mut stop: watch::Receiver<bool>, patience: Duration) {
        // Each connection holds a sender; where none is left, all have ended.
        let (alive, mut all_ended) = mpsc::channel::<Infallible>(1);
        let service = Arc::new(self.service);
        loop {
            tokio::select! {
                accepted = self.tcp.accept() => match accepted {
                    Ok((stream, _)) => service.start(stream, stop.clone(), alive.clone()),
                    Err(error) => pause_if_exhausted(&error).await,
                },
                () = stopped(&mut stop) => break,
            }
        }
        for stream in waiting(self.tcp) {
            service.start(stream, stop.clone(), alive.clone());
        }
        drop(alive);
        if tokio::time::timeout(patience, all_ended.recv())
            .await
            .is_err()
        {
            tracing::warn!(
                adapter = service.traffic.name(),
                "requests in flight did not finish in time"
            );
        }
    }
}

impl Service {
    fn start(
        self: &Arc<Self>,
        stream: TcpStream,
        stop: watch::Receiver<bool>,
        alive: mpsc::Sender<Infallible>,
    ) {
        let (place, refusal): (Place, _) = match self.front.receive() {
            Reception::Served(place) => (place, None),
            Reception::TurnedAway(place) => (place, Some(Refusal::Overloaded)),
            Reception::Closed => return,
        };
        let service = self.clone();
        tokio::spawn(async move {
            let _held = (place, alive);
            connection::serve(stream, service, refusal, stop).await;
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

/// Closes a listener, and gives the connections that the system had made and nobody had accepted yet.
fn waiting(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    let mut streams = Vec::new();
    // It does not block: where no more wait, accepting is an error.
    for _ in 0..BACKLOG {
        let Ok((stream, _)) = listener.accept() else {
            break;
        };
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            streams.push(stream);
        }
    }
    streams
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
