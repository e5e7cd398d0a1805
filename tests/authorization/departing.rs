//! A server that departs from the standard wherever a provider file can say so: what is sent to it, what
//! is taken from it, and what is not.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::border::{Consent, RefreshOutcome};
use proofkey_core::check::{CheckId, Verdict};
use proofkey_core::connection::{ConnectionDraft, Redirect};
use proofkey_core::error::Code;
use proofkey_core::ports::Unwatched;
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
use url::Url;

use crate::stage::{draft, options};
use crate::visitor::{Browser, Diary, PATIENCE};

const DEPARTING: &str = include_str!("../data/departing.toml");
const SCOPE: &str = "{accounts}/read";
const SECRET: &str = "canary-of-departing-0123456789";

struct Departing {
    _home: tempfile::TempDir,
    proofkey: Proofkey,
    peer: Peer,
    id: String,
}

/// What is asked of it.
#[derive(Default)]
struct Wish {
    text: Option<String>,
    mutation: Option<Mutation>,
    is_public: bool,
    redirect: Option<Redirect>,
    grant: Option<Grant>,
    ports: Option<[u16; 2]>,
}

impl Departing {
    async fn set(wish: Wish) -> Self {
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
            scopes: vec![SCOPE.to_owned(), "oauth".to_owned()],
            parameters: BTreeMap::new(),
            mutation: wish.mutation,
        });
        let peer = peer.await.expect("a peer");
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::new(MemoryVault::new()) as Arc<dyn Vault>,
            clock: Arc::new(SystemClock),
            connect_to: vec![peer.connect_to().parse().expect("a rule")],
            extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).expect("an authority"),
            deadlines: Deadlines::default(),
        });
        let proofkey = proofkey.expect("opened");
        let added = proofkey.add(ConnectionDraft {
            grant: wish.grant.unwrap_or(Grant::AuthorizationCode),
            client_authentication: match wish.is_public {
                true => ClientAuthentication::None,
                false => ClientAuthentication::ClientSecretPost,
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
    async fn authorize(&self, pastes: bool) -> Result<Consent, Problem> {
        let (browser, mut opened) = Browser::new();
        let (paste, pasted) = mpsc::channel(1);
        let (options, diary) = (options(), Diary::default());
        let attempt = (self.proofkey).authorize(&self.id, &options, &browser, &diary, pasted);
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
    fn token_requests(&self) -> Vec<Value> {
        let records = self.peer.records().into_iter();
        let asked = records.filter(|record| record.path == "/token");
        asked
            .map(|record| serde_json::from_slice(&record.body).expect("JSON"))
            .collect()
    }

    fn hosts(&self) -> Vec<String> {
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

/// Two that were free a moment ago.
fn free_ports() -> [u16; 2] {
    let bound = [0, 0].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).expect("free"));
    bound.map(|bound| bound.local_addr().expect("bound").port())
}

fn read(text: &str) -> Provider {
    let read: Result<Provider, Vec<FileProblem>> = provider::parse("departing.toml", text);
    read.expect("a provider")
}

fn https_only() -> String {
    DEPARTING
        .replace("\"loopback_fixed_port\"", "\"https_only\"")
        .replace(
            "redirect_host = \"localhost\"\nredirect_ports = [49611, 49612]\n",
            "",
        )
}

#[tokio::test]
async fn every_departure_is_sent_and_understood_from_approval_to_refresh() {
    let [_, second] = free_ports();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("free");
    let first = taken.local_addr().expect("bound").port();
    let stage = Departing::set(Wish {
        ports: Some([first, second]),
        ..Wish::default()
    });
    let stage = stage.await;
    let consent = stage.authorize(false).await.expect("approved");
    drop(taken);
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    let scope = "accounts.departing.example/read";
    assert_eq!(consent.requested_scopes, [scope, "oauth"]);
    assert_eq!(
        consent.granted_scopes.as_deref(),
        Some(&[scope.to_owned(), "oauth".to_owned()][..])
    );
    let [code, refresh] = &stage.token_requests()[..] else {
        panic!("a code and a refresh");
    };
    for request in [code, refresh] {
        assert_eq!(request["client_id"], "departing-client");
        assert_eq!(request["client_secret"], SECRET);
    }
    assert_eq!(code["grant_type"], "authorization_code");
    assert_eq!(code["expiring"], "1");
    // The first port was taken, so the second registered address was used, by its name.
    let redirect_uri = code["redirect_uri"].as_str().expect("sent");
    assert!(
        redirect_uri.starts_with(&format!("http://localhost:{second}/")),
        "{redirect_uri}"
    );
    assert_eq!(refresh["grant_type"], "refresh_token");
    assert_eq!(refresh["region"], "accounts.departing.example");
    assert!(refresh.get("expiring").is_none());
    let asked = stage.peer.records();
    let asked = asked
        .iter()
        .find(|record| record.path == "/authorize")
        .expect("asked");
    let query = asked.query.clone().expect("a query");
    let sent: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(sent["scope"], format!("{scope},oauth"));
    assert_eq!(
        (sent["access_type"].as_str(), sent["organization"].as_str()),
        ("offline", "42")
    );

    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(
        report.api_base.as_deref(),
        Some("https://practice.departing-api.example/")
    );
    let token = report.check(CheckId::Token).expect("checked");
    assert!(token.summary.contains("2 hours"), "{}", token.summary);
    let view = stage.proofkey.page(&stage.id).expect("a page").connection;
    let life = view.authorization.expect("approved").life;
    assert_eq!(
        life.as_deref(),
        Some("It ends when it was not used for 30 days.")
    );
}

#[tokio::test]
async fn a_client_asks_with_the_parameters_of_its_file() {
    let stage = Departing::set(Wish {
        grant: Some(Grant::ClientCredentials),
        ..Wish::default()
    });
    let stage = stage.await;
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let request = stage.token_requests().remove(0);
    assert_eq!(request["soid"], "Departing.42");
    assert_eq!(request["scope"], "accounts.departing.example/read");
}

#[tokio::test]
async fn a_token_that_leads_astray_goes_nowhere_and_the_report_names_the_host() {
    for grant in [Grant::ClientCredentials, Grant::AuthorizationCode] {
        let stray = "https://departing-api.example.evil.example";
        let stage = Departing::set(Wish {
            grant: Some(grant),
            mutation: Some(Mutation::AnsweredBase(stray.to_owned())),
            ..Wish::default()
        });
        let stage = stage.await;
        let words = if grant == Grant::ClientCredentials {
            let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
            let report = report.expect("a report");
            let failed = report.first_failure().expect("noticed").clone();
            assert_eq!(failed.id, CheckId::Token);
            failed.summary
        } else {
            let problem = stage.authorize(false).await.expect_err("noticed");
            problem.summary
        };
        assert!(
            words.contains("departing-api.example.evil.example"),
            "{words}"
        );
        let hosts = stage.hosts();
        let own = ["accounts.departing.example"];
        assert!(
            hosts.iter().all(|host| own.contains(&host.as_str())),
            "{hosts:?}"
        );
    }
}

#[tokio::test]
async fn a_code_of_another_data_centre_is_not_sent_and_the_region_is_named() {
    for (server, advice) in [
        ("https://accounts.departing-eu.example", "Europe"),
        (
            "https://accounts.departing.example.evil.example",
            "Compare the addresses",
        ),
    ] {
        let stage = Departing::set(Wish {
            mutation: Some(Mutation::ResponseServer(server.to_owned())),
            ..Wish::default()
        });
        let stage = stage.await;
        let problem = stage.authorize(false).await.expect_err("noticed");
        assert_eq!(problem.code, Code::AuthorizationInvalid);
        let host = Url::parse(server).expect("an address");
        assert!(
            problem.summary.contains(host.host_str().expect("a host")),
            "{problem:?}"
        );
        assert!(
            problem.summary.contains("accounts.departing.example\""),
            "{problem:?}"
        );
        assert!(problem.remedy.contains(advice), "{problem:?}");
        assert!(stage.token_requests().is_empty());
    }
}

#[tokio::test]
async fn a_public_client_sends_its_name_and_nothing_else() {
    let stage = Departing::set(Wish {
        is_public: true,
        ..Wish::default()
    });
    let stage = stage.await;
    let consent = stage.authorize(false).await.expect("approved");
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    for request in stage.token_requests() {
        assert_eq!(request["client_id"], "departing-client");
        assert!(request.get("client_secret").is_none());
    }
    for record in stage.peer.records() {
        let header = record.header("authorization").unwrap_or_default();
        let basic = header.starts_with("Basic");
        assert!(!basic, "{record:?}");
    }
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked, "{removal:?}");
}

#[tokio::test]
async fn where_only_https_is_taken_a_person_pastes_where_they_landed() {
    let text = https_only();
    let uri = "https://www.customer.example/authorized".to_owned();
    let stage = Departing::set(Wish {
        text: Some(text),
        redirect: Some(Redirect::Pasted { uri: uri.clone() }),
        ..Wish::default()
    });
    let stage = stage.await;
    let refused = stage
        .proofkey
        .propose_redirect("departing")
        .expect_err("none of our own");
    assert_eq!(refused.field.as_deref(), Some("redirect"));
    stage.authorize(true).await.expect("approved");
    assert_eq!(stage.token_requests()[0]["redirect_uri"], uri);
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
}
