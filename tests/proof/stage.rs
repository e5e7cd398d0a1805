//! One practice account, a connection to it, and everything a proof needs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::border::ProxyChoice;
use proofkey_core::check::{
    self, Check, CheckId, CheckStatus, Proof, Subject, Verdict, content_id,
};
use proofkey_core::connection::{Connection, ConnectionId};
use proofkey_core::ports::{Clock, Progress, Unwatched};
use proofkey_core::provider::{Catalogue, Provider};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::{Generation, SecretDocument, SecretName, Vault};
use proofkey_sandbox::{Options, Record, Sandbox};
use proofkey_tests::MemoryVault;

/// A set stage.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) catalogue: Catalogue,
    pub(crate) connection: Connection,
    pub(crate) secrets: SecretDocument,
    pub(crate) network: Network,
    pub(crate) vault: Arc<MemoryVault>,
}

impl Stage {
    /// With the credentials and the region that the practice list shows for `account`.
    pub(crate) async fn of(account: &str) -> Self {
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
            redirect: None,
            created_at: now,
            changed_at: now,
            secrets: Generation::FIRST,
            parameters: BTreeMap::new(),
            destinations: Vec::new(),
            variables: BTreeMap::from([
                ("account".to_owned(), account.to_owned()),
                ("region".to_owned(), shown.region),
            ]),
            signing: None,
            service_token: None,
            service_token_ends_at: None,
            installation: None,
            generations: Vec::new(),
            newest_generation: None,
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

    pub(crate) fn provider(&self) -> &Provider {
        self.catalogue.provider("talkdesk").expect("Talkdesk")
    }

    pub(crate) fn name(&self) -> SecretName {
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

    /// The bare proof; it may run on any thread.
    pub(crate) async fn prove_unjudged(&self, progress: &dyn Progress) -> Proof {
        fn on_any_thread<T: Send>(future: T) -> T {
            future
        }
        let subject = Subject {
            connection: &self.connection,
            provider: self.provider(),
            secrets: &self.secrets,
            renewal: None,
        };
        let vault: Arc<dyn Vault> = self.vault.clone();
        let proof = check::prove(&subject, &self.network, vault, &SystemClock, progress);
        tokio::time::timeout(Duration::from_secs(40), on_any_thread(proof))
            .await
            .expect("a proof ends")
    }

    pub(crate) async fn prove_watched(&self, progress: &dyn Progress) -> Proof {
        let proof = self.prove_unjudged(progress).await;
        self.expect_sound(&proof);
        proof
    }

    pub(crate) async fn prove(&self) -> Proof {
        self.prove_watched(&Unwatched).await
    }

    /// What holds for every proof, whatever it found.
    fn expect_sound(&self, proof: &Proof) {
        let report = &proof.report;
        let ids: Vec<CheckId> = report.checks.iter().map(|check| check.id).collect();
        assert_eq!(ids, CheckId::ALL);
        assert_eq!(
            report.content_id,
            content_id(&self.connection, self.provider())
        );
        for check in &report.checks {
            if check.status == CheckStatus::Failed {
                assert!(
                    !check.causes.is_empty() && check.remedy.is_some(),
                    "{check:#?}"
                );
            }
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

    pub(crate) fn token_requests(&self) -> usize {
        let records = self.sandbox.records();
        records
            .iter()
            .filter(|record| record.path == "/oauth/token")
            .count()
    }
}

pub(crate) fn network(sandbox: &Sandbox, ca_pem: &str, deadlines: Deadlines) -> Network {
    Network::new(NetworkSettings {
        connect_to: vec![sandbox.connect_to().parse().expect("a rule")],
        extra_roots: roots_from_pem(ca_pem.as_bytes()).expect("a CA"),
        proxy: ProxyChoice::None,
        loopback_only: true,
        deadlines,
        kept: None,
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
pub(crate) fn stopped_at(proof: &Proof, id: CheckId) -> &Check {
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
