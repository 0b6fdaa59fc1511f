//! Binding the listeners.

use std::sync::Arc;

use axum::Router;

use super::sockets::Sockets;
use crate::capability::{Backend, Capability};
use crate::mcp::McpOptions;
use crate::server::{BodyLimits, Front, Listener};
use crate::settings::{Secret, SettingValues, SettingsError};
use crate::telemetry::{Admin, Readiness, Traffic};
use crate::upstream::UpstreamOptions;
use crate::{mcp, rest};

/// What the admin listener is called, in the log and by systemd.
const ADMIN: &str = "admin";

/// A gateway whose addresses are bound.
pub(super) struct Bound {
    pub(super) backend: Backend,
    pub(super) listeners: Vec<Listener>,
    /// Where probes and metrics are answered.
    pub(super) admin: Option<Listener>,
    pub(super) readiness: Readiness,
}

/// Binds every adapter's address before anything is served, so that nothing is half started.
///
/// # Errors
/// If an upstream cannot be set up or an address cannot be bound.
pub async fn bind(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Vec<Listener>, SettingsError> {
    let backend = backend(capability, values)?;
    adapters(capability, values, &backend, &mut Sockets::default())
        .await
        .map(|adapters| adapters.into_iter().map(|(listener, _)| listener).collect())
}

/// As [`bind`], with the admin listener.
pub(super) async fn bind_all(
    capability: &'static Capability,
    values: &SettingValues,
    mut sockets: Sockets,
) -> Result<Bound, SettingsError> {
    let backend = backend(capability, values)?;
    let adapters = adapters(capability, values, &backend, &mut sockets).await?;
    let (listeners, traffic): (Vec<_>, Vec<_>) = adapters.into_iter().unzip();
    let names: Vec<&str> = listeners
        .iter()
        .map(Listener::adapter)
        .chain([ADMIN])
        .collect();
    let admin_socket = sockets.remove(ADMIN);
    sockets.check_none_left(&names)?;
    let readiness = Readiness::default();
    let admin = Admin {
        capability,
        adapters: traffic,
        upstreams: backend.upstreams.clone(),
        readiness: readiness.clone(),
    };
    Ok(Bound {
        admin: bind_admin(values, admin_socket, admin.router()).await?,

        backend,
        listeners,
        readiness,
    })
}

/// The listener of each adapter, and what counts its requests.
async fn adapters(
    capability: &'static Capability,
    values: &SettingValues,
    backend: &Backend,
    sockets: &mut Sockets,
) -> Result<Vec<(Listener, Arc<Traffic>)>, SettingsError> {
    let (front, body_limits) = (Front::new(values)?, BodyLimits::read(values)?);
    let rest = capability.rest.iter().map(|adapter| {
        let app = rest::router(adapter, backend.clone(), body_limits);
        (adapter.namespace, adapter.address, adapter.port, app)
    });
    let options = mcp_options(values)?;
    let mcp = capability.mcp.iter().map(|adapter| {
        let app = mcp::router(adapter, backend.clone(), options);
        (adapter.namespace, adapter.address, adapter.port, app)
    });
    let mut listeners = Vec::new();
    for (namespace, address, port, app) in rest.chain(mcp) {
        let traffic = Traffic::new(namespace);
        let front = front.clone();
        let listener = match sockets.remove(namespace) {
            Some(socket) => Listener::adopt(socket, traffic.clone(), front, app)?,
            None => Listener::bind(traffic.clone(), address, port, values, front, app).await?,
        };
        listeners.push((listener, traffic));
    }
    Ok(listeners)
}

/// The admin listener, where it is on. It has limits of its own: it answers also where the adapters are at theirs.
/// Its default address may be another gateway's; that keeps no gateway from starting, where it was not asked for.
async fn bind_admin(
    values: &SettingValues,
    socket: Option<std::net::TcpListener>,
    app: Router,
) -> Result<Option<Listener>, SettingsError> {
    if let Some(socket) = socket {
        let front = Front::for_admin(values)?;
        let listener = Listener::adopt(socket, Traffic::new(ADMIN), front, app)?;
        return Ok(Some(listener.quiet()));
    }
    let (address, port) = ("admin-address", "admin-port");
    if !values.is_on(port)? {
        return Ok(None);
    }
    let front = Front::for_admin(values)?;
    match Listener::bind(Traffic::new(ADMIN), address, port, values, front, app).await {
        Ok(listener) => Ok(Some(listener.quiet())),
        Err(error) if values.is_default(address) && values.is_default(port) => {
            tracing::warn!("{error}, or --admin-port off; there are no probes and no metrics");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Makes all that settings are read for, and binds nothing.
///
/// # Errors
/// As [`bind`].
pub(super) fn check(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<(), SettingsError> {
    backend(capability, values)?;
    mcp_options(values)?;
    Front::for_admin(values).map(drop)
}

/// What every adapter calls.
pub(super) fn backend(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Backend, SettingsError> {
    let options = UpstreamOptions::read(values)?;
    let variables = capability.variables.iter();
    let variables: Result<Vec<Secret>, SettingsError> =
        variables.map(|flag| values.secret(flag).cloned()).collect();
    let backend = Backend::new((capability.upstreams)(values, &options)?);
    Ok(backend.with_variables(variables?.into()))
}

pub(super) fn mcp_options(values: &SettingValues) -> Result<McpOptions, SettingsError> {
    Ok(McpOptions {
        body: BodyLimits::read(values)?,
        result_limit: values.bytes("result-limit")?,
        progress_interval: values.seconds("progress-interval")?,
    })
}
