//! Proofkey, with a scripted API of Talkdesk that answers whatever host is asked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use proofkey_core::border::{EventImported, EventSigner};
use proofkey_core::error::Problem;
use proofkey_core::proofkey::{EventImport, Host, Proofkey};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::talkdesk::{EventHeaders, ReceivedEvent};
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_tests::{Act, Leaf, MemoryVault, RawPeer, TestCa, json_answer};
use serde_json::{Value, json};

use super::signer::{Curve, Signer};
use crate::stage::files_of;

pub(crate) const API: &str = "https://api.talkdeskapp.com";
pub(crate) const KEY_ID: &str = "k-2026";
const LATER: &str = "2999-01-01T00:00:00Z";

pub(crate) struct Scene {
    pub(crate) home: tempfile::TempDir,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) proofkey: Proofkey,
    pub(crate) peer: RawPeer,
    pub(crate) signer: Signer,
}

impl Scene {
    /// The endpoint publishes the sender's key, of the curve that Talkdesk's own tokens are signed with.
    pub(crate) async fn set() -> Self {
        Self::with(Signer::new(Curve::P256)).await
    }

    pub(crate) async fn with(signer: Signer) -> Self {
        let published = signer.published(KEY_ID, LATER);
        Self::answering(signer, move || json_answer(200, &published)).await
    }

    /// The endpoint does what `acts` say, whatever is asked.
    pub(crate) async fn answering(
        signer: Signer,
        acts: impl Fn() -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let ca = TestCa::new("Events");
        let names = ["api.talkdeskapp.com", "evil.example", "api.talkdeskapp.eu"];
        let leaf = Leaf::Good(names.iter().map(ToString::to_string).collect());
        let peer = RawPeer::secure(ca.server(leaf), move |_| acts()).await;
        let home = tempfile::tempdir().expect("a folder");
        let vault = Arc::new(MemoryVault::new());
        let rule = format!("::127.0.0.1:{}", peer.address().port());
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::clone(&vault) as Arc<dyn Vault>,
            clock: Arc::new(SystemClock),
            connect_to: vec![rule.parse().expect("a rule")],
            extra_roots: vec![ca.root()],
            deadlines: Deadlines::default(),
        })
        .expect("opened");
        Self {
            home,
            vault,
            proofkey,
            peer,
            signer,
        }
    }

    /// A delivery of `body` with the sender's signature over exactly these bytes.
    pub(crate) fn signed(&self, body: &str) -> ReceivedEvent {
        received(body, Some(self.signer.sign(body.as_bytes(), true)))
    }

    pub(crate) async fn verify(&self, event: &ReceivedEvent) -> Result<EventSigner, Problem> {
        self.proofkey.verify_event(event).await
    }

    pub(crate) async fn import(&self, event: &ReceivedEvent) -> Result<EventImported, Problem> {
        self.import_with(event, EventImport::default()).await
    }

    pub(crate) async fn import_with(
        &self,
        event: &ReceivedEvent,
        import: EventImport,
    ) -> Result<EventImported, Problem> {
        let outcome = self.proofkey.import_event(event, import).await;
        outcome.map_err(|rejected| match rejected.findings.first() {
            Some(finding) => Problem::new(rejected.problem.code, &finding.summary, &finding.remedy),
            None => rejected.problem,
        })
    }

    /// Imports, expects a refusal that says `part`, and looks that nothing is there that was not before.
    pub(crate) async fn refused(&self, event: &ReceivedEvent, part: &str) -> Problem {
        let before = self.kept();
        let problem = self.import(event).await.err();
        let problem = problem.unwrap_or_else(|| panic!("taken in, though: {part}"));
        assert!(problem.summary.contains(part), "{problem:?}");
        assert_eq!(self.kept(), before, "something was stored: {part}");
        problem
    }

    /// What the vault holds of the current credentials.
    pub(crate) fn stored(&self, id: &str) -> SecretDocument {
        let connection = self.proofkey.find(id).expect("a connection");
        let name = SecretName {
            connection: connection.id,
            generation: connection.secrets,
        };
        self.vault.read(&name).expect("read").expect("there")
    }

    /// Everything that is kept, to compare it.
    pub(crate) fn kept(&self) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<SecretName>) {
        files_of(self.home.path(), &self.vault)
    }

    /// Panics if a connection or a secret is there.
    pub(crate) fn assert_empty(&self) {
        let (files, secrets) = self.kept();
        assert!(files.is_empty() && secrets.is_empty(), "{:?}", files.keys());
    }
}

pub(crate) fn received(body: &str, signature: Option<String>) -> ReceivedEvent {
    let headers = EventHeaders {
        signature,
        key_id: Some(KEY_ID.to_owned()),
    };
    ReceivedEvent::new("talkdesk", false, headers, body.as_bytes().to_vec()).expect("small")
}

/// The event app.installed as Talkdesk's page shows it, with a client secret and no key.
pub(crate) fn installed() -> Value {
    json!({
        "id": "8d5f1ea6-0001",
        "created_at": "2026-11-20T10:00:00Z",
        "api_version": "1",
        "type": "app.installed",
        "app_id": "app-77",
        "app_version_id": "v-1",
        "app_version_name": "1.4.0",
        "data": {
            "installation_id": "inst-1",
            "account_id": "acc-1",
            "account_name": "acme",
            "client_id": "2f0b9c1de4a84b7f9c56c1a7d2e3f401",
            "client_secret": "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu",
        },
        "_links": {
            "root": { "href": API },
            "self": { "href": format!("{API}/events/8d5f1ea6-0001") },
            "token": { "href": "https://acme.talkdeskid.com/oauth/token" },
            "authorization": { "href": "https://acme.talkdeskid.com/oauth/authorize" },
        },
    })
}

/// The same with `value` at `pointer`.
pub(crate) fn changed(pointer: &str, value: impl Into<Value>) -> Value {
    let mut event = installed();
    *event.pointer_mut(pointer).expect("a place") = value.into();
    event
}

/// The event with a key pair beside the secret.
pub(crate) fn with_key(pair: &Signer, algorithm: &str, public_key: &str) -> Value {
    let mut event = installed();
    event["data"]["private_key"] = pair.private_key().into();
    event["data"]["public_key"] = public_key.into();
    event["data"]["key_id"] = "kid-9".into();
    event["data"]["key_algorithm"] = algorithm.into();
    event
}
