//! Proofkey, practising at a Talkdesk that verifies signatures, and what that Talkdesk saw.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, EcPrivateKeyRfc5915Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::Secret;
use proofkey_core::border::PracticeAccount;
use proofkey_core::check::{Check, CheckId, CheckStatus, Report};
use proofkey_core::connection::{ConnectionDraft, SigningDraft};
use proofkey_core::ports::Unwatched;
use proofkey_core::proofkey::{Host, PracticeNetwork, Proofkey};
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::Vault;
use proofkey_sandbox::{Options, Sandbox};
use proofkey_tests::MemoryVault;
use serde_json::Value;

pub(crate) const KEY_ID: &str = "key of the test";

pub(crate) struct Stage {
    proofkey: Proofkey,
    pub(crate) sandbox: Sandbox,
    _home: tempfile::TempDir,
}

/// A token request, as it arrived.
pub(crate) struct Signed {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) form: String,
    pub(crate) has_header: bool,
}

impl Stage {
    pub(crate) async fn set(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        let home = tempfile::tempdir().expect("a folder");
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::new(MemoryVault::new()) as Arc<dyn Vault>,
            clock: Arc::new(SystemClock),
            connect_to: Vec::new(),
            extra_roots: Vec::new(),
            deadlines: Deadlines {
                pause: Duration::from_millis(1),
                ..Deadlines::default()
            },
        })
        .expect("opened");
        proofkey.set_practice(Some(PracticeNetwork {
            connect_to: vec![sandbox.connect_to().parse().expect("a rule")],
            roots: roots_from_pem(sandbox.ca_pem().as_bytes()).expect("an authority"),
        }));
        Self {
            proofkey,
            sandbox,
            _home: home,
        }
    }

    pub(crate) fn account(&self, name: &str) -> PracticeAccount {
        let accounts = self.sandbox.accounts();
        let mut accounts = accounts.into_iter();
        accounts
            .find(|one| one.account == name)
            .expect("an account")
    }

    /// The key that the account shows.
    pub(crate) fn own_key(&self, account: &str) -> SigningDraft {
        let key = self.account(account).key.expect("a key");
        SigningDraft {
            private_key: Some(Secret::new(key.private_key)),
            key_id: Some(key.key_id),
            algorithm: Some(key.algorithm),
            ..SigningDraft::default()
        }
    }

    /// The proof of a new connection to `account` that signs.
    pub(crate) async fn proven(&self, account: &str, name: &str, signing: SigningDraft) -> Report {
        let account = self.account(account);
        let draft = ConnectionDraft {
            name: name.to_owned(),
            provider: "talkdesk".to_owned(),
            grant: Grant::ClientCredentials,
            client_authentication: ClientAuthentication::PrivateKeyJwt,
            basic_encoding: None,
            scopes: vec!["account:read".to_owned()],
            practice: true,
            redirect: None,
            parameters: BTreeMap::new(),
            variables: BTreeMap::from([
                ("account".to_owned(), account.account),
                ("region".to_owned(), account.region),
            ]),
            client_id: Some(Secret::new(account.client_id)),
            client_secret: None,
            signing,
            service_token: None,
        };
        let added = self.proofkey.add(draft).await;
        let view = added
            .map_err(|rejected| (rejected.problem, rejected.findings))
            .expect("added");
        let report = self.proofkey.validate(&view.id, &Unwatched).await;
        report.expect("a report")
    }

    /// Every request to a token endpoint, oldest first.
    pub(crate) fn token_requests(&self) -> Vec<Signed> {
        let records = self.sandbox.records();
        let tokens = records
            .iter()
            .filter(|record| record.path == "/oauth/token");
        tokens
            .map(|record| {
                let form = String::from_utf8(record.body.clone()).expect("text");
                let fields: BTreeMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).collect();
                let parts: Vec<&str> = fields["client_assertion"].split('.').collect();
                let read = |part: &str| {
                    let bytes = URL_SAFE_NO_PAD.decode(part).expect("Base64url");
                    serde_json::from_slice(&bytes).expect("JSON")
                };
                Signed {
                    header: read(parts[0]),
                    claims: read(parts[1]),
                    has_header: record.header_values("authorization").next().is_some(),
                    form,
                }
            })
            .collect()
    }
}

pub(crate) fn status(report: &Report, id: CheckId) -> CheckStatus {
    let found = report.checks.iter().find(|check| check.id == id);
    found.expect("the check").status
}

/// The checks, a line each.
pub(crate) fn said(report: &Report) -> String {
    let line = |check: &Check| format!("{}\n", serde_json::to_string(check).expect("JSON"));
    report.checks.iter().map(line).collect()
}

fn pair(pkcs8: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).expect("a key")
}

/// RFC 5915 in the armour that OpenSSL gives it.
pub(crate) fn sec1(pkcs8: &[u8]) -> String {
    let der: EcPrivateKeyRfc5915Der<'_> = pair(pkcs8).private_key().as_der().expect("DER");
    armoured("EC PRIVATE KEY", der.as_ref())
}

/// RFC 7518 §6.2.
pub(crate) fn jwk(pkcs8: &[u8]) -> String {
    let pair = pair(pkcs8);
    let secret: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().expect("bytes");
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    serde_json::json!({
        "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y), "d": text(secret.as_ref()),
    })
    .to_string()
}

/// RFC 8017 §A.1.2: what PKCS#8 of an RSA key has in its last member, after 26 bytes of heads.
pub(crate) fn pkcs1(pkcs8: &[u8]) -> String {
    armoured("RSA PRIVATE KEY", &pkcs8[26..])
}

fn armoured(name: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    format!(
        "-----BEGIN {name}-----\n{}\n-----END {name}-----\n",
        lines.join("\n")
    )
}
