//! Proofkey as a door opens it: its own folder, a vault in memory, and practice when it is wanted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use proofkey_core::Secret;
use proofkey_core::border::ConnectionView;
use proofkey_core::connection::{Connection, ConnectionDraft, SigningDraft};
use proofkey_core::ports::{Clock, Unwatched};
use proofkey_core::proofkey::{Host, PracticeNetwork, Proofkey};
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::{Generation, SecretDocument, SecretName, Vault};
use proofkey_sandbox::{Options, Sandbox};
use proofkey_tests::MemoryVault;

pub(crate) struct Stage {
    pub(crate) home: tempfile::TempDir,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) clock: Arc<Ahead>,
    pub(crate) proofkey: Proofkey,
}

/// The system's clock, moved ahead.
#[derive(Default)]
pub(crate) struct Ahead(AtomicI64);

impl Ahead {
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

impl Stage {
    pub(crate) fn set() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let vault = Arc::new(MemoryVault::new());
        let clock = Arc::<Ahead>::default();
        let proofkey = open(home.path().to_owned(), &vault, &clock);
        Self {
            home,
            vault,
            clock,
            proofkey,
        }
    }

    /// The same folder and vault, opened anew: provider files are read again.
    pub(crate) fn reopened(self) -> Self {
        let proofkey = open(self.home.path().to_owned(), &self.vault, &self.clock);
        Self { proofkey, ..self }
    }

    /// Starts practice; it answers while the sandbox lives.
    pub(crate) async fn practise(&self) -> Sandbox {
        let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
        self.proofkey.set_practice(Some(network(&sandbox)));
        sandbox
    }

    pub(crate) async fn add(&self, draft: ConnectionDraft) -> ConnectionView {
        self.proofkey
            .add(draft)
            .await
            .map_err(|rejected| (rejected.problem, rejected.findings))
            .expect("added")
    }

    /// A practice connection to acme that was proven.
    pub(crate) async fn proven(&self, sandbox: &Sandbox) -> ConnectionView {
        let view = self.add(acme(sandbox)).await;
        self.proofkey
            .validate(&view.id, &Unwatched)
            .await
            .expect("a report");
        self.view(&view.id)
    }

    pub(crate) fn view(&self, name: &str) -> ConnectionView {
        self.proofkey.page(name).expect("a page").connection
    }

    pub(crate) fn stored(&self, name: &str) -> Connection {
        self.proofkey.find(name).expect("a connection")
    }

    /// What the vault holds of that generation.
    pub(crate) fn document(&self, name: &str, generation: Generation) -> SecretDocument {
        let name = SecretName {
            connection: self.stored(name).id,
            generation,
        };
        self.vault.read(&name).expect("read").expect("there")
    }

    /// Client ID and secret as the vault holds them now.
    pub(crate) fn secrets(&self, name: &str) -> (String, String) {
        let document = self.document(name, self.stored(name).secrets);
        let secret = document.client_secret.expect("a secret");
        (
            document.client_id.expose().to_owned(),
            secret.expose().to_owned(),
        )
    }
}

/// Every file of the folder with its bytes, and every document of the vault by its name. Locks are empty,
/// and left aside.
pub(crate) fn everything_kept(stage: &Stage) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<SecretName>) {
    files_of(stage.home.path(), &stage.vault)
}

/// The same for another folder and vault.
pub(crate) fn files_of(
    folder: &Path,
    vault: &MemoryVault,
) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<SecretName>) {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            if !bytes.is_empty() {
                files.insert(path, bytes);
            }
        }
    }
    (files, vault.names())
}

pub(crate) fn network(sandbox: &Sandbox) -> PracticeNetwork {
    PracticeNetwork {
        connect_to: vec![sandbox.connect_to().parse().expect("a rule")],
        roots: roots_from_pem(sandbox.ca_pem().as_bytes()).expect("an authority"),
    }
}

/// A practice connection as the card of acme says.
pub(crate) fn acme(sandbox: &Sandbox) -> ConnectionDraft {
    let card = sandbox
        .accounts()
        .into_iter()
        .find(|card| card.account == "acme")
        .expect("acme");
    ConnectionDraft {
        practice: true,
        ..draft(&card.client_id, &card.client_secret)
    }
}

pub(crate) fn draft(client_id: &str, client_secret: &str) -> ConnectionDraft {
    ConnectionDraft {
        name: "Acme".to_owned(),
        provider: "talkdesk".to_owned(),
        grant: Grant::ClientCredentials,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: None,
        scopes: vec!["account:read".to_owned()],
        practice: false,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::from([
            ("account".to_owned(), "acme".to_owned()),
            ("region".to_owned(), "us".to_owned()),
        ]),
        client_id: Some(Secret::new(client_id.to_owned())),
        client_secret: Some(Secret::new(client_secret.to_owned())),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

fn open(config_dir: PathBuf, vault: &Arc<MemoryVault>, clock: &Arc<Ahead>) -> Proofkey {
    Proofkey::open(Host {
        config_dir,
        vault: Arc::clone(vault) as Arc<dyn Vault>,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        connect_to: Vec::new(),
        extra_roots: Vec::new(),
        deadlines: Deadlines::default(),
    })
    .expect("opened")
}
