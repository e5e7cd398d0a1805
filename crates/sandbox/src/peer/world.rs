//! One peer: its customer, its client, and what it has handed out.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use proofkey_core::border::PracticePerson;
use proofkey_core::ports::Clock as _;
use proofkey_core::system::clock::SystemClock;
use rustls::sign::CertifiedKey;
use serde_json::json;

use super::id_token;
use super::ledger::Ledger;
use super::places::{Endpoint, Places};
use super::plan::{Mutation, PeerPlan};
use super::registered::Registered;
use super::values::Values;
use crate::authority::{Authority, Form};
use crate::control::{self, Order, Outcome};
use crate::front_door;
use crate::keys::{IssueError, Keys};
use crate::record::{Record, Records};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::scene::Scene;
use crate::signed::key::RegisteredKey;
use crate::signed::seen::Seen;

/// Who approves.
pub(crate) struct PeerPerson {
    pub(crate) subject: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

impl PeerPerson {
    pub(crate) fn practice(&self) -> PracticePerson {
        PracticePerson {
            name: self.name.to_owned(),
            email: self.email.to_owned(),
            password: self.password.to_owned(),
        }
    }
}

pub(crate) static PERSON: PeerPerson = PeerPerson {
    subject: "person-1",
    name: "Ada Lovelace",
    email: "ada@customer.example",
    password: "practice-ada",
};

pub(crate) struct PeerWorld {
    pub(crate) plan: PeerPlan,
    pub(crate) places: Places,
    pub(crate) values: Values,
    pub(crate) keys: &'static Keys,
    pub(crate) ledger: Ledger,
    authority: Authority,
    records: Records,
    registered: Mutex<Registered>,
    client_keys: Mutex<Vec<RegisteredKey>>,
    pub(crate) seen: Seen,
    /// What orders have to know.
    pub(crate) word: String,
    ahead: AtomicI64,
}

impl PeerWorld {
    /// Fails when an address of the file cannot be made for this customer.
    pub(crate) fn new(mut plan: PeerPlan) -> std::io::Result<Self> {
        use std::io::Error;
        let values = Values::of(&plan.provider, &plan.variables);
        plan.scopes = plan
            .scopes
            .iter()
            .filter_map(|it| values.fill(it))
            .collect();
        let places = Places::of(&plan, &values).map_err(Error::other)?;
        let keys = keys().map_err(Error::other)?;
        Ok(Self {
            word: keys.random_text().map_err(Error::other)?,
            keys,
            ledger: Ledger::default(),
            authority: Authority::new(SystemClock.now()).map_err(Error::other)?,
            records: Records::default(),
            registered: Mutex::default(),
            client_keys: Mutex::new(plan.keys.clone()),
            seen: Seen::default(),
            ahead: AtomicI64::new(0),
            plan,
            places,
            values,
        })
    }

    pub(crate) fn certificate_pem(&self) -> &str {
        self.authority.certificate_pem()
    }

    pub(crate) fn register(&self, mut uris: Vec<String>) {
        if self.plan.mutation == Some(Mutation::RegisteredByAddress) {
            for uri in &mut uris {
                *uri = uri.replace("//localhost", "//127.0.0.1");
            }
        }
        self.set_registered(Registered::These(uris));
    }

    pub(crate) fn register_what_comes(&self) {
        self.set_registered(Registered::WhatComes);
    }

    fn set_registered(&self, registered: Registered) {
        let own = self.registered.lock();
        *own.unwrap_or_else(PoisonError::into_inner) = registered;
    }

    pub(crate) fn registered(&self) -> Registered {
        let registered = self.registered.lock();
        registered.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn register_key(&self, key: RegisteredKey) {
        let mut keys = self
            .client_keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        keys.retain(|other| other.id != key.id);
        keys.push(key);
    }

    /// The public keys of the client.
    pub(crate) fn client_keys(&self) -> Vec<RegisteredKey> {
        let keys = self.client_keys.lock();
        keys.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now_there(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed))
    }

    /// As ID tokens name it.
    pub(crate) fn issuer(&self) -> Option<String> {
        match &self.plan.mutation {
            Some(Mutation::Issuer(issuer)) => Some(issuer.clone()),
            _ => self.places.issuer.clone(),
        }
    }

    fn reply(&self, request: &Record) -> Reply {
        let refused = |refusal: Refusal| self.refuse(refusal);
        if control::is_order(request) {
            return control::answer(request, &self.word, |order| self.carry_out(order));
        }
        match self.places.endpoint(request) {
            Endpoint::Authorization => self.authorization(request),
            Endpoint::Token => self.token(request).unwrap_or_else(refused),
            Endpoint::PushedRequests => self.push(request).unwrap_or_else(refused),
            Endpoint::Revocation => self.revoke(request).unwrap_or_else(refused),
            Endpoint::Jwks => id_token::jwks(self),
            Endpoint::Metadata => self.metadata(),
            Endpoint::Api => self.api(request),
            Endpoint::Nothing => Reply::text(StatusCode::NOT_FOUND, "Not found\n"),
        }
    }

    /// A peer has one client, and nothing else that could be told to it.
    fn carry_out(&self, order: Order) -> Outcome {
        let Order::RegisterKey {
            key,
            algorithm,
            key_id,
            ..
        } = order
        else {
            return Outcome::Refused(
                "This practice server is no Talkdesk: it has no events.".to_owned(),
            );
        };
        match control::key(&key, algorithm, key_id.as_deref()) {
            Ok(key) => {
                self.register_key(key);
                Outcome::Done
            }
            Err(refused) => refused,
        }
    }

    /// RFC 8414 §2, with the addresses of the file.
    fn metadata(&self) -> Reply {
        let places = &self.places;
        let text = |url: &Option<url::Url>| url.as_ref().map(url::Url::as_str).map(str::to_owned);
        let mut members = json!({
            "issuer": places.issuer,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        });
        for (name, url) in [
            ("authorization_endpoint", &places.authorization),
            ("token_endpoint", &places.token),
            ("jwks_uri", &places.jwks),
            ("revocation_endpoint", &places.revocation),
            ("userinfo_endpoint", &places.userinfo),
            (
                "pushed_authorization_request_endpoint",
                &places.pushed_requests,
            ),
        ] {
            if let Some(url) = text(url) {
                members[name] = url.into();
            }
        }
        Reply::json(StatusCode::OK, &members)
    }
}

/// One set for all peers of a process: making an RSA key takes longer than all the rest.
fn keys() -> Result<&'static Keys, IssueError> {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    if KEYS.get().is_none() {
        // Whoever is first wins; both are as good.
        let _second = KEYS.set(Keys::new()?);
    }
    KEYS.get().ok_or(IssueError)
}

impl Scene for PeerWorld {
    fn now(&self) -> Timestamp {
        self.now_there()
    }

    fn records(&self) -> &Records {
        &self.records
    }

    fn entered(&self, request: &Record) -> Option<Record> {
        let meant = front_door::meant(request)?;
        (self.places.endpoint(&meant) == Endpoint::Authorization).then_some(meant)
    }

    fn certificate(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        self.authority.certificate(host, Form::Sound)
    }

    async fn answer(&self, request: Record) -> Reply {
        self.records.push(request.clone());
        let reply = self.reply(&request);
        tracing::debug!(
            host = %request.host,
            path = %request.path,
            status = reply.status().as_u16(),
            "peer request answered"
        );
        reply
    }
}
