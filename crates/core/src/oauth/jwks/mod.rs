//! The keys that a server signs with, fetched once and again when it changes them (RFC 7517).

mod key;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use super::document::{self, DocumentError};
use super::signature::SignatureAlgorithm;
use crate::error::{Code, Problem};
use crate::ports::Clock;
use crate::system::network::Network;
use key::PublishedKey;

/// Rule F11.
const MOST_KEYS: usize = 100;

/// Between two fetches that an unknown key or a wrong signature asks for (rule F10).
const REFETCH_SECONDS: i64 = 30;

/// After this long the keys are fetched again in any case, so that a withdrawn one is forgotten.
const KEPT_SECONDS: i64 = 900;

/// A signature and what it is over, as they stand in a token.
#[derive(Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) kid: Option<&'a str>,
    pub(super) algorithm: SignatureAlgorithm,
    /// Header and payload with the dot between them (RFC 7515 §5.2).
    pub(super) message: &'a str,
    pub(super) signature: &'a str,
}

/// Why a signature is not proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Document(Box<DocumentError>),
    #[error("the key set cannot be used: {reason}")]
    Malformed { reason: String },
    /// No key of that `kid`, type, algorithm and use.
    #[error("the server publishes no key that fits the signature")]
    NoKey,
    /// More than one key fits, so it cannot be said which one signed.
    #[error("the server publishes several keys that fit the signature")]
    Ambiguous,
    #[error("the signature is wrong")]
    WrongSignature,
}

/// The keys of every server that was asked, for as long as this program runs.
#[derive(Default)]
pub struct KeyCache {
    servers: Mutex<HashMap<Url, Arc<tokio::sync::Mutex<Published>>>>,
}

/// What one address published, and when it was asked.
#[derive(Default)]
struct Published {
    keys: Option<KeySet>,
    fetched: Option<Timestamp>,
    refetched: Option<Timestamp>,
}

impl KeyCache {
    /// Whether `signed` was signed by a key that is published at `url`.
    ///
    /// Known keys are tried first. When they do not fit, the server may have changed them: they are
    /// fetched once more, though not again within 30 seconds, so that a stream of bad tokens is not
    /// passed on to the server (rule F10).
    pub(super) async fn verify(
        &self,
        network: &Network,
        clock: &dyn Clock,
        url: &Url,
        signed: Signed<'_>,
    ) -> Result<(), KeyError> {
        let server = self.server(url);
        let mut published = server.lock().await;
        let known = match &published.keys {
            Some(keys) if !is_past(published.fetched, KEPT_SECONDS, clock.now()) => {
                keys.verify(signed)
            }
            _ => return published.fetch(network, clock, url).await?.verify(signed),
        };
        let Err(error) = known else { return Ok(()) };
        if !is_past(published.refetched, REFETCH_SECONDS, clock.now()) {
            return Err(error);
        }
        published.refetched = Some(clock.now());
        published.fetch(network, clock, url).await?.verify(signed)
    }

    /// Forgets all keys: another server took the place of the one that published them.
    pub(crate) fn forget(&self) {
        self.servers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn server(&self, url: &Url) -> Arc<tokio::sync::Mutex<Published>> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(servers.entry(url.clone()).or_default())
    }
}

impl Published {
    /// Keeps what it had when nothing usable comes.
    async fn fetch(
        &mut self,
        network: &Network,
        clock: &dyn Clock,
        url: &Url,
    ) -> Result<&KeySet, KeyError> {
        let members = document::read(network, url)
            .await
            .map_err(|error| KeyError::Document(Box::new(error)))?;
        let keys = KeySet::read(&members)?;
        self.fetched = Some(clock.now());
        Ok(self.keys.insert(keys))
    }
}

/// Whether `seconds` have gone by since `then`. A clock that was set back by more counts as well:
/// nothing may wait for a time that comes in years.
fn is_past(then: Option<Timestamp>, seconds: i64, now: Timestamp) -> bool {
    then.is_none_or(|then| (now.as_second() - then.as_second()).abs() >= seconds)
}

/// RFC 7517 §5.
struct KeySet(Vec<PublishedKey>);

impl KeySet {
    fn read(members: &Map<String, Value>) -> Result<Self, KeyError> {
        let malformed = |reason: &str| KeyError::Malformed {
            reason: reason.to_owned(),
        };
        let Some(Value::Array(keys)) = members.get("keys") else {
            return Err(malformed("it has no list of keys"));
        };
        if keys.len() > MOST_KEYS {
            return Err(malformed("it holds more than 100 keys"));
        }
        Ok(Self(keys.iter().filter_map(PublishedKey::read).collect()))
    }

    /// With exactly the one key that fits by `kid` (when the token names one), type, algorithm and
    /// use (rule F9). Trying all keys would let a decoy decide.
    fn verify(&self, signed: Signed<'_>) -> Result<(), KeyError> {
        let named = |key: &&PublishedKey| signed.kid.is_none() || key.kid.as_deref() == signed.kid;
        let mut fitting = self
            .0
            .iter()
            .filter(named)
            .filter(|key| key.fits(signed.algorithm));
        let key = fitting.next().ok_or(KeyError::NoKey)?;
        if fitting.next().is_some() {
            return Err(KeyError::Ambiguous);
        }
        if key.verifies(signed.algorithm, signed.message, signed.signature) {
            Ok(())
        } else {
            Err(KeyError::WrongSignature)
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Document(error) => (*error).into(),
            error => Self::new(
                Code::AuthorizationInvalid,
                format!("The ID token cannot be believed: {error}."),
                "Nothing was kept. Try again; when it happens again, tell the operator of the \
                 server.",
            ),
        }
    }
}
