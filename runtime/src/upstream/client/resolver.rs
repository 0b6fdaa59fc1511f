//! Finding the addresses of a host, without the C library: a static binary has none that could load its resolver.

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::vec;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;

/// Resolves names as `/etc/resolv.conf` and `/etc/hosts` say, read when the first name is resolved.
#[derive(Clone, Default)]
pub(super) struct Resolver {
    shared: Arc<OnceLock<TokioResolver>>,
}

impl Resolver {
    fn resolver(&self) -> Result<&TokioResolver, Box<dyn Error + Send + Sync>> {
        if let Some(resolver) = self.shared.get() {
            return Ok(resolver);
        }
        let mut builder = TokioResolver::builder_tokio()
            .map_err(|error| format!("/etc/resolv.conf cannot be used: {error}"))?;
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        let resolver = builder.build()?;
        Ok(self.shared.get_or_init(|| resolver))
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.resolver()?.lookup_ip(name.as_str()).await?;
            // The port is the URI's, which the connector puts in.
            let addresses: Vec<_> = found.iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            Ok(addresses.into_iter())
        })
    }
}
