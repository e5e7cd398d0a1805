//! Proofkey with a connection to the departing server.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::border::Consent;
use proofkey_core::connection::{ConnectionDraft, Redirect};
use proofkey_core::proofkey::{Host, PastedAddress, Proofkey};
use proofkey_core::provider::{self, ClientAuthentication, FileProblem, Grant, Provider};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::Vault;
use proofkey_core::{Problem, Secret};
use proofkey_sandbox::{Mutation, Peer, PeerPlan};
use proofkey_tests::{Decision, MemoryVault};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::stage::{draft, options};
use crate::visitor::{Browser, Diary, PATIENCE};

pub(crate) const DEPARTING: &str = include_str!("../../data/departing.toml");
pub(crate) const SCOPE: &str = "{accounts}/read";
pub(crate) const SECRET: &str = "canary-of-departing-0123456789";

pub(crate) struct Departing {
    _home: tempfile::TempDir,
    pub(crate) proofkey: Proofkey,
    pub(crate) peer: Peer,
    pub(crate) id: String,
}

/// What is asked of it.
#[derive(Default)]
pub(crate) struct Wish {
    pub(crate) text: Option<String>,
    pub(crate) mutation: Option<Mutation>,
    pub(crate) is_public: bool,
    pub(crate) redirect: Option<Redirect>,
    pub(crate) grant: Option<Grant>,
    pub(crate) ports: Option<[u16; 2]>,
}

impl Departing {
    pub(crate) async fn set(wish: Wish) -> Self {
        let [first, second] = wish.ports.unwrap_or_else(free_ports);
        let text = wish.text.as_deref().unwrap_or(DEPARTING);
        // Each stage has ports of its own, as each has its registered addresses.
        let text = &text
            .replace("49611", &first.to_string())
            .replace("49612", &second.to_string());
        let home = tempfile::tempdir().expect("a folder");
        let providers = home.path().join("providers");
        std::fs::create_dir_all(&providers).expect("made");
        std::fs::write(providers.join("departing.toml"), text).expect("written");
        let variables = BTreeMap::from([
            ("region".to_owned(), "us".to_owned()),
            ("organization".to_owned(), "42".to_owned()),
        ]);
        let secret = (!wish.is_public).then(|| SECRET.to_owned());
        let peer = Peer::start(PeerPlan {
            provider: read(text),
            variables: variables.clone(),
            client_id: "departing-client".to_owned(),
            client_secret: secret.clone(),
            keys: Vec::new(),
            scopes: vec![SCOPE.to_owned(), "oauth".to_owned()],
            parameters: BTreeMap::new(),
            mutation: wish.mutation,
        });
        let peer = peer.await.expect("a peer");
        let proofkey = opened(home.path(), &peer);
        let added = proofkey.add(ConnectionDraft {
            grant: wish.grant.unwrap_or(Grant::AuthorizationCode),
            client_authentication: if wish.is_public {
                ClientAuthentication::None
            } else {
                ClientAuthentication::ClientSecretPost
            },
            scopes: vec![SCOPE.to_owned()],
            redirect: wish.redirect,
            variables,
            client_id: Some(Secret::new("departing-client".to_owned())),
            client_secret: secret.map(Secret::new),
            ..draft("Departing", "departing")
        });
        let added = added.await.map_err(|rejected| rejected.findings);
        let view = added.expect("added");
        let registered = view
            .authorization
            .map_or(Vec::new(), |one| one.redirect_uris);
        peer.register(registered);
        Self {
            _home: home,
            proofkey,
            peer,
            id: view.id,
        }
    }

    /// The person signs in, approves, and lands, or pastes where they landed.
    pub(crate) async fn authorize(&self, pastes: bool) -> Result<Consent, Problem> {
        let (browser, mut opened) = Browser::new();
        let (paste, addresses) = mpsc::channel(1);
        let (options, diary) = (options(), Diary::default());
        let attempt = self
            .proofkey
            .authorize(&self.id, &options, &browser, &diary, addresses);
        let attempt = Box::pin(attempt);
        let (address, pem) = (self.peer.address(), self.peer.ca_pem().to_owned());
        let person = self.peer.person();
        let person = async {
            let url = opened.recv().await.expect("an address");
            let back = tokio::task::spawn_blocking(move || {
                let browser = proofkey_tests::Browser::new(address, &pem);
                let (email, password) = (&person.email, &person.password);
                let back = browser.approve(url.as_str(), email, password, Decision::Approve);
                if !pastes {
                    browser.get(&back);
                }
                back
            });
            let back = back.await.expect("through");
            if pastes {
                let (answer, told) = oneshot::channel();
                let address = Secret::new(back.to_string());
                let sent = paste.send(PastedAddress { address, answer }).await;
                assert!(sent.is_ok(), "the attempt is over");
                told.await.expect("an answer").expect("taken");
            }
            std::future::pending::<()>().await;
        };
        let ended = async {
            tokio::select! {
                ended = attempt => ended,
                () = person => unreachable!("the person waits for ever"),
            }
        };
        tokio::time::timeout(PATIENCE, ended)
            .await
            .expect("in time")
    }

    /// The bodies of the token requests, as the peer got them.
    pub(crate) fn token_requests(&self) -> Vec<Value> {
        let records = self.peer.records().into_iter();
        let asked = records.filter(|record| record.path == "/token");
        asked
            .map(|record| serde_json::from_slice(&record.body).expect("JSON"))
            .collect()
    }

    pub(crate) fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = self
            .peer
            .records()
            .into_iter()
            .map(|one| one.host)
            .collect();
        hosts.dedup();
        hosts
    }
}

/// Proofkey on `folder`, for which every host is the peer.
fn opened(folder: &std::path::Path, peer: &Peer) -> Proofkey {
    let proofkey = Proofkey::open(Host {
        config_dir: folder.to_owned(),
        vault: Arc::new(MemoryVault::new()) as Arc<dyn Vault>,
        clock: Arc::new(SystemClock),
        connect_to: vec![peer.connect_to().parse().expect("a rule")],
        extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).expect("an authority"),
        deadlines: Deadlines::default(),
    });
    proofkey.expect("opened")
}

/// Two that were free a moment ago.
pub(crate) fn free_ports() -> [u16; 2] {
    let bound = [0, 0].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).expect("free"));
    bound.map(|bound| bound.local_addr().expect("bound").port())
}

fn read(text: &str) -> Provider {
    let read: Result<Provider, Vec<FileProblem>> = provider::parse("departing.toml", text);
    read.expect("a provider")
}

pub(crate) fn https_only() -> String {
    DEPARTING
        .replace("\"loopback_fixed_port\"", "\"https_only\"")
        .replace(
            "redirect_host = \"localhost\"\nredirect_ports = [49611, 49612]\n",
            "",
        )
}
