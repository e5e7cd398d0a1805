//! Which certificates of callers are right.

use std::path::Path;
use std::sync::Arc;

use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};

use super::file::CallersFile;
use super::mistakes::Mistakes;
use super::secure::certificates;

const FIELD: &str = "callers.client_ca";

/// Certificates of the authorities in `client_ca`, and of these only those with one of `client_names`, where
/// names are given. `None` when there is no `client_ca`, or a mistake.
pub(super) fn verifier(
    file: &CallersFile,
    folder: &Path,
    provider: &Arc<CryptoProvider>,
    mistakes: &mut Mistakes,
) -> Option<Arc<dyn ClientCertVerifier>> {
    let names = names(file, mistakes);
    let path = folder.join(file.client_ca.as_ref()?);
    let mut roots = RootCertStore::empty();
    for (index, authority) in certificates(FIELD, &path, mistakes)?
        .into_iter()
        .enumerate()
    {
        // One that is left out is one whose callers are refused, and nobody knows why.
        if roots.add(authority).is_err() {
            let summary = format!(
                "Certificate {} of the file cannot stand for an authority.",
                index + 1
            );
            let remedy = "Take it out, or name the authority's own certificate.";
            mistakes.add(FIELD, summary, remedy);
        }
    }
    let roots = Arc::new(roots);
    let built = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider)).build();
    // It fails on an empty store alone, and that was named above.
    let any = built.ok()?;
    if names.is_empty() {
        return Some(any);
    }
    Some(Arc::new(Named { any, names }))
}

fn names(file: &CallersFile, mistakes: &mut Mistakes) -> Vec<ServerName<'static>> {
    let mut names = Vec::new();
    for (index, name) in file.client_names.iter().enumerate() {
        if let Ok(name) = ServerName::try_from(name.clone()) {
            names.push(name);
        } else {
            let field = format!("callers.client_names[{index}]");
            let remedy = "Write a name like caller.example.com, or an address.";
            mistakes.add(&field, format!("{name} is no name of a host."), remedy);
        }
    }
    if file.client_ca.is_none() && !file.client_names.is_empty() {
        let remedy = "Add client_ca, or take client_names out.";
        let summary = "Names of certificates mean nothing without their authority.";
        mistakes.add("callers.client_names", summary, remedy);
    }
    names
}

/// Takes what `any` takes, when it has one of the names (RFC 5280 §4.2.1.6, subject alternative names).
#[derive(Debug)]
struct Named {
    any: Arc<dyn ClientCertVerifier>,
    names: Vec<ServerName<'static>>,
}

impl ClientCertVerifier for Named {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.any.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self
            .any
            .verify_client_cert(end_entity, intermediates, now)?;
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let has = |name| verify_server_name(&certificate, name).is_ok();
        if self.names.iter().any(has) {
            Ok(verified)
        } else {
            // Which names it has is nobody's business but its owner's.
            Err(CertificateError::NotValidForName.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, Error> {
        self.any.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, Error> {
        self.any.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.any.supported_verify_schemes()
    }
}
