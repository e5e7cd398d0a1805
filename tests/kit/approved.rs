//! Proofkey with a connection to the rotating server, as several processes open it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use proofkey_core::border::{Consent, Person, RefreshOutcome};
use proofkey_core::connection::{ConnectionDraft, Redirect, SigningDraft};
use proofkey_core::oauth::TokenReply;
use proofkey_core::ports::Clock;
use proofkey_core::proofkey::{Host, Proofkey};
use proofkey_core::provider::{ClientAuthentication, Grant, RedirectHost};
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::Vault;
use proofkey_core::{Problem, Secret};

use crate::RotatingServer;

/// A clock that stands where it was set.
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn at(seconds: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(seconds)))
    }

    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

/// The provider file that leads to [`RotatingServer`].
pub const ROTATING: &str = include_str!("../data/rotating.toml");

/// Opens Proofkey on `config_dir`; the server is at `address`.
pub fn opened(
    config_dir: &Path,
    vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    address: SocketAddr,
    root_pem: &str,
) -> Result<Proofkey, Problem> {
    opened_with(config_dir, vault, clock, (address, root_pem), ROTATING)
}

/// The same with this provider file in place of [`ROTATING`].
pub fn opened_with(
    config_dir: &Path,
    vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    (address, root_pem): (SocketAddr, &str),
    provider: &str,
) -> Result<Proofkey, Problem> {
    let host = RotatingServer::HOST;
    let rule = format!("{host}:443:{}:{}", address.ip(), address.port());
    let internal = |summary: String| Problem::new(proofkey_core::Code::Internal, summary, "");
    let providers = config_dir.join("providers");
    let written = std::fs::create_dir_all(&providers)
        .and_then(|()| std::fs::write(providers.join("rotating.toml"), provider));
    written.map_err(|error| internal(error.to_string()))?;
    Proofkey::open(Host {
        config_dir: config_dir.to_owned(),
        vault,
        clock,
        connect_to: vec![rule.parse().map_err(|_| internal(rule.clone()))?],
        extra_roots: roots_from_pem(root_pem.as_bytes())?,
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::default()
        },
    })
}

/// A connection to the server.
pub fn rotating_draft(grant: Grant) -> ConnectionDraft {
    ConnectionDraft {
        name: "Rotating".to_owned(),
        provider: "rotating".to_owned(),
        grant,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: None,
        scopes: vec!["read".to_owned()],
        practice: false,
        redirect: (grant == Grant::AuthorizationCode).then(|| Redirect::Loopback {
            host: RedirectHost::Address,
            ports: Vec::new(),
            path: "/authorized/0123456789abcdef0123456789abcdef".to_owned(),
        }),
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        client_id: Some(Secret::new("client-id".to_owned())),
        client_secret: Some(Secret::new("client-secret".to_owned())),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

/// What the token endpoint would have answered to the code of an approval.
pub fn approval((access, refresh): (String, String)) -> TokenReply {
    TokenReply {
        access_token: Secret::new(access),
        token_type: Some("Bearer".to_owned()),
        api_base: None,
        expires_in: Some(600),
        scopes: Some(vec!["read".to_owned()]),
        refresh_token: (!refresh.is_empty()).then(|| Secret::new(refresh)),
        id_token: None,
        other: BTreeMap::from([("sid".to_owned(), Secret::new("session".to_owned()))]),
        notes: Vec::new(),
        clock_skew_seconds: None,
        clock_corrected: false,
        status: 200,
        elapsed: Duration::ZERO,
    }
}

/// The consent of that person.
pub fn consent(subject: &str, at: Timestamp) -> Consent {
    Consent {
        at,
        person: Some(Person {
            issuer: Some(format!("https://{}", RotatingServer::HOST)),
            subject: subject.to_owned(),
            name: None,
            email: None,
        }),
        account: None,
        requested_scopes: vec!["read".to_owned()],
        granted_scopes: Some(vec!["read".to_owned()]),
        refresh: RefreshOutcome::Proven,
        notes: Vec::new(),
    }
}
