//! How systems are reached: connections that are kept, and certificates that are verified.

use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// Makes connections to systems.
#[cfg(feature = "tls")]
pub(crate) type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
/// Makes connections to systems.
#[cfg(not(feature = "tls"))]
pub(crate) type Connector = HttpConnector;

/// How long a system may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Whose certificates are trusted, beside those that this machine trusts.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    #[cfg(feature = "tls")]
    more: Vec<rustls::pki_types::CertificateDer<'static>>,
}

impl Trust {
    /// Reads the certificates of a PEM file; the error is a sentence's end.
    #[cfg(feature = "tls")]
    pub fn add_file(&mut self, file: &Path) -> Result<(), String> {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject as _;

        let pem = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let found = found.map_err(|error| format!("{} is not PEM: {error}", file.display()))?;
        let mut roots = rustls::RootCertStore::empty();
        for certificate in &found {
            let is_fit = roots.add(certificate.clone());
            is_fit.map_err(|error| format!("{} has a certificate that cannot be used: {error}", file.display()))?;
        }
        if found.is_empty() {
            return Err(format!("{} has no certificate in it; it must be PEM", file.display()));
        }
        self.more.extend(found);
        Ok(())
    }

    /// Refuses: this build reaches no system by HTTPS.
    #[cfg(not(feature = "tls"))]
    pub fn add_file(&mut self, _: &Path) -> Result<(), String> {
        Err("this build reaches no system by HTTPS".into())
    }
}

/// A client that follows no redirect and gives up a connection that is not accepted. Certificates are verified; where
/// `is_secure` is false no system has one, and those of this machine are not read. The error is a sentence.
pub(crate) fn client(trust: &Trust, is_secure: bool) -> Result<Client<Connector, Body>, String> {
    let mut http = HttpConnector::new();
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT));
    let connector = connector(http, trust, is_secure)?;
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        .build(connector))
}

#[cfg(feature = "tls")]
fn connector(mut http: HttpConnector, trust: &Trust, is_secure: bool) -> Result<Connector, String> {
    use std::sync::Arc;

    http.enforce_http(false);
    let mut roots = rustls::RootCertStore::empty();
    if is_secure {
        let (_, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let (_, _) = roots.add_parsable_certificates(trust.more.iter().cloned());
        if roots.is_empty() {
            return Err("this machine has no certificates to verify others with; give some with --ca FILE".into());
        }
    }
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be used: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let https = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
    Ok(https.wrap_connector(http))
}

#[cfg(not(feature = "tls"))]
fn connector(http: HttpConnector, _: &Trust, is_secure: bool) -> Result<Connector, String> {
    if is_secure { Err("this build reaches no system by HTTPS".into()) } else { Ok(http) }
}
