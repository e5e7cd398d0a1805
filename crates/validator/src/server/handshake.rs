//! The TLS handshake of a caller, and why it came to nothing.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::{CertificateError, Error, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Of what the TLS library says; a peer has a hand in some of it.
const LONGEST_DETAIL: usize = 200;

/// Why, in a word of a closed list, and in those of the TLS library.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) reason: &'static str,
    pub(super) detail: String,
}

/// A secure connection with a peer that has `patience` to get there.
pub(super) async fn shake(
    stream: TcpStream,
    tls: Arc<ServerConfig>,
    patience: Duration,
) -> Result<TlsStream<TcpStream>, Failed> {
    let handshake = TlsAcceptor::from(tls).accept(stream);
    match tokio::time::timeout(patience, handshake).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Failed::of(&error)),
        Err(_) => Err(Failed {
            reason: "timed_out",
            detail: String::new(),
        }),
    }
}

impl Failed {
    fn of(error: &io::Error) -> Self {
        let cause = error.get_ref().and_then(|it| it.downcast_ref::<Error>());
        let (reason, detail) = match cause {
            // What the system says of a connection that ended adds nothing.
            None => ("closed", String::new()),
            Some(error) => (reason(error), error.to_string()),
        };
        let detail = detail.chars().take(LONGEST_DETAIL).collect();
        Self { reason, detail }
    }
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::NoCertificatesPresented => "no_certificate",
        Error::InvalidCertificate(why) => certificate(why),
        Error::AlertReceived(_) => "ended_by_caller",
        Error::PeerIncompatible(_) => "nothing_in_common",
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. } => "not_tls",
        _ => "other",
    }
}

fn certificate(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "certificate_ended",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "certificate_not_yet"
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => "certificate_authority",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "certificate_name"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "certificate_purpose"
        }
        _ => "certificate_unusable",
    }
}
