//! Proofkey, the certified server that it was told of, and a person who walks over that server's pages.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofkey_core::border::{AuthorizationEvent, Consent};
use proofkey_core::connection::{ConnectionDraft, SigningDraft};
use proofkey_core::ports::{AuthorizationWatcher, UserAgent};
use proofkey_core::proofkey::{AuthorizeOptions, Host, Proofkey};
use proofkey_core::provider::{ClientAuthentication, Grant, SigningAlgorithm};
use proofkey_core::signing_key::SigningKey;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_core::{Problem, Secret};
use proofkey_tests::{MemoryVault, RealServer, Wish};
use serde_json::{Value, json};
use url::Url;

pub(crate) const CLIENT: (&str, &str) = ("code!client", "s:e c+r%t of code");
pub(crate) const NAME: &str = "Real";
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) server: RealServer,
    pub(crate) proofkey: Proofkey,
    vault: Arc<MemoryVault>,
    _home: tempfile::TempDir,
}

impl Stage {
    /// A connection to the server that nobody has approved yet, made from the server's issuer alone.
    pub(crate) async fn set(options: Value) -> Option<Self> {
        let mut stage = Self::bare(&options).await?;
        stage.add().await;
        Some(stage)
    }

    /// The same for a client that signs with `used`, while `registered` is what the server expects.
    pub(crate) async fn signed(
        options: Value,
        grant: Grant,
        used: SigningAlgorithm,
        registered: SigningAlgorithm,
    ) -> Option<Self> {
        let mut stage = Self::bare(&options).await?;
        stage.add_signed(grant, used, registered).await;
        Some(stage)
    }

    async fn bare(options: &Value) -> Option<Self> {
        let server = RealServer::start(options)?;
        let home = tempfile::tempdir().unwrap();
        let vault = Arc::new(MemoryVault::new());
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::clone(&vault) as Arc<dyn Vault>,
            clock: Arc::new(SystemClock),
            connect_to: Vec::new(),
            extra_roots: Vec::new(),
            deadlines: Deadlines::default(),
        })
        .unwrap();
        proofkey
            .provider_from_issuer(&server.issuer(), Some("real"), false, false)
            .await
            .unwrap();
        Some(Self {
            server,
            proofkey,
            vault,
            _home: home,
        })
    }

    async fn add_signed(
        &mut self,
        grant: Grant,
        used: SigningAlgorithm,
        registered: SigningAlgorithm,
    ) {
        let approved = grant == Grant::AuthorizationCode;
        let scopes = if approved {
            vec!["openid", "profile", "email", "offline_access"]
        } else {
            vec!["api:read"]
        };
        let key = SigningKey::generate(used).unwrap();
        let jwk: Value = serde_json::from_str(&key.public().jwk(Some("k1"), None)).unwrap();
        let draft = ConnectionDraft {
            grant,
            client_authentication: ClientAuthentication::PrivateKeyJwt,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            client_secret: None,
            signing: SigningDraft {
                private_key: Some(key.to_pkcs8_pem().unwrap()),
                key_id: Some("k1".to_owned()),
                algorithm: Some(used),
                ..SigningDraft::default()
            },
            ..draft()
        };
        let added = self.proofkey.add(draft).await;
        let view = added.map_err(|rejected| rejected.findings).unwrap();
        let redirect_uris = view.authorization.map(|it| it.redirect_uris);
        let (grants, responses) = if approved {
            (vec!["authorization_code", "refresh_token"], vec!["code"])
        } else {
            (vec!["client_credentials"], vec![])
        };
        self.server.register_client(&json!({
            "client_id": CLIENT.0,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": registered.name(),
            "jwks": { "keys": [jwk] },
            "application_type": "native",
            "redirect_uris": redirect_uris.unwrap_or_default(),
            "grant_types": grants,
            "response_types": responses,
            "scope": scopes.join(" "),
        }));
    }

    /// Adds the connection, and has the server take the address that it is to be sent back to.
    async fn add(&mut self) {
        let added = self.proofkey.add(draft()).await;
        let view = added.map_err(|rejected| rejected.findings).unwrap();
        let authorization = view.authorization.unwrap();
        self.server
            .register(CLIENT.0, CLIENT.1, &authorization.redirect_uris);
    }

    /// Has a person approve, or not, and returns what came of it and the page they ended at.
    pub(crate) async fn authorize(
        &self,
        wish: Wish,
        accept_person: bool,
    ) -> (Result<Consent, Problem>, String) {
        let (person, landed) = Person::who(wish);
        let options = AuthorizeOptions {
            open_browser: true,
            port: None,
            timeout: PATIENCE,
            accept_person,
        };
        let (_nothing_is_pasted, pasted) = tokio::sync::mpsc::channel(1);
        let outcome = self
            .proofkey
            .authorize(NAME, &options, &person, &Silent, pasted)
            .await;
        // Without a browser that was opened there is no page to wait for.
        drop(person);
        let page = tokio::task::spawn_blocking(move || landed.recv_timeout(2 * PATIENCE));
        let Ok(page) = page.await.unwrap() else {
            panic!("no page was shown: {outcome:?}");
        };
        (outcome, page)
    }

    /// What the vault holds for the connection now.
    pub(crate) fn secrets(&self) -> SecretDocument {
        let connection = self.proofkey.find(NAME).unwrap();
        let name = SecretName {
            connection: connection.id,
            generation: connection.secrets,
        };
        self.vault.read(&name).unwrap().unwrap()
    }

    pub(crate) fn refresh_token(&self) -> String {
        let kept = self.secrets().refresh_token.unwrap();
        kept.expose().to_owned()
    }

    /// Waits until the server itself takes `access_token` for expired.
    pub(crate) async fn outlive(&self, access_token: &str) {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        let dead = async {
            while self.server.status_for("/me", access_token) != 401 {
                ticks.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, dead).await.unwrap();
    }
}

/// A connection to the server, by a client with a secret.
fn draft() -> ConnectionDraft {
    ConnectionDraft {
        name: NAME.to_owned(),
        provider: "real".to_owned(),
        grant: Grant::AuthorizationCode,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: None,
        scopes: ["openid", "profile", "email", "offline_access"]
            .map(str::to_owned)
            .to_vec(),
        practice: false,
        redirect: None,
        parameters: std::collections::BTreeMap::new(),
        variables: std::collections::BTreeMap::new(),
        client_id: Some(Secret::new(CLIENT.0.to_owned())),
        client_secret: Some(Secret::new(CLIENT.1.to_owned())),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

/// A person with a browser of their own, which opens when it is asked to.
struct Person {
    wish: Wish,
    landed: Mutex<Sender<String>>,
}

impl Person {
    /// The person, and what their browser shows in the end.
    fn who(wish: Wish) -> (Self, Receiver<String>) {
        let (say, landed) = channel();
        let landing = Mutex::new(say);
        let person = Self {
            wish,
            landed: landing,
        };
        (person, landed)
    }
}

impl UserAgent for Person {
    fn open(&self, url: &Url) -> Result<(), Problem> {
        let (url, wish) = (url.clone(), self.wish);
        let landed = self.landed.lock().unwrap().clone();
        std::thread::spawn(move || {
            let back = RealServer::visit(&url, wish);
            // Nobody listens any more when the test has failed already.
            drop(landed.send(RealServer::page(&back)));
        });
        Ok(())
    }
}

struct Silent;

impl AuthorizationWatcher for Silent {
    fn say(&self, _event: AuthorizationEvent) {}
}
