//! Binding the listeners.

use std::sync::Arc;

use super::reload::Running;
use super::sockets::Sockets;
use crate::capability::{Backend, Capability};
use crate::mcp::{McpOptions, McpTransport};
use crate::rest::RestOptions;
use crate::server::{AllowedCallers, Application, BodyLimits, Front, Guard, Listener};
use crate::settings::{Secret, SettingValues, SettingsError};
use crate::telemetry::{Admin, Readiness, Traces, Traffic, check_traces};
use crate::upstream::UpstreamOptions;
use crate::{exposure, mcp, rest};

/// What the admin listener is called, in the log and by systemd.
const ADMIN: &str = "admin";

/// A gateway whose addresses are bound.
pub(super) struct Bound {
    pub(super) running: Running,
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
        .map(|adapters| {
            adapters
                .into_iter()
                .map(|adapter| adapter.listener)
                .collect()
        })
}

/// As [`bind`], with the admin listener.
pub(super) async fn bind_all(
    capability: &'static Capability,
    values: &SettingValues,
    mut sockets: Sockets,
) -> Result<Bound, SettingsError> {
    let backend = backend(capability, values)?;
    let adapters = adapters(capability, values, &backend, &mut sockets).await?;
    let guards = adapters.iter();
    let guards = guards.map(|adapter| (adapter.make_guard, adapter.listener.guard()));
    let running = Running {
        backend: backend.clone(),
        guards: guards.collect(),
        traces: Traces::start(capability, values)?,
    };
    let (listeners, traffic): (Vec<_>, Vec<_>) = adapters
        .into_iter()
        .map(|adapter| (adapter.listener, adapter.traffic))
        .unzip();
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
        admin: bind_admin(values, admin_socket, admin.application()).await?,

        running,
        listeners,
        readiness,
    })
}

/// What makes the guard of an adapter.
pub(super) type MakeGuard = fn(&SettingValues) -> Result<Guard, SettingsError>;

/// An adapter whose address is bound.
struct Adapter {
    listener: Listener,
    traffic: Arc<Traffic>,
    make_guard: MakeGuard,
}

async fn adapters(
    capability: &'static Capability,
    values: &SettingValues,
    backend: &Backend,
    sockets: &mut Sockets,
) -> Result<Vec<Adapter>, SettingsError> {
    let front = Front::new(values)?;
    let mut bind = async |namespace, address, port, make_guard: MakeGuard, application| {
        let (traffic, guard) = (Traffic::new(namespace), make_guard(values)?);
        let (counted, front) = (traffic.clone(), front.clone());
        let listener = match sockets.remove(namespace) {
            Some(socket) => Listener::adopt(socket, counted, front, guard, application)?,
            None => {
                Listener::bind(counted, address, port, values, front, guard, application).await?
            }
        };
        Ok::<_, SettingsError>(Adapter {
            listener,
            traffic,
            make_guard,
        })
    };
    let mut adapters = Vec::new();
    for adapter in capability.rest {
        let application = rest::application(adapter, backend.clone(), rest_options(values)?);
        let (address, port) = (adapter.address, adapter.port);
        let bound = bind(adapter.namespace, address, port, adapter.guard, application).await?;
        let handlers = adapter.routes.iter().map(|route| &route.handler);
        exposure::warn_if_open(&bound.listener, backend, handlers);
        adapters.push(bound);
    }
    for adapter in capability.mcp {
        let McpTransport::Http { address, port } = adapter.transport else {
            continue;
        };
        let application = mcp::application(adapter, backend.clone(), mcp_options(values)?);
        let bound = bind(adapter.namespace, address, port, adapter.guard, application).await?;
        let handlers = adapter.tools.iter().map(|tool| &tool.handler);
        exposure::warn_if_open(&bound.listener, backend, handlers);
        adapters.push(bound);
    }
    Ok(adapters)
}

/// The admin listener, where it is on. It has limits of its own: it answers also where the adapters are at theirs.
/// Its default address may be another gateway's; that keeps no gateway from starting, where it was not asked for.
async fn bind_admin(
    values: &SettingValues,
    socket: Option<std::net::TcpListener>,
    application: Arc<dyn Application>,
) -> Result<Option<Listener>, SettingsError> {
    if let Some(socket) = socket {
        let front = Front::for_admin(values)?;
        let listener = Listener::adopt(
            socket,
            Traffic::new(ADMIN),
            front,
            Guard::none(),
            application,
        )?;
        return Ok(Some(listener.quiet()));
    }
    let (address, port) = ("admin-address", "admin-port");
    if !values.is_on(port)? {
        return Ok(None);
    }
    let front = Front::for_admin(values)?;
    let (traffic, guard) = (Traffic::new(ADMIN), Guard::none());
    match Listener::bind(traffic, address, port, values, front, guard, application).await {
        Ok(listener) => Ok(Some(listener.quiet())),
        Err(error) if values.is_default(address) && values.is_default(port) => {
            tracing::warn!("{error}, or --admin-port off; there are no probes and no metrics");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Makes all that settings are read for, and binds nothing. What a start would warn of in the settings is returned.
///
/// # Errors
/// As [`bind`].
pub(super) fn check(
    capability: &'static Capability,
    values: &SettingValues,
) -> Result<Vec<String>, SettingsError> {
    backend(capability, values)?;
    rest_options(values)?;
    mcp_options(values)?;
    let rest = capability.rest.iter().map(|adapter| adapter.guard);
    let mcp = capability.mcp.iter().map(|adapter| adapter.guard);
    for make_guard in rest.chain(mcp) {
        make_guard(values)?;
    }
    Front::for_admin(values)?;
    check_traces(capability, values)
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

fn rest_options(values: &SettingValues) -> Result<RestOptions, SettingsError> {
    Ok(RestOptions {
        body: BodyLimits::read(values)?,
        callers: AllowedCallers::read(values)?,
    })
}

pub(super) fn mcp_options(values: &SettingValues) -> Result<McpOptions, SettingsError> {
    Ok(McpOptions {
        body: BodyLimits::read(values)?,
        result_limit: values.bytes("result-limit")?,
        progress_interval: values.seconds("progress-interval")?,
        callers: AllowedCallers::read(values)?,
    })
}
