//! The clients of the practice accounts: what each of them has registered, and the generations of
//! credentials that come and go while they are replaced.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::account::Account;
use crate::signed::assertion::Registered;
use crate::signed::key::RegisteredKey;
use crate::signed::practice_key;

/// One client, or one generation of it.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) account: &'static Account,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) keys: Vec<RegisteredKey>,
    /// When it ends; `None` for one that stays.
    until: Option<Timestamp>,
}

impl Client {
    /// What an assertion of this client is held against.
    pub(crate) fn registered(&self) -> Registered<'_> {
        Registered {
            keys: &self.keys,
            shared: self.account.is_complete().then_some(self.secret.as_str()),
            key_id_required: !self.account.is_complete(),
        }
    }

    fn of(account: &'static Account) -> Self {
        let key = practice_key::of(account.name);
        let key =
            key.and_then(|key| RegisteredKey::read(key.public, key.algorithm, Some(key.id)).ok());
        Self {
            account,
            id: account.client_id.to_owned(),
            secret: account.client_secret.to_owned(),
            keys: key.into_iter().collect(),
            until: None,
        }
    }

    fn counts(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// All clients, each account's oldest first.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<&'static str, Vec<Client>>>);

impl Clients {
    /// Those of `account` that count now.
    pub(crate) fn of(&self, account: &'static Account, now: Timestamp) -> Vec<Client> {
        let mut clients = self.lock();
        let known = clients
            .entry(account.name)
            .or_insert_with(|| vec![Client::of(account)]);
        known
            .iter()
            .filter(|client| client.counts(now))
            .cloned()
            .collect()
    }

    /// Whether a client of that id counts now.
    pub(crate) fn knows(
        &self,
        account: &'static Account,
        id: Option<&str>,
        now: Timestamp,
    ) -> bool {
        self.of(account, now)
            .iter()
            .any(|client| Some(client.id.as_str()) == id)
    }

    /// The newest client of `account` has one more key, or this one in the place of an older one of
    /// the same name.
    pub(crate) fn register_key(&self, account: &'static Account, key: RegisteredKey) {
        let mut clients = self.lock();
        let known = clients
            .entry(account.name)
            .or_insert_with(|| vec![Client::of(account)]);
        if let Some(newest) = known.last_mut() {
            newest.keys.retain(|other| other.id != key.id);
            newest.keys.push(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Vec<Client>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
