//! The connections that are kept between requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::http1::Http1;
use super::http2::Http2;

/// How long, at most, a connection that its server has ended is kept.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// What is kept of connections, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeping {
    /// How many unused connections to one server.
    pub(super) connections: usize,
    pub(super) time: Duration,
}

/// The servers that were called, and the connections to them.
#[derive(Debug)]
pub(super) struct Pool {
    keeping: Keeping,
    servers: RwLock<Vec<Arc<Server>>>,
}

/// A server, and the unused connections to it.
#[derive(Debug)]
pub(super) struct Server {
    scheme: Scheme,
    authority: Authority,
    /// The value of `Host` (RFC 9110 §7.2).
    host: HeaderValue,
    keeping: Keeping,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// In the order in which they were last used.
    unused: VecDeque<(Instant, Http1)>,
    shared: Option<(Instant, Http2)>,
    /// The task that looks after them, while there are any. It may have ended with its runtime.
    watcher: Option<AbortHandle>,
}

/// A connection for one request.
pub(super) enum Taken {
    Http1(Http1),
    Http2(Http2),
}

impl Pool {
    pub(super) fn new(keeping: Keeping) -> Self {
        Self {
            keeping,
            servers: RwLock::default(),
        }
    }

    /// The server of an absolute URI; `None` if it is not absolute.
    pub(super) fn server(&self, uri: &Uri) -> Option<Arc<Server>> {
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        let is_it =
            |server: &&Arc<Server>| server.authority == *authority && server.scheme == *scheme;
        let servers = self.servers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = servers.iter().find(is_it) {
            return Some(known.clone());
        }
        drop(servers);
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = servers.iter().find(is_it) {
            return Some(known.clone());
        }
        // A base URI may change while the gateway runs.
        servers.retain(|server| Arc::strong_count(server) > 1 || !server.kept().is_empty());
        let server = Arc::new(Server {
            scheme: scheme.clone(),
            authority: authority.clone(),
            host: host(scheme, authority)?,
            keeping: self.keeping,
            kept: Mutex::default(),
        });
        servers.push(server.clone());
        Some(server)
    }
}

impl Server {
    pub(super) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// A connection that is there, the one that was used last. Its server may have ended it: that is seen when a request is
    /// to be sent.
    pub(super) fn take(&self) -> Option<Taken> {
        loop {
            let mut kept = self.kept();
            if let Some(shared) = kept.ready_shared() {
                return Some(Taken::Http2(shared));
            }
            let (_, connection) = kept.unused.pop_back()?;
            drop(kept);
            if connection.is_ready() {
                return Some(Taken::Http1(connection));
            }
        }
    }

    /// Keeps a connection whose answer has been read, where it can carry another.
    pub(super) fn keep(self: &Arc<Self>, mut connection: Http1) {
        if self.keeping.connections == 0
            || self.keeping.time.is_zero()
            || !connection.has_become_idle()
        {
            return;
        }
        let mut kept = self.kept();
        if kept.unused.len() < self.keeping.connections {
            kept.unused.push_back((Instant::now(), connection));
            self.watch(&mut kept);
        }
    }

    /// Keeps a connection that all requests share from now on.
    pub(super) fn share(self: &Arc<Self>, connection: &Http2) {
        let mut kept = self.kept();
        kept.shared = Some((Instant::now(), connection.clone()));
        self.watch(&mut kept);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the kept connections looked at from time to time, for as long as there are any.
    fn watch(self: &Arc<Self>, kept: &mut Kept) {
        // A connection may come back from a task that ends with the runtime.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let is_watched = |watcher: &AbortHandle| !watcher.is_finished();
        if kept.watcher.as_ref().is_some_and(is_watched) {
            return;
        }
        let (server, time) = (Arc::downgrade(self), self.keeping.time);
        let look = move || Weak::upgrade(&server).and_then(|server| server.kept().look(time));
        let first = Instant::now() + time.min(LOOK_INTERVAL);
        let watching = runtime.spawn(async move {
            let mut next = Some(first);
            while let Some(at) = next {
                sleep_until(at).await;
                next = look();
            }
        });
        kept.watcher = Some(watching.abort_handle());
    }
}

impl Kept {
    fn is_empty(&self) -> bool {
        self.unused.is_empty() && self.shared.is_none()
    }

    /// The shared connection, where there is one that takes requests.
    fn ready_shared(&mut self) -> Option<Http2> {
        let (since, shared) = self.shared.as_mut()?;
        if shared.is_ready() {
            *since = Instant::now();
            return Some(shared.clone());
        }
        self.shared = None;
        None
    }

    /// Lets go of what was not used for `time`, and of what its server has ended. When to look again, if anything is left.
    fn look(&mut self, time: Duration) -> Option<Instant> {
        let now = Instant::now();
        let is_due = |since: &Instant| now.saturating_duration_since(*since) >= time;
        self.unused
            .retain_mut(|(since, connection)| !is_due(since) && connection.is_open());
        self.shared
            .take_if(|(since, shared)| is_due(since) || !shared.is_ready());
        let unused = self.unused.front().map(|(since, _)| *since);
        let shared = self.shared.as_ref().map(|(since, _)| *since);
        let Some(oldest) = unused.into_iter().chain(shared).min() else {
            self.watcher = None;
            return None;
        };
        Some((oldest + time).min(now + LOOK_INTERVAL))
    }
}

/// The authority without user information, and without the port where it is the scheme's.
fn host(scheme: &Scheme, authority: &Authority) -> Option<HeaderValue> {
    let usual = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    match authority.port_u16() {
        Some(port) if port != usual => {
            HeaderValue::try_from(format!("{}:{port}", authority.host())).ok()
        }
        _ => HeaderValue::from_str(authority.host()).ok(),
    }
}
