//! The sandbox's own certificate authority, and a certificate for each host name that is asked for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls_pki_types::PrivateKeyDer;

use crate::scene::Scene;

/// Certificates that are kept ready. Names come from the peer, so there is a bound.
const KEPT: usize = 512;

/// What is wrong with a certificate, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    Sound,
    Expired,
    WrongName,
    UnknownAuthority,
}

/// Makes certificates. Its keys exist in memory only and end with it.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    stranger: Issuer<'static, KeyPair>,
    certificate_pem: String,
    leaf: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    today: Timestamp,
    made: Mutex<HashMap<(String, Form), Arc<CertifiedKey>>>,
}

/// A key or certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    #[error(transparent)]
    Key(#[from] rustls::Error),
}

impl Authority {
    pub(crate) fn new(today: Timestamp) -> Result<Self, AuthorityError> {
        let (issuer, certificate_pem) =
            make_authority("Proofkey practice authority", "Proofkey sandbox", today)?;
        let (stranger, _) = make_authority("Inspecting proxy authority", "Example Network", today)?;
        let leaf = KeyPair::generate()?;
        let key = PrivateKeyDer::Pkcs8(leaf.serialize_der().into());
        Ok(Self {
            issuer,
            stranger,
            certificate_pem,
            signing_key: rustls::crypto::aws_lc_rs::sign::any_supported_type(&key)?,
            leaf,
            today,
            made: Mutex::default(),
        })
    }

    /// The authority's certificate, for `--ca-file`.
    pub(crate) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// A certificate for `host`; `None`, and a word in the log, when none could be made.
    pub(crate) fn certificate(&self, host: &str, form: Form) -> Option<Arc<CertifiedKey>> {
        self.ready(host, form)
            .inspect_err(|error| tracing::warn!(%host, %error, "no certificate could be made"))
            .ok()
    }

    fn ready(&self, host: &str, form: Form) -> Result<Arc<CertifiedKey>, AuthorityError> {
        let key = (host.to_owned(), form);
        if let Some(ready) = self.lock().get(&key) {
            return Ok(ready.clone());
        }
        let made = Arc::new(self.make(host, form)?);
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, made.clone());
        Ok(made)
    }

    fn make(&self, host: &str, form: Form) -> Result<CertifiedKey, AuthorityError> {
        let name = match form {
            Form::WrongName => "elsewhere.example.net",
            _ => host,
        };
        let names = match name {
            "localhost" => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            _ => vec![name.to_owned()],
        };
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        params.key_usages.push(KeyUsagePurpose::DigitalSignature);
        params
            .extended_key_usages
            .push(ExtendedKeyUsagePurpose::ServerAuth);
        let (from, until) = match form {
            Form::Expired => (-30, -2),
            _ => (-2, 30),
        };
        set_validity(&mut params, self.today, from, until);
        let issuer = match form {
            Form::UnknownAuthority => &self.stranger,
            _ => &self.issuer,
        };
        let certificate = params.signed_by(&self.leaf, issuer)?;
        Ok(CertifiedKey::new(
            vec![certificate.into()],
            self.signing_key.clone(),
        ))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, Form), Arc<CertifiedKey>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chooses the certificate for a TLS handshake by the server name in it (RFC 6066 §3).
pub(crate) struct CertificatesByName<S>(pub(crate) Arc<S>);

impl<S: Scene> ResolvesServerCert for CertificatesByName<S> {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name().unwrap_or("localhost");
        self.0.certificate(&host.to_ascii_lowercase())
    }
}

impl<S> fmt::Debug for CertificatesByName<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CertificatesByName")
    }
}

fn make_authority(
    name: &str,
    organization: &str,
    today: Timestamp,
) -> Result<(Issuer<'static, KeyPair>, String), AuthorityError> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, organization);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, today, -40, 30);
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

/// From midnight (UTC) of one day to midnight of another, both counted from today.
fn set_validity(params: &mut CertificateParams, today: Timestamp, from: i64, until: i64) {
    let midnight = |days: i64| {
        let date = (today + jiff::SignedDuration::from_hours(24 * days))
            .to_zoned(TimeZone::UTC)
            .date();
        rcgen::date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    params.not_before = midnight(from);
    params.not_after = midnight(until);
}
