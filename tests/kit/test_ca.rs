//! A certificate authority of one test, and the certificates it should never have signed.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit that cannot be set up ends the test that asked for it"
)]

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What a server shows of itself.
pub enum Leaf {
    /// Valid for these names or addresses.
    Good(Vec<String>),
    Expired(Vec<String>),
    NotYetValid(Vec<String>),
    /// The name stands in the common name only, as it did before RFC 2818 was replaced.
    CommonNameOnly(String),
    /// For signing in as a client, not for being a server.
    ForClients(Vec<String>),
    /// Signed by itself.
    SelfSigned(Vec<String>),
    /// Signed by itself, and called an authority, as `openssl req -x509` makes it.
    SelfSignedAuthority(Vec<String>),
    /// Signed by a certificate that is no authority.
    ByOrdinaryCertificate(Vec<String>),
    /// Signed by an authority that may only vouch for `allowed.example`.
    OutsideConstraint(Vec<String>),
}

pub struct TestCa {
    root: CertifiedIssuer<'static, KeyPair>,
}

impl TestCa {
    pub fn new(name: &str) -> Self {
        Self {
            root: CertifiedIssuer::self_signed(authority(name), key()).expect("a CA can be made"),
        }
    }

    pub fn root(&self) -> CertificateDer<'static> {
        self.root.der().clone()
    }

    pub fn root_pem(&self) -> String {
        self.root.pem()
    }

    /// A TLS server that shows `leaf`.
    pub fn server(&self, leaf: Leaf) -> ServerConfig {
        let key = key();
        let chain = self.chain(leaf, &key);
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .expect("key and certificate belong together")
    }

    /// A TLS server that asks its callers for a certificate of this authority, and lets no other in.
    pub fn server_for_callers(&self, names: Vec<String>) -> ServerConfig {
        let key = key();
        let chain = self.chain(Leaf::Good(names), &key);
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.root()).expect("the root is one");
        let callers =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .with_client_cert_verifier(callers.build().expect("there is a root"))
            .with_single_cert(chain, secret)
            .expect("key and certificate belong together")
    }

    /// Certificate and key of a caller, in PEM.
    pub fn caller(&self) -> (String, String) {
        let key = key();
        let mut params = server(vec!["caller.example".to_owned()]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&key, &self.root);
        let certificate = certificate.expect("a certificate can be signed");
        (certificate.pem(), key.serialize_pem())
    }

    fn chain(&self, leaf: Leaf, key: &KeyPair) -> Vec<CertificateDer<'static>> {
        let signed = |params: CertificateParams| {
            let certificate = params.signed_by(key, &self.root);
            vec![
                certificate
                    .expect("a certificate can be signed")
                    .der()
                    .clone(),
            ]
        };
        match leaf {
            Leaf::Good(names) => signed(server(names)),
            Leaf::Expired(names) => {
                let mut params = server(names);
                params.not_before = date_time_ymd(2019, 1, 1);
                params.not_after = date_time_ymd(2020, 1, 1);
                signed(params)
            }
            Leaf::NotYetValid(names) => {
                let mut params = server(names);
                params.not_before = date_time_ymd(2200, 1, 1);
                params.not_after = date_time_ymd(2201, 1, 1);
                signed(params)
            }
            Leaf::CommonNameOnly(name) => {
                let mut params = server(Vec::new());
                params.distinguished_name.push(DnType::CommonName, name);
                signed(params)
            }
            Leaf::ForClients(names) => {
                let mut params = server(names);
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
                signed(params)
            }
            Leaf::SelfSigned(names) => vec![self_signed(&server(names), key)],
            Leaf::SelfSignedAuthority(names) => {
                let mut params = server(names);
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                vec![self_signed(&params, key)]
            }
            Leaf::ByOrdinaryCertificate(names) => {
                self.through(server(vec!["a.example".into()]), names, key)
            }
            Leaf::OutsideConstraint(names) => {
                let mut params = authority("Constrained test CA");
                params.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::DnsName("allowed.example".to_owned())],
                    excluded_subtrees: Vec::new(),
                });
                self.through(params, names, key)
            }
        }
    }

    /// A certificate for `names`, signed by one that `params` describe, which the root signed.
    fn through(
        &self,
        params: CertificateParams,
        names: Vec<String>,
        key_of_leaf: &KeyPair,
    ) -> Vec<CertificateDer<'static>> {
        let between = CertifiedIssuer::signed_by(params, key(), &self.root)
            .expect("an intermediate can be signed");
        let leaf = server(names)
            .signed_by(key_of_leaf, &between)
            .expect("a certificate can be signed");
        vec![leaf.der().clone(), between.der().clone()]
    }
}

fn self_signed(params: &CertificateParams, key: &KeyPair) -> CertificateDer<'static> {
    let certificate = params.self_signed(key);
    let certificate = certificate.expect("a certificate can sign itself");
    certificate.der().clone()
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params
}

fn server(names: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(names).expect("the names are valid");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}
