//! TLS by rustls: the certificate chain and key an operator names, read again when the files change, so that a renewed
//! certificate needs no restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::error::{Error, Result};

/// When two files were last written, and how long they are.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The certificate that is shown, and where it came from.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    shown: RwLock<(Stamp, Arc<CertifiedKey>)>,
}

impl Certificate {
    /// Reads a PEM chain, the server's own first, and the PEM key of the first.
    ///
    /// # Errors
    /// `invalid` naming the argument: a file cannot be read, or the key is not the certificate's.
    pub fn open(chain: PathBuf, key: PathBuf) -> Result<Self> {
        let stamp = stamp(&chain, &key);
        let pair = read(&chain, &key)?;
        Ok(Self { chain, key, shown: RwLock::new((stamp, pair)) })
    }

    /// The pair of now. Two looks at the file system a handshake cost far less than the handshake. A pair that does not fit
    /// is half of a renewal or a mistake: the old one is shown until a whole one is there.
    fn current(&self) -> Arc<CertifiedKey> {
        let now = stamp(&self.chain, &self.key);
        let (before, pair) = self.shown.read().unwrap_or_else(PoisonError::into_inner).clone();
        if before == now {
            return pair;
        }
        let renewed = read(&self.chain, &self.key);
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        shown.0 = now;
        match renewed {
            Ok(renewed) => {
                tracing::info!("the certificate was read again");
                shown.1 = renewed;
            }
            Err(error) => tracing::error!(%error, "the new certificate is not usable; the old one is shown"),
        }
        Arc::clone(&shown.1)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// TLS 1.2 and 1.3 with that certificate.
///
/// # Errors
/// A fault of ours.
pub fn config(certificate: Arc<Certificate>) -> Result<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Internal(format!("TLS: {error}")))?;
    Ok(builder.with_no_client_auth().with_cert_resolver(certificate))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn stamp(chain: &Path, key: &Path) -> Stamp {
    [chain, key].map(|path| {
        let about = std::fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn read(chain: &Path, key: &Path) -> Result<Arc<CertifiedKey>> {
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| Error::invalid("tls-cert", format!("{}: {error}", chain.display())))?;
    if certificates.is_empty() {
        return Err(Error::invalid("tls-cert", format!("{}: no certificate in PEM", chain.display())));
    }
    let secret = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| Error::invalid("tls-key", format!("{}: {error}", key.display())))?;
    let pair = CertifiedKey::from_der(certificates, secret, &provider())
        .map_err(|error| Error::invalid("tls-key", format!("does not go with the certificate: {error}")))?;
    Ok(Arc::new(pair))
}
