//! The certificate authorities a connection believes: the system's, and those a person added.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::verifier::ExplainingVerifier;
use crate::error::{Code, Problem};

/// Reads the certificates of a PEM file.
///
/// Fails with `DraftInvalid` when there is none, or when one cannot serve as an authority.
pub fn roots_from_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let mut roots = Vec::new();
    for (position, certificate) in CertificateDer::pem_slice_iter(pem).enumerate() {
        let number = position + 1;
        let certificate = certificate
            .map_err(|_| wrong_pem(&format!("Certificate {number} in it cannot be read.")))?;
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|_| wrong_pem(&format!("Certificate {number} in it is damaged.")))?;
        roots.push(certificate);
    }
    if roots.is_empty() {
        return Err(wrong_pem("There is no certificate in it."));
    }
    Ok(roots)
}

/// Settings for secure connections: TLS 1.2 or 1.3, HTTP/1.1, no resumption (so that every
/// connection proves itself anew), and the system's authorities with `extra_roots` added.
pub(in crate::system) fn client_config(
    extra_roots: &[CertificateDer<'static>],
) -> Result<ClientConfig, Problem> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = ExplainingVerifier {
        inner: system_verifier(extra_roots, &provider)?,
        algorithms: provider.signature_verification_algorithms,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| unusable(&error))?;
    // `dangerous` is rustls' word for any verifier of one's own; ours only adds words to a refusal.
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// webpki over the system's certificate bundle. `None` when nobody is trusted at all.
///
/// The paths are fixed: a certificate store named by an environment variable would let whoever sets
/// it read every secret that is sent (rule H3).
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn system_verifier(
    extra_roots: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, Problem> {
    let mut store = RootCertStore::empty();
    // Bundles hold a few old certificates that cannot be used; the others still count.
    store.add_parsable_certificates(system_roots());
    for root in extra_roots {
        store.add(root.clone()).map_err(|error| unusable(&error))?;
    }
    if store.is_empty() {
        return Ok(None);
    }
    let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(
        Arc::new(store),
        Arc::clone(provider),
    )
    .build()
    .map_err(|error| unusable(&error))?;
    Ok(Some(verifier))
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn system_roots() -> Vec<CertificateDer<'static>> {
    /// Where Linux distributions and BSDs keep the bundle of authorities.
    const BUNDLES: [&str; 8] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem",
        "/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt",
        "/opt/etc/ssl/certs/ca-certificates.crt",
    ];
    BUNDLES
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .map(|pem| {
            CertificateDer::pem_slice_iter(&pem)
                .flatten()
                .collect::<Vec<_>>()
        })
        .find(|roots| !roots.is_empty())
        .unwrap_or_default()
}

/// The operating system's own decision, which knows what an administrator has added or distrusted.
#[cfg(any(target_os = "macos", target_os = "windows"))]
fn system_verifier(
    extra_roots: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, Problem> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(
        extra_roots.to_vec(),
        Arc::clone(provider),
    )
    .map_err(|error| unusable(&error))?;
    Ok(Some(Arc::new(verifier)))
}

fn wrong_pem(why: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("The CA file cannot be used. {why}"),
        "Choose a PEM file: text with lines like -----BEGIN CERTIFICATE-----.",
    )
    .at("ca_file")
}

fn unusable(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        Code::Internal,
        format!("Secure connections could not be set up: {error}."),
        "Check the CA file in the network settings, or report this.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_usable_certificate_is_refused_with_the_reason() {
        for (pem, reason) in [
            ("", "no certificate"),
            ("hello", "no certificate"),
            (
                "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
                "Certificate 1 in it cannot be read",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "Certificate 1 in it is damaged",
            ),
        ] {
            let problem = roots_from_pem(pem.as_bytes()).unwrap_err();
            assert!(problem.summary.contains(reason), "{}", problem.summary);
        }
    }
}
