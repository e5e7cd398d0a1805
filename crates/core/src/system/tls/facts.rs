//! What a certificate says, in words that can be shown.

use jiff::Timestamp;
use rustls::ClientConnection;
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::wording::clean;

/// A finished handshake. All text is cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// "TLS 1.3".
    pub version: String,
    /// Who signed the server's certificate: "CN=R11, O=Let's Encrypt, C=US".
    pub issuer: String,
    pub subject: String,
    pub not_before: Option<Timestamp>,
    pub not_after: Option<Timestamp>,
    /// DNS names and addresses of the certificate, the first twenty.
    pub names: Vec<String>,
}

pub(in crate::system) fn facts(connection: &ClientConnection) -> TlsFacts {
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let leaf = connection
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(described)
        .unwrap_or_default();
    TlsFacts {
        version: version.to_owned(),
        issuer: leaf.issuer,
        subject: leaf.subject,
        not_before: leaf.not_before,
        not_after: leaf.not_after,
        names: leaf.names,
    }
}

/// What a certificate says of itself. All text is cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    pub issuer: String,
    pub subject: String,
    pub not_before: Option<Timestamp>,
    pub not_after: Option<Timestamp>,
    /// DNS names and addresses, the first twenty.
    pub names: Vec<String>,
    /// It says CA:TRUE.
    pub is_authority: bool,
}

/// What `certificate` says of itself; empty when it cannot be read.
pub fn described(certificate: &CertificateDer<'_>) -> Described {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return Described::default();
    };
    Described {
        issuer: name(&parsed.issuer().to_string()),
        subject: name(&parsed.subject().to_string()),
        not_before: timestamp(&parsed.validity().not_before),
        not_after: timestamp(&parsed.validity().not_after),
        names: names(&parsed),
        is_authority: parsed.is_ca(),
    }
}

fn name(text: &str) -> String {
    let shown = clean(text, 200);
    if shown.is_empty() {
        "(no name)".to_owned()
    } else {
        shown
    }
}

fn timestamp(time: &ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    alternatives
        .value
        .general_names
        .iter()
        .filter_map(|general| match general {
            GeneralName::DNSName(dns) => Some(clean(dns, 253)),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .take(20)
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}
