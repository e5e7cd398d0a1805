//! The staged proof against the practice Talkdesk: what fails first, what is named as its cause, and
//! what the peer was sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::border::{ProxyChoice, Sighting};
use proofkey_core::check::{
    self, Check, CheckId, CheckStatus, Proof, RemedyAction, Subject, Verdict, content_id,
};
use proofkey_core::connection::{Connection, ConnectionId};
use proofkey_core::ports::{Clock, Progress, Unwatched};
use proofkey_core::provider::{Catalogue, Provider};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::{Generation, SecretDocument, SecretName, Vault};
use proofkey_sandbox::{Fault, Options, Record, Sandbox};
use proofkey_tests::{MemoryVault, Mood};

/// One practice account, a connection to it, and everything a proof needs.
struct Stage {
    sandbox: Sandbox,
    catalogue: Catalogue,
    connection: Connection,
    secrets: SecretDocument,
    network: Network,
    vault: Arc<MemoryVault>,
}

impl Stage {
    /// With the credentials and the region that the practice list shows for `account`.
    async fn of(account: &str) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
        let shown = sandbox
            .accounts()
            .into_iter()
            .find(|practice| practice.account == account)
            .expect("a practice account");
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider("talkdesk").expect("Talkdesk");
        let now = SystemClock.now();
        let connection = Connection {
            version: 1,
            id: ConnectionId::from_name(account),
            name: format!("Practice {account}"),
            provider: provider.id.clone(),
            grant: provider.grants[0],
            client_authentication: provider.client_authentication[0],
            basic_encoding: provider.basic_encoding,
            scopes: vec!["account:read".to_owned(), "users:read".to_owned()],
            practice: true,
            created_at: now,
            changed_at: now,
            secrets: Generation::FIRST,
            variables: BTreeMap::from([
                ("account".to_owned(), account.to_owned()),
                ("region".to_owned(), shown.region),
            ]),
        };
        let secrets = SecretDocument::new(
            Secret::new(shown.client_id),
            Some(Secret::new(shown.client_secret)),
        );
        let network = network(&sandbox, sandbox.ca_pem(), Deadlines::default());
        let stage = Self {
            sandbox,
            catalogue,
            connection,
            secrets,
            network,
            vault: Arc::new(MemoryVault::new()),
        };
        stage.store();
        stage
    }

    fn provider(&self) -> &Provider {
        self.catalogue.provider("talkdesk").expect("Talkdesk")
    }

    fn name(&self) -> SecretName {
        SecretName {
            connection: self.connection.id.clone(),
            generation: self.connection.secrets,
        }
    }

    fn store(&self) {
        self.vault
            .write(&self.name(), &self.secrets)
            .expect("stored");
    }

    async fn prove_watched(&self, progress: &dyn Progress) -> Proof {
        let subject = Subject {
            connection: &self.connection,
            provider: self.provider(),
            secrets: &self.secrets,
        };
        let vault: Arc<dyn Vault> = self.vault.clone();
        let proof = check::prove(&subject, &self.network, vault, &SystemClock, progress);
        let proof = tokio::time::timeout(Duration::from_secs(40), proof)
            .await
            .expect("a proof ends");
        self.expect_sound(&proof);
        proof
    }

    async fn prove(&self) -> Proof {
        self.prove_watched(&Unwatched).await
    }

    /// What holds for every proof, whatever it found.
    fn expect_sound(&self, proof: &Proof) {
        let report = &proof.report;
        let ids: Vec<CheckId> = report.checks.iter().map(|check| check.id).collect();
        assert_eq!(ids, CheckId::ALL);
        assert_eq!(report.content_id, content_id(&self.connection));
        for check in &report.checks {
            let failed = check.status == CheckStatus::Failed;
            assert_eq!(failed, !check.causes.is_empty() && failed, "{check:#?}");
            assert!(!failed || check.remedy.is_some(), "{check:#?}");
        }
        let json = serde_json::to_string(report).expect("JSON");
        for secret in self.credentials() {
            assert!(!json.contains(secret), "a secret in {json}");
        }
        if let Some(token) = &proof.token {
            assert!(!json.contains(token.access_token.expose()));
        }
        self.expect_secret_kept_to_the_token_endpoint();
    }

    fn credentials(&self) -> Vec<&str> {
        let secret = self.secrets.client_secret.as_ref().expect("a secret");
        vec![self.secrets.client_id.expose(), secret.expose()]
    }

    /// The peer's own record: credentials came only to this connection's token endpoint.
    fn expect_secret_kept_to_the_token_endpoint(&self) {
        let suffix = match self.connection.variables["region"].as_str() {
            "us" => "talkdeskid.com",
            "eu" => "talkdeskid.eu",
            _ => "talkdeskidca.com",
        };
        let host = format!("{}.{suffix}", self.connection.variables["account"]);
        for record in self.sandbox.records() {
            let token_request = record.host == host && record.path == "/oauth/token";
            let basic = record
                .header("authorization")
                .is_some_and(|value| value.starts_with("Basic "));
            assert!(token_request || !basic, "{} {}", record.host, record.path);
            let text = everything(&record);
            for secret in self.credentials() {
                let form: String = url_encoded(secret);
                for shape in [secret.to_owned(), form, STANDARD.encode(secret)] {
                    assert!(token_request || !text.contains(&shape));
                }
            }
        }
    }

    fn token_requests(&self) -> usize {
        let records = self.sandbox.records();
        records
            .iter()
            .filter(|record| record.path == "/oauth/token")
            .count()
    }
}

fn network(sandbox: &Sandbox, ca_pem: &str, deadlines: Deadlines) -> Network {
    Network::new(NetworkSettings {
        connect_to: vec![sandbox.connect_to().parse().expect("a rule")],
        extra_roots: roots_from_pem(ca_pem.as_bytes()).expect("a CA"),
        proxy: ProxyChoice::None,
        loopback_only: true,
        deadlines,
    })
    .expect("a network")
}

fn everything(record: &Record) -> String {
    let mut text = format!("{} {:?} ", record.path, record.query);
    for (name, value) in &record.headers {
        text.push_str(name);
        text.push_str(&String::from_utf8_lossy(value));
    }
    text.push_str(&String::from_utf8_lossy(&record.body));
    text
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                char::from(byte).to_string()
            }
            b' ' => "+".to_owned(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The check that stopped the proof; the ones after it, the vault apart, were not reached.
fn stopped_at(proof: &Proof, id: CheckId) -> &Check {
    let report = &proof.report;
    assert_eq!(report.verdict, Verdict::Failed);
    let first = report.first_failure().expect("a failure");
    assert_eq!(first.id, id, "{first:#?}");
    for check in &report.checks {
        if check.id > id && check.id < CheckId::Vault {
            assert_eq!(check.status, CheckStatus::NotReached, "{:?}", check.id);
        }
    }
    first
}

#[derive(Default)]
struct Seen(Mutex<Vec<(CheckId, Option<CheckStatus>)>>);

impl Progress for Seen {
    fn started(&self, id: CheckId) {
        self.0.lock().expect("lock").push((id, None));
    }

    fn finished(&self, check: &Check) {
        self.0.lock().expect("lock").push((check.id, Some(check.status)));
    }
}

#[tokio::test]
async fn everything_in_order_passes_all_nine_and_is_said_as_it_happens() {
    let stage = Stage::of("acme").await;
    let seen = Seen::default();
    let proof = stage.prove_watched(&seen).await;
    for check in &proof.report.checks {
        assert_eq!(check.status, CheckStatus::Passed, "{check:#?}");
    }
    assert_eq!(proof.report.verdict, Verdict::Passed);
    assert_eq!(
        proof.report.granted_scopes.as_deref(),
        Some(&["account:read".to_owned(), "users:read".to_owned()][..])
    );
    let token = proof.token.expect("a token");
    assert!(token.expires_at.is_some_and(|at| at > SystemClock.now()));

    let seen = seen.0.into_inner().expect("lock");
    let expected: Vec<_> = CheckId::ALL
        .into_iter()
        .flat_map(|id| [(id, None), (id, Some(CheckStatus::Passed))])
        .collect();
    assert_eq!(seen, expected);
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn every_working_practice_account_passes() {
    for account in ["globex", "initech"] {
        let proof = Stage::of(account).await.prove().await;
        assert_eq!(proof.report.verdict, Verdict::Passed, "{:#?}", proof.report);
    }
}

#[tokio::test]
async fn an_account_that_lives_elsewhere_is_the_wrong_region_and_gets_no_second_secret() {
    let stage = Stage::of("soylent").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(
        check.causes[0].action,
        Some(RemedyAction::SwitchRegion {
            region: "eu".to_owned()
        }),
        "{check:#?}"
    );
    assert!(check.evidence["region_eu"].contains("soylent.talkdeskid.eu"));
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn a_refused_secret_names_the_secret_after_two_tries_and_no_more() {
    let stage = Stage::of("hooli").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(
        check.summary,
        "Talkdesk did not accept the client ID and secret."
    );
    assert!(check.causes[0].summary.contains("secret was replaced"));
    assert!(check.evidence.contains_key("told_apart_by"));
    assert_eq!(check.evidence["status"], "401");
    assert_eq!(stage.token_requests(), 2);
}

#[tokio::test]
async fn a_withheld_scope_fails_the_scope_check_by_name() {
    let stage = Stage::of("stark").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Scope);
    assert_eq!(check.evidence["missing"], "account:read");
    assert_eq!(check.evidence["granted"], "users:read");
}

#[tokio::test]
async fn a_scope_added_minutes_ago_is_told_apart_from_a_wrong_secret() {
    let stage = Stage::of("tyrell").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Scope);
    assert!(check.causes[0].summary.contains("minutes ago"), "{check:#?}");
    let token = proof.report.check(CheckId::Token).expect("it");
    assert_eq!(token.status, CheckStatus::Passed);
    assert_eq!(stage.token_requests(), 2);
}

#[tokio::test]
async fn a_web_page_a_redirect_and_busy_servers_are_told_apart() {
    let cases = [
        ("cyberdyne", "web page", "content_type"),
        ("vandelay", "does not follow", "location_host"),
        ("umbrella", "asks to wait", "retry_after"),
        ("wonka", "cannot answer at the moment", "status"),
        ("bluth", "answered 200", "error"),
    ];
    for (account, words, evidence) in cases {
        let stage = Stage::of(account).await;
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Token);
        assert!(check.summary.contains(words), "{check:#?}");
        assert!(check.evidence.contains_key(evidence), "{check:#?}");
        let vault = proof.report.check(CheckId::Vault).expect("it");
        assert_eq!(vault.status, CheckStatus::Passed);
    }
}

#[tokio::test]
async fn clocks_five_minutes_apart_are_a_warning_that_names_them() {
    let stage = Stage::of("wayne").await;
    let proof = stage.prove().await;
    let check = proof.report.check(CheckId::Token).expect("it");
    assert_eq!(check.status, CheckStatus::Warning, "{check:#?}");
    assert!(check.summary.contains("5 minutes behind"), "{check:#?}");
    assert_eq!(proof.report.verdict, Verdict::Passed);
}

#[tokio::test]
async fn a_token_that_the_api_refuses_quotes_the_api() {
    for (fault, status) in [(Fault::ApiForbidden, "403"), (Fault::ApiUnauthorized, "401")] {
        let stage = Stage::of("acme").await;
        stage.sandbox.set_fault("acme", fault).expect("a target");
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Api);
        assert_eq!(check.evidence["status"], status);
        assert!(check.evidence.contains_key("code"), "{check:#?}");
        assert!(check.evidence.contains_key("message"), "{check:#?}");
    }
}

#[tokio::test]
async fn another_account_answering_fails_the_account_check_alone() {
    let stage = Stage::of("dunder").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Account);
    assert_eq!(check.evidence["expected"], "dunder");
    assert_ne!(check.evidence["found"], "dunder");
    let api = proof.report.check(CheckId::Api).expect("it");
    assert_eq!(api.status, CheckStatus::Passed);
}

#[tokio::test]
async fn bad_certificates_stop_the_proof_before_any_secret_is_sent() {
    for (account, words) in [
        ("monarch", "expired on"),
        ("weyland", "certificate is for"),
        ("nakatomi", "does not trust"),
    ] {
        let stage = Stage::of(account).await;
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Tls);
        assert!(check.summary.contains(words), "{check:#?}");
        assert_eq!(stage.token_requests(), 0);
    }
}

#[tokio::test]
async fn a_slow_server_times_out_by_name() {
    let mut stage = Stage::of("acme").await;
    let slow = Fault::Slow(Duration::from_secs(30));
    stage.sandbox.set_fault("acme", slow).expect("a target");
    let deadlines = Deadlines {
        first_byte: Duration::from_millis(400),
        ..Deadlines::default()
    };
    stage.network = network(&stage.sandbox, stage.sandbox.ca_pem(), deadlines);
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert!(check.summary.contains("did not answer in time"), "{check:#?}");
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn a_server_that_is_not_running_refuses_the_connection() {
    let mut stage = Stage::of("acme").await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    stage.network = Network::new(NetworkSettings {
        connect_to: vec![format!("::127.0.0.1:{port}").parse().expect("a rule")],
        loopback_only: true,
        proxy: ProxyChoice::None,
        ..NetworkSettings::default()
    })
    .expect("a network");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Tcp);
    assert!(check.summary.contains("refused the connection"));
}

#[tokio::test]
async fn a_vault_that_is_locked_denied_absent_or_empty_fails_the_last_check() {
    let stage = Stage::of("acme").await;
    for (mood, state) in [
        (Mood::Locked, "locked"),
        (Mood::Denied, "denied"),
        (Mood::Absent, "unavailable"),
        (Mood::Lies, "corrupt"),
    ] {
        stage.vault.set_mood(mood);
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Vault);
        assert_eq!(check.evidence["state"], state);
    }
    stage.vault.set_mood(Mood::Working);
    stage.vault.remove(&stage.name()).expect("removed");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Vault);
    assert!(check.summary.contains("no longer"), "{check:#?}");
}

#[tokio::test]
async fn a_malformed_value_stops_the_proof_before_anything_is_sent() {
    let mut stage = Stage::of("acme").await;
    stage
        .connection
        .variables
        .insert("account".to_owned(), "acme.evil.example#".to_owned());
    let subject = Subject {
        connection: &stage.connection,
        provider: stage.provider(),
        secrets: &stage.secrets,
    };
    let vault: Arc<dyn Vault> = stage.vault.clone();
    let proof = check::prove(&subject, &stage.network, vault, &SystemClock, &Unwatched).await;
    stopped_at(&proof, CheckId::Configuration);
    let vault = proof.report.check(CheckId::Vault).expect("it");
    assert_eq!(vault.status, CheckStatus::NotReached);
    assert!(stage.sandbox.records().is_empty());
}

#[tokio::test]
async fn all_regions_are_asked_without_a_secret() {
    let stage = Stage::of("soylent").await;
    let sightings = check::detect_regions(&stage.network, stage.provider(), "soylent").await;
    let of = |region: &str| {
        sightings
            .iter()
            .find(|sighting| sighting.region == region)
            .map(|sighting| sighting.sighting)
    };
    assert_eq!(of("eu"), Some(Sighting::Found), "{sightings:#?}");
    assert_eq!(of("us"), Some(Sighting::Absent), "{sightings:#?}");
    for record in stage.sandbox.records() {
        assert_eq!(record.method, "GET");
        assert!(record.header("authorization").is_none());
        assert!(record.header("cookie").is_none());
        assert!(record.body.is_empty());
    }
}
