//! Proofkey with a practice connection that a person has to approve.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::border::{AuthorizationStanding, AuthorizationView, Consent, PracticePerson};
use proofkey_core::connection::{ConnectionDraft, Redirect, SigningDraft};
use proofkey_core::proofkey::{AuthorizeOptions, Host, PastedAddress, PracticeNetwork, Proofkey};
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::connect_to::ConnectTo;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_core::{Problem, Secret};
use proofkey_sandbox::{Options, Sandbox};
use proofkey_tests::MemoryVault;
use rustls_pki_types::CertificateDer;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use url::Url;

use crate::visitor::{Browser, Diary, PATIENCE, Shown, decide, land};

pub(crate) const SCOPES: [&str; 4] = ["account:read", "openid", "refresh_token", "users:read"];

pub(crate) struct Stage {
    pub(crate) home: tempfile::TempDir,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) proofkey: Arc<Proofkey>,
    pub(crate) sandbox: Sandbox,
    pub(crate) person: PracticePerson,
    pub(crate) id: String,
}

impl Stage {
    /// With a connection to a practice account, as its card says.
    pub(crate) async fn set(account: &str) -> Self {
        Self::with_redirect(account, None).await
    }

    pub(crate) async fn with_redirect(account: &str, redirect: Option<Redirect>) -> Self {
        Self::of(account, redirect, &SCOPES).await
    }

    pub(crate) async fn with_scopes(account: &str, scopes: &[&str]) -> Self {
        Self::of(account, None, scopes).await
    }

    async fn of(account: &str, redirect: Option<Redirect>, scopes: &[&str]) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
        let mut cards = sandbox.accounts().into_iter();
        let card = cards.find(|card| card.account == account).expect("a card");
        let draft = ConnectionDraft {
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            practice: true,
            redirect,
            variables: BTreeMap::from([
                ("account".to_owned(), card.account),
                ("region".to_owned(), card.region),
            ]),
            client_id: Some(Secret::new(card.client_id)),
            client_secret: Some(Secret::new(card.client_secret)),
            ..draft(account, "talkdesk")
        };
        let person = card.person.expect("somebody who signs in");
        let stage = Self::open(sandbox, person, (Vec::new(), Vec::new()));
        let practice = practice(&stage.sandbox);
        stage.proofkey.set_practice(Some(practice));
        stage.with(draft).await
    }

    /// With a connection to the server beside Talkdesk, known by its issuer alone and reached as a real
    /// server is.
    pub(crate) async fn of_issuer() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
        let card = sandbox.issuer();
        let PracticeNetwork { connect_to, roots } = practice(&sandbox);
        let stage = Self::open(sandbox, card.person, (connect_to, roots));
        let made =
            stage
                .proofkey
                .provider_from_issuer(&card.issuer, Some("complete"), false, false);
        made.await.expect("a provider");
        let draft = ConnectionDraft {
            scopes: card.scopes,
            client_id: Some(Secret::new(card.client_id)),
            client_secret: Some(Secret::new(card.client_secret)),
            ..draft("Complete", "complete")
        };
        stage.with(draft).await
    }

    fn open(
        sandbox: Sandbox,
        person: PracticePerson,
        (connect_to, extra_roots): (Vec<ConnectTo>, Vec<CertificateDer<'static>>),
    ) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let vault = Arc::new(MemoryVault::new());
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::clone(&vault) as Arc<dyn Vault>,
            clock: Arc::new(SystemClock),
            connect_to,
            extra_roots,
            deadlines: Deadlines::default(),
        });
        Self {
            home,
            vault,
            id: String::new(),
            proofkey: Arc::new(proofkey.expect("opened")),
            sandbox,
            person,
        }
    }

    async fn with(self, draft: ConnectionDraft) -> Self {
        let added = self.proofkey.add(draft).await;
        let id = added
            .map_err(|rejected| rejected.findings)
            .expect("added")
            .id;
        Self { id, ..self }
    }

    pub(crate) fn view(&self) -> AuthorizationView {
        let page = self.proofkey.page(&self.id).expect("a page");
        page.connection.authorization.expect("a code grant")
    }

    pub(crate) fn standing(&self) -> AuthorizationStanding {
        self.view().standing
    }

    /// Changes what is kept of the last approval, behind Proofkey's back.
    pub(crate) fn edit_record(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let name = format!("connections/{}.authorization.json", self.id);
        let path = self.home.path().join(name);
        let text = std::fs::read(&path).expect("a record");
        let mut record = serde_json::from_slice(&text).expect("JSON");
        change(&mut record);
        std::fs::write(&path, record.to_string()).expect("written");
    }

    pub(crate) fn document(&self) -> SecretDocument {
        let connection = self.proofkey.find(&self.id).expect("found");
        let name = SecretName {
            connection: connection.id,
            generation: connection.secrets,
        };
        self.vault.read(&name).expect("read").expect("there")
    }

    /// Starts an attempt and waits until its browser is out.
    pub(crate) async fn begin(&self, options: AuthorizeOptions) -> Attempt {
        let (browser, mut opened) = Browser::new();
        let attempt = self.attempt(options, browser);
        let url = timeout(PATIENCE, opened.recv()).await.expect("in time");
        let url = self.front_door(url.expect("an address"));
        Attempt { url, ..attempt }
    }

    /// Starts an attempt with this browser; the address is left empty.
    pub(crate) fn attempt(&self, options: AuthorizeOptions, browser: Browser) -> Attempt {
        let diary = Arc::new(Diary::default());
        let (paste, pasted) = mpsc::channel(1);
        let (proofkey, id) = (Arc::clone(&self.proofkey), self.id.clone());
        let told = Arc::clone(&diary);
        let running = tokio::spawn(async move {
            proofkey
                .authorize(&id, &options, &browser, told.as_ref(), pasted)
                .await
        });
        Attempt {
            url: "about:blank".parse().expect("an address"),
            diary,
            paste,
            running,
        }
    }

    /// A browser of this machine does not find the practice hosts under their names.
    fn front_door(&self, url: Url) -> Url {
        if url.scheme() == "http" {
            return url;
        }
        let host = url.host_str().expect("a host");
        let rest = &url[url::Position::BeforePath..];
        let door = format!("{}/{host}{rest}", self.sandbox.browser_address());
        door.parse().expect("an address")
    }

    /// The whole way: sign in, decide, land. The page at the end, and what came of it.
    pub(crate) async fn walk(&self, decision: &str) -> (Shown, Result<Consent, Problem>) {
        let attempt = self.begin(options()).await;
        let callback = self.decide(&attempt, decision).await;
        let shown = land(&callback).await;
        (shown, attempt.ended().await)
    }

    pub(crate) async fn decide(&self, attempt: &Attempt, decision: &str) -> Url {
        decide(
            &attempt.url,
            &self.person.email,
            &self.person.password,
            decision,
        )
        .await
    }
}

/// An attempt that runs.
pub(crate) struct Attempt {
    pub(crate) url: Url,
    pub(crate) diary: Arc<Diary>,
    paste: mpsc::Sender<PastedAddress>,
    running: tokio::task::JoinHandle<Result<Consent, Problem>>,
}

impl Attempt {
    pub(crate) async fn ended(self) -> Result<Consent, Problem> {
        let ended = timeout(PATIENCE, self.running).await.expect("in time");
        ended.expect("no panic")
    }

    pub(crate) async fn cancel(self) {
        self.running.abort();
        let _ = timeout(PATIENCE, self.running).await.expect("in time");
    }

    pub(crate) async fn paste(&self, address: &str) -> Result<(), Problem> {
        let (answer, told) = oneshot::channel();
        let address = Secret::new(address.to_owned());
        let paste = PastedAddress { address, answer };
        assert!(self.paste.send(paste).await.is_ok(), "the attempt is over");
        timeout(PATIENCE, told)
            .await
            .expect("in time")
            .expect("an answer")
    }

    /// A parameter of the request that the browser carries.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        pairs
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.into_owned())
    }

    pub(crate) fn redirect_uri(&self) -> Url {
        let uri = self.parameter("redirect_uri").expect("a redirect URI");
        uri.parse().expect("an address")
    }
}

pub(crate) fn options() -> AuthorizeOptions {
    AuthorizeOptions {
        open_browser: true,
        port: None,
        timeout: Duration::from_mins(1),
        accept_person: false,
    }
}

pub(crate) fn draft(name: &str, provider: &str) -> ConnectionDraft {
    ConnectionDraft {
        name: name.to_owned(),
        provider: provider.to_owned(),
        grant: Grant::AuthorizationCode,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: None,
        scopes: Vec::new(),
        practice: false,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        client_id: None,
        client_secret: None,
        signing: SigningDraft::default(),
        service_token: None,
    }
}

fn practice(sandbox: &Sandbox) -> PracticeNetwork {
    PracticeNetwork {
        connect_to: vec![sandbox.connect_to().parse().expect("a rule")],
        roots: roots_from_pem(sandbox.ca_pem().as_bytes()).expect("an authority"),
    }
}
