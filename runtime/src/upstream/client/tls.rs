//! TLS towards upstreams: rustls with `ring`, and roots that need no file, so that a static binary works in an empty container.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

use crate::settings::SettingsError;

/// The roots that are trusted: Mozilla's, and those in the file that the environment's `SSL_CERT_FILE` names.
pub(in super::super) fn roots() -> Result<RootCertStore, SettingsError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) {
        let shown = std::path::Path::new(&path).display().to_string();
        let unreadable =
            |reason: String| SettingsError::new(format!("SSL_CERT_FILE ({shown}): {reason}"));
        for certificate in
            CertificateDer::pem_file_iter(&path).map_err(|error| unreadable(error.to_string()))?
        {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| unreadable(error.to_string()))?;
        }
    }
    Ok(roots)
}

/// The TLS configuration for connections to servers whose certificates go back to one of `roots`.
pub(in super::super) fn client_config(roots: RootCertStore) -> Result<ClientConfig, SettingsError> {
    Ok(client_config_builder(roots)?.with_no_client_auth())
}

/// The same, before it is said whether this side shows a certificate too.
pub(super) fn client_config_builder(
    roots: RootCertStore,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, SettingsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::new(format!("TLS cannot be set up: {error}")))?;
    Ok(builder.with_root_certificates(roots))
}
