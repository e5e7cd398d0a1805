//! What this side shows to a server that asks for a certificate (mutual TLS, RFC 8446 §4.3.2).

use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Code, Problem};

/// A certificate and its key. The key never comes out.
#[derive(Clone)]
pub struct ClientIdentity(Arc<CertifiedKey>);

impl ClientIdentity {
    /// Reads a chain, the own certificate first, and an unencrypted private key, both in PEM.
    ///
    /// Fails with [`Code::DraftInvalid`] at `client_certificate` or `client_key` when one cannot be read, or
    /// when they do not belong together.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Problem> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let certificates = certificates.ok().filter(|chain| !chain.is_empty());
        let certificates = certificates.ok_or_else(|| {
            wrong(
                "client_certificate",
                "There is no readable certificate in the file.",
                "Name a PEM file; each certificate begins with -----BEGIN CERTIFICATE-----.",
            )
        })?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
            wrong(
                "client_key",
                "There is no readable private key in the file.",
                "Name a PEM file with a private key that has no passphrase.",
            )
        })?;
        CertifiedKey::from_der(certificates, key, &aws_lc_rs::default_provider())
            .map(|certified| Self(Arc::new(certified)))
            .map_err(|_| {
                wrong(
                    "client_key",
                    "The key and the certificate do not go together.",
                    "Name the key for which the first certificate of the file was made.",
                )
            })
    }

    pub(in crate::system) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.0)))
    }
}

fn wrong(field: &str, summary: &str, remedy: &str) -> Problem {
    Problem::new(Code::DraftInvalid, summary, remedy).at(field)
}
