//! A certificate verifier that can say why it refused.
//!
//! It decides nothing itself: the verifier inside does (webpki or the platform's). When that refuses,
//! the presented certificate is still at hand, so the reason can name the issuer or the dates.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::facts::described;
use crate::system::transport_error::TransportErrorKind;

/// Travels inside `rustls::Error` from the verifier to whoever explains the failed connection.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::system) struct Refusal(pub(in crate::system) TransportErrorKind);

#[derive(Debug)]
pub(super) struct ExplainingVerifier {
    /// `None` when this machine trusts nobody: then everything is refused.
    pub(super) inner: Option<Arc<dyn ServerCertVerifier>>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for ExplainingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match &self.inner {
            Some(inner) => {
                inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        verdict.map_err(|error| explained(&error, end_entity))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn explained(error: &Error, end_entity: &CertificateDer<'_>) -> Error {
    let leaf = described(end_entity);
    let date = |time: Option<jiff::Timestamp>| {
        time.map_or_else(|| "an unreadable date".to_owned(), |time| time.to_string())
    };
    let kind = match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            TransportErrorKind::TlsUnknownIssuer {
                issuer: leaf.issuer,
                subject: leaf.subject,
            }
        }
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => TransportErrorKind::TlsExpired {
            not_after: date(leaf.not_after),
        },
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => TransportErrorKind::TlsNotYetValid {
            not_before: date(leaf.not_before),
        },
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => TransportErrorKind::TlsWrongName { names: leaf.names },
        // An authority's certificate is refused as a server's whatever else is right about it; the library
        // has no error of its own for it.
        _ if leaf.is_authority => TransportErrorKind::TlsIsAuthority {
            subject: leaf.subject,
        },
        other => TransportErrorKind::TlsOther {
            reason: crate::wording::clean(&other.to_string(), 200),
        },
    };
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Refusal(kind)))))
}
