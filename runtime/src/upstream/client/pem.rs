//! Certificates and keys in files that are named for one server, whatever upstreams are shown and trusted by.

use std::fmt::Display;
use std::path::PathBuf;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::tls;
use crate::settings::SettingsError;

/// What a server and this client prove to each other who they are by, in files.
#[derive(Clone, Debug, Default)]
pub(crate) struct PemFiles {
    /// The certificates that are trusted, and no others; where there are none, those that are for upstreams.
    pub(crate) trusted: Option<PemFile>,
    /// The certificate that the client shows, and its private key.
    pub(crate) identity: Option<(PemFile, PemFile)>,
}

/// A file, and the name of the setting that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PemFile {
    pub(crate) named_by: String,
    pub(crate) path: PathBuf,
}

impl PemFiles {
    /// The TLS configuration that these files make.
    ///
    /// # Errors
    /// If a file cannot be read, or holds something else. No error repeats what is in one.
    pub(super) fn client_config(&self) -> Result<ClientConfig, SettingsError> {
        let roots = match &self.trusted {
            Some(file) => file.roots()?,
            None => tls::roots()?,
        };
        let builder = tls::client_config_builder(roots)?;
        let Some((certificate, key)) = &self.identity else {
            return Ok(builder.with_no_client_auth());
        };
        builder
            .with_client_auth_cert(certificate.certificates()?, key.private_key()?)
            .map_err(|error| certificate.unusable(format_args!("{error}, with the key of {key}")))
    }
}

impl PemFile {
    fn roots(&self) -> Result<RootCertStore, SettingsError> {
        let mut roots = RootCertStore::empty();
        for certificate in self.certificates()? {
            let added = roots.add(certificate);
            added.map_err(|error| self.unusable(error))?;
        }
        Ok(roots)
    }

    fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
        let text = self.read()?;
        let certificates = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => Ok(certificates),
            _ => Err(self.unusable("it holds no certificates in PEM")),
        }
    }

    fn private_key(&self) -> Result<PrivateKeyDer<'static>, SettingsError> {
        // What is wrong with it could repeat a part of it.
        PrivateKeyDer::from_pem_slice(&self.read()?)
            .map_err(|_| self.unusable("it holds no private key in PEM"))
    }

    fn read(&self) -> Result<Vec<u8>, SettingsError> {
        std::fs::read(&self.path).map_err(|error| self.unusable(error))
    }

    fn unusable(&self, reason: impl Display) -> SettingsError {
        SettingsError::new(format!("{self}: {reason}"))
    }
}

impl Display for PemFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({})", self.named_by, self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> PemFile {
        PemFile {
            named_by: "THE_FILE".to_owned(),
            path: format!("{}/src/upstream/tests/{name}", env!("CARGO_MANIFEST_DIR")).into(),
        }
    }

    fn problem(files: PemFiles) -> String {
        files.client_config().unwrap_err().to_string()
    }

    #[test]
    fn files_make_a_configuration() {
        let identity = (file("localhost.pem"), file("localhost.key.pem"));
        let files = PemFiles {
            trusted: Some(file("localhost.pem")),
            identity: Some(identity),
        };
        assert!(files.client_config().is_ok());
        assert!(PemFiles::default().client_config().is_ok());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_with_what_is_wrong_with_it() {
        let trusting = |name| PemFiles {
            trusted: Some(file(name)),
            identity: None,
        };
        let missing = problem(trusting("missing.pem"));
        assert!(missing.starts_with("THE_FILE (/"), "{missing}");
        assert!(missing.contains("missing.pem): No such file"), "{missing}");
        let other = problem(trusting("localhost.key.pem"));
        assert!(
            other.ends_with("it holds no certificates in PEM"),
            "{other}"
        );

        let identity = |certificate, key| PemFiles {
            trusted: None,
            identity: Some((file(certificate), file(key))),
        };
        let no_key = problem(identity("localhost.pem", "localhost.pem"));
        assert!(
            no_key.ends_with("it holds no private key in PEM"),
            "{no_key}"
        );
    }
}
