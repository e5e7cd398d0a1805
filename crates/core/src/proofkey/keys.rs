//! Key pairs that Proofkey makes and keeps until a connection takes them over.

use std::sync::Arc;

use super::{Proofkey, blocking};
use crate::border::{KeptKeys, KeyView, NewKey};
use crate::connection::{Connection, ConnectionId, KeptKey, Signing, custody, key_custody};
use crate::error::{Code, Problem};
use crate::provider::{KeyOrigin, Provider, SigningAlgorithm};
use crate::secret::Secret;
use crate::signing_key::{PublicKey, SigningKey};
use crate::vault::Generation;
use crate::wording;

const LONGEST: usize = 100;

impl Proofkey {
    /// Makes a key pair: the private half goes to the vault, the public one comes back to be registered.
    ///
    /// `DraftInvalid` at `name`, `key_id` or `algorithm` for what cannot be, and at `for_connection` where
    /// the provider makes the keys itself; `AlreadyExists` when a kept key bears the name. RSA may take
    /// some seconds.
    pub async fn make_key(&self, new: NewKey) -> Result<KeyView, Problem> {
        let target = new.for_connection.as_deref();
        let target = target.map(|name| self.find(name)).transpose()?;
        let name = self.key_name(new.name.trim(), target.as_ref())?;
        let key_id = new.key_id.as_deref().map(str::trim);
        let key_id = key_id.filter(|typed| !typed.is_empty());
        if let Some(typed) = key_id {
            refuse_odd(typed, "key_id", "A key ID")?;
        }
        let algorithm = self.algorithm_for(new.algorithm, target.as_ref())?;
        let now = self.host.clock.now();
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let key_id = key_id.map(str::to_owned);
        blocking(move || {
            let pair = SigningKey::generate(algorithm)?;
            let public = pair.public();
            let key = KeptKey {
                version: 1,
                id: ConnectionId::from_name(&name),
                name,
                algorithm,
                key_id: key_id.unwrap_or_else(|| public.thumbprint()),
                public_key: public.pem(),
                created_at: now,
                secrets: Generation::FIRST,
                for_connection: target.map(|connection| connection.id),
            };
            let kept = key_custody::keep_key(&store, vault.as_ref(), &key, pair.to_pkcs8_pem()?)?;
            Ok(view(&kept, &public))
        })
        .await
    }

    /// The keys that wait for a connection, the newest first.
    pub fn kept_keys(&self) -> Result<KeptKeys, Problem> {
        let mut keys = Vec::new();
        let mut unreadable = Vec::new();
        for kept in self.store.kept_keys()? {
            match kept.and_then(|key| shown(&key)) {
                Ok(view) => keys.push(view),
                Err(problem) => unreadable.push(problem),
            }
        }
        keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        Ok(KeptKeys { keys, unreadable })
    }

    /// The public half of a kept key, or of the key that a connection signs with.
    ///
    /// [`Code::NotFound`] when nothing of that name has one.
    pub async fn public_key(&self, name: &str) -> Result<KeyView, Problem> {
        match self.kept_key(name) {
            Ok(key) => return shown(&key),
            Err(problem) if problem.code == Code::NotFound => {}
            Err(problem) => return Err(problem),
        }
        let connection = match self.find(name) {
            Ok(connection) => connection,
            Err(problem) if problem.code == Code::NotFound => return Err(no_key(name, self)),
            Err(problem) => return Err(problem),
        };
        let signing = connection
            .signing
            .clone()
            .ok_or_else(|| no_key(name, self))?;
        let vault = Arc::clone(&self.host.vault);
        blocking(move || {
            let document = custody::read_document(vault.as_ref(), &connection)?;
            let public = stored_key(document.required_private_key()?)?.public();
            Ok(in_use(&connection, &signing, &public))
        })
        .await
    }

    /// Removes a kept key and its private half. The key of a connection goes with the connection.
    pub async fn remove_key(&self, name: &str) -> Result<(), Problem> {
        let key = self.kept_key(name)?;
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        blocking(move || key_custody::remove_key(&store, vault.as_ref(), &key.id)).await
    }

    /// The kept key whose id or name is `name`; [`Code::NotFound`] says which there are.
    pub fn kept_key(&self, name: &str) -> Result<KeptKey, Problem> {
        if let Ok(id) = ConnectionId::parse(name)
            && let Some(key) = self.store.kept_key(&id)?
        {
            return Ok(key);
        }
        let kept = self.store.kept_keys()?;
        let mut readable = kept.into_iter().flatten();
        readable
            .find(|key| key.name == name)
            .ok_or_else(|| no_key(name, self))
    }

    /// The private half of a kept key.
    pub(super) async fn private_half(&self, key: &KeptKey) -> Result<Secret, Problem> {
        let (vault, key) = (Arc::clone(&self.host.vault), key.clone());
        blocking(move || key_custody::read_key(vault.as_ref(), &key)).await
    }

    fn key_name(&self, typed: &str, target: Option<&Connection>) -> Result<String, Problem> {
        if !typed.is_empty() {
            refuse_odd(typed, "name", "The name of a key")?;
            return Ok(typed.to_owned());
        }
        let base = target.map_or_else(|| "Key".to_owned(), |one| format!("{} key", one.name));
        let taken = self.store.kept_keys()?;
        let is_free = |name: &String| !taken.iter().flatten().any(|key| key.name == *name);
        let numbered = (2..1000).map(|number| format!("{base} {number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        Ok(names.find(is_free).unwrap_or(base))
    }

    fn algorithm_for(
        &self,
        wanted: Option<SigningAlgorithm>,
        target: Option<&Connection>,
    ) -> Result<SigningAlgorithm, Problem> {
        let Some(target) = target else {
            return Ok(wanted.unwrap_or(SigningAlgorithm::Es256));
        };
        let provider = self.provider(&target.provider)?;
        if provider.client_assertion.keys == KeyOrigin::Issued {
            return Err(issued_there(&provider, target));
        }
        let offered = &provider.client_assertion.algorithms;
        match wanted.or_else(|| offered.first().copied()) {
            Some(algorithm) if offered.contains(&algorithm) => Ok(algorithm),
            _ => Err(not_taken(&provider)),
        }
    }
}

/// A key that this program wrote.
pub(super) fn stored_key(pem: &Secret) -> Result<SigningKey, Problem> {
    SigningKey::read(pem, None).map_err(|defect| {
        Problem::new(
            Code::SecretMissing,
            format!(
                "The private key in the vault cannot be used. {}",
                defect.summary()
            ),
            "Enter the private key of this connection again.",
        )
    })
}

fn shown(key: &KeptKey) -> Result<KeyView, Problem> {
    let public = PublicKey::read(&key.public_key).map_err(|defect| {
        Problem::new(
            Code::FileFailed,
            format!(
                "The file of the key “{}” cannot be used. {}",
                key.name,
                defect.summary()
            ),
            "Remove this key and make another one.",
        )
    })?;
    Ok(view(key, &public))
}

fn view(key: &KeptKey, public: &PublicKey) -> KeyView {
    KeyView {
        id: key.id.to_string(),
        name: key.name.clone(),
        algorithm: key.algorithm,
        key_id: Some(key.key_id.clone()),
        thumbprint: public.thumbprint(),
        jwk: public.jwk(Some(&key.key_id), Some(key.algorithm)),
        pem: public.pem(),
        created_at: Some(key.created_at),
        for_connection: key.for_connection.as_ref().map(ToString::to_string),
        in_use: false,
    }
}

fn in_use(connection: &Connection, signing: &Signing, public: &PublicKey) -> KeyView {
    KeyView {
        id: connection.id.to_string(),
        name: connection.name.clone(),
        algorithm: signing.algorithm,
        key_id: signing.key_id.clone(),
        thumbprint: public.thumbprint(),
        jwk: public.jwk(signing.key_id.as_deref(), Some(signing.algorithm)),
        pem: public.pem(),
        created_at: None,
        for_connection: None,
        in_use: true,
    }
}

fn refuse_odd(typed: &str, field: &str, what: &str) -> Result<(), Problem> {
    let longest = if field == "name" { LONGEST } else { 256 };
    let hidden = |c: char| c.is_control() || wording::is_unseen(c);
    if typed.chars().count() <= longest && !typed.chars().any(hidden) {
        return Ok(());
    }
    Err(Problem::new(
        Code::DraftInvalid,
        format!("{what} has 1 to {longest} visible characters on one line."),
        "Choose another one, for example acme-2026.",
    )
    .at(field))
}

fn not_taken(provider: &Provider) -> Problem {
    let offered = &provider.client_assertion.algorithms;
    let names: Vec<&str> = offered.iter().map(|one| one.name()).collect();
    Problem::new(
        Code::DraftInvalid,
        format!("{} does not take keys for this algorithm.", provider.name),
        format!("Choose one of these: {}.", names.join(", ")),
    )
    .at("algorithm")
}

fn issued_there(provider: &Provider, target: &Connection) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!(
            "{} makes the keys of its clients itself, so one that is made here cannot be registered for \
             “{}”.",
            provider.name, target.name
        ),
        "Ask for new credentials there. The private key comes with them; enter that one.",
    )
    .at("for_connection")
}

fn no_key(name: &str, proofkey: &Proofkey) -> Problem {
    let kept = proofkey.store.kept_keys().unwrap_or_default();
    let ids: Vec<String> = kept
        .iter()
        .flatten()
        .take(12)
        .map(|key| key.id.to_string())
        .collect();
    let remedy = if ids.is_empty() {
        "No key waits for a connection.".to_owned()
    } else {
        format!("These keys wait for a connection: {}.", ids.join(", "))
    };
    Problem::new(
        Code::NotFound,
        format!("There is no key named “{}”.", wording::clean(name, 80)),
        remedy,
    )
    .at("name")
}
