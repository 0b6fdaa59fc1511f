//! The HTTP client of these tests.

/// A client for plain HTTP. Built with the workspace, reqwest has TLS without a provider of its own choosing
/// (the gateway brings its own), and asks for one even where no TLS is spoken.
pub(crate) fn client() -> reqwest::Client {
    // The only error is that it has been installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
