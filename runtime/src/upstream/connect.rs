//! The HTTP client of an upstream: its connections, their pool, and which versions of HTTP it speaks.

use std::time::Duration;

use reqwest::redirect;
use rustls::ClientConfig;

use super::UpstreamOptions;
use crate::settings::SettingsError;

/// How often a connection with calls under way is asked whether it is still there, and how long it may take to say
/// so. Over HTTP/2 all calls share one connection, and would all wait for one that is dead.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// A client that follows no redirect, asks no proxy, and keeps to the limits of `options`. HTTP/2 is spoken where the
/// server chooses it in the TLS handshake (RFC 9113 §3.2).
pub(super) fn client(
    options: &UpstreamOptions,
    mut tls: ClientConfig,
) -> Result<reqwest::Client, SettingsError> {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(options.connect_timeout)
        .timeout(options.call_timeout)
        .pool_max_idle_per_host(options.idle_connections)
        .pool_idle_timeout(options.idle_timeout)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .redirect(redirect::Policy::none())
        .tcp_nodelay(true)
        .no_proxy()
        .build()
        .map_err(|error| SettingsError::new(format!("the HTTP client cannot be set up: {error}")))
}
