//! The clients of the practice accounts: what each of them has registered, and the generations of
//! credentials that come and go while they are replaced.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::account::Account;
use crate::appconnect::fresh_key::Delivered;
use crate::keys::{IssueError, Keys};
use crate::signed::assertion::Registered;
use crate::signed::key::RegisteredKey;
use crate::signed::practice_key;

/// How long credentials stay good after new ones came, as Talkdesk documents it.
const GRACE_HOURS: i64 = 7 * 24;

/// One client, or one generation of it.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) account: &'static Account,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) keys: Vec<RegisteredKey>,
    /// The pair that an event brings.
    pub(crate) delivered: Option<Delivered>,
    /// When it ends; `None` for one that stays.
    until: Option<Timestamp>,
}

/// How credentials are replaced.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rotation {
    /// The old ones end at once.
    pub(crate) compromised: bool,
    /// Only secret and key are new.
    pub(crate) same_client_id: bool,
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
        let registered =
            key.and_then(|key| RegisteredKey::read(key.public, key.algorithm, Some(key.id)).ok());
        Self {
            account,
            id: account.client_id.to_owned(),
            secret: account.client_secret.to_owned(),
            keys: registered.into_iter().collect(),
            delivered: key.map(Delivered::of),
            until: None,
        }
    }

    /// The generation after this one.
    fn renewed(&self, rotation: Rotation, keys: &Keys) -> Result<Self, IssueError> {
        let delivered = match &self.delivered {
            Some(key) => Some(Delivered::fresh(keys.random_hex()?, key.algorithm)?),
            None => None,
        };
        let registered = delivered.as_ref().map(|key| {
            RegisteredKey::read(&key.public, key.algorithm, Some(&key.id)).map_err(|_| IssueError)
        });
        Ok(Self {
            account: self.account,
            id: if rotation.same_client_id {
                self.id.clone()
            } else {
                keys.random_hex()?
            },
            secret: format!("{}{}", keys.random_text()?, keys.random_text()?),
            keys: registered.transpose()?.into_iter().collect(),
            delivered,
            until: None,
        })
    }

    fn counts(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    fn end(&mut self, at: Timestamp) {
        self.until = Some(self.until.map_or(at, |until| until.min(at)));
    }
}

/// All clients, each account's oldest first.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<&'static str, Vec<Client>>>);

impl Clients {
    /// Those of `account` that count now.
    pub(crate) fn of(&self, account: &'static Account, now: Timestamp) -> Vec<Client> {
        let mut clients = self.lock();
        let known = generations(&mut clients, account).iter();
        known.filter(|client| client.counts(now)).cloned().collect()
    }

    /// Whether a client of that id counts now.
    pub(crate) fn knows(
        &self,
        account: &'static Account,
        id: Option<&str>,
        now: Timestamp,
    ) -> bool {
        let clients = self.of(account, now);
        clients.iter().any(|client| Some(client.id.as_str()) == id)
    }

    /// The client whose credentials came last.
    pub(crate) fn newest(&self, account: &'static Account) -> Client {
        let mut clients = self.lock();
        let newest = generations(&mut clients, account).last().cloned();
        newest.unwrap_or_else(|| Client::of(account))
    }

    /// The newest client of `account` has one more key, or this one in the place of an older one of
    /// the same name.
    pub(crate) fn register_key(&self, account: &'static Account, key: RegisteredKey) {
        let mut clients = self.lock();
        if let Some(newest) = generations(&mut clients, account).last_mut() {
            newest.keys.retain(|other| other.id != key.id);
            newest.keys.push(key);
        }
    }

    /// Makes new credentials for `account`. The old ones stay good for seven days, or not at all.
    pub(crate) fn rotate(
        &self,
        account: &'static Account,
        rotation: Rotation,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Client, IssueError> {
        let fresh = self.newest(account).renewed(rotation, keys)?;
        let grace = if rotation.compromised { 0 } else { GRACE_HOURS };
        let mut clients = self.lock();
        let known = generations(&mut clients, account);
        for old in known.iter_mut() {
            old.end(now + SignedDuration::from_hours(grace));
        }
        known.push(fresh.clone());
        Ok(fresh)
    }

    /// The newest credentials have arrived, so that all older ones end; `false` when it is not the
    /// newest that is named, or nothing older is left.
    pub(crate) fn acknowledge(&self, account: &'static Account, id: &str, now: Timestamp) -> bool {
        let mut clients = self.lock();
        let known = generations(&mut clients, account);
        let Some((newest, older)) = known.split_last_mut() else {
            return false;
        };
        let waits = newest.id == id && older.iter().any(|old| old.counts(now));
        if waits {
            for old in older {
                old.end(now);
            }
        }
        waits
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Vec<Client>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn generations<'a>(
    clients: &'a mut HashMap<&'static str, Vec<Client>>,
    account: &'static Account,
) -> &'a mut Vec<Client> {
    clients
        .entry(account.name)
        .or_insert_with(|| vec![Client::of(account)])
}
