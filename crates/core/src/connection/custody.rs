//! Connections together with their secrets: two places, one change.
//!
//! The order is: note the generations concerned, write the new secrets, write the connection file,
//! remove the old secrets, forget the note. The file decides: before it is replaced everything is as
//! it was, after it everything is as it will be, and [`reconcile`] finishes what a crash interrupted.
//! Only secrets that this folder noted are ever removed, because a keychain is shared by all folders.

mod held;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::connection::store::{Locked, Store};
use crate::connection::{Connection, ConnectionId};
use crate::error::{Code, Problem};
use crate::provider::Grant;
use crate::secret::Secret;
use crate::vault::{CachedToken, Generation, SecretDocument, SecretName, Vault, VaultError};

pub use held::{
    Dropped, Exchange, drop_generation, exchange_generations, hold_generation, keep_held_token,
};

/// Saves a connection with new secrets and returns it as it was saved.
///
/// With `previous: None` it is a new connection: it gets an id of its own made from
/// `connection.id` (`acme`, `acme-2`). Otherwise the stored connection must still have that
/// generation, else it was changed meanwhile and nothing is done (`AlreadyExists`), which is also
/// the answer to a name that another connection bears.
/// A problem leaves file and secrets as they were.
pub fn save_with_secrets(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    document: &SecretDocument,
    previous: Option<Generation>,
) -> Result<Connection, Problem> {
    // A person may have to unlock the vault first; that must not keep others from the lock.
    let held = vault.list()?;
    let locked = store.lock()?;
    let saved = placed(&locked, store, connection, previous, &held)?;
    write_generation(&locked, store, vault, saved, document, previous)
}

/// Makes a new generation of the secrets of `connection`, changed by `change`, and leaves everything
/// else of it as it is stored: somebody may have renamed it meanwhile. Returns it as it was saved.
///
/// `AlreadyExists` when its secrets were changed meanwhile, or it is another one of the same name.
/// A problem leaves file and secrets as they were.
pub fn replace_document(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    change: impl FnOnce(&mut SecretDocument),
) -> Result<Connection, Problem> {
    // As above: a person may have to unlock the vault first.
    vault.read(&name_of(connection))?;
    let locked = store.lock()?;
    let stored = unchanged(store, connection)?;
    let mut document = read_document(vault, &stored)?;
    change(&mut document);
    let previous = stored.secrets;
    let mut next = Connection {
        newest_generation: None,
        ..stored.clone()
    };
    next.renumber(stored.unused_generation());
    write_generation(&locked, store, vault, next, &document, Some(previous))
}

fn write_generation(
    locked: &Locked<'_>,
    store: &Store,
    vault: &dyn Vault,
    saved: Connection,
    document: &SecretDocument,
    previous: Option<Generation>,
) -> Result<Connection, Problem> {
    let name = name_of(&saved);
    let concerned: Vec<Generation> = previous.into_iter().chain([saved.secrets]).collect();
    locked.note(&saved.id, &concerned)?;
    let kept = if keeps_secrets(&saved) {
        vault.write(&name, document).map_err(Problem::from)
    } else {
        Ok(())
    };
    let written = kept.and_then(|()| locked.save(&saved));
    // Whether it went well or not, one of the two generations is now superfluous. When removing it
    // fails, the note stays and the next start removes it.
    let settled = settle(locked, store, vault, &saved.id);
    if let Err(problem) = settled {
        tracing::warn!(connection = %saved.id, cause = %problem, "a superfluous secret stays for now");
    }
    written.map(|()| saved)
}

/// Removes the connection's file and report, then its secrets. When the vault does not answer,
/// nothing is removed. Returns why the vault still has secrets of it, if it did not let go of them: the
/// next start removes them.
pub fn remove_with_secrets(
    store: &Store,
    vault: &dyn Vault,
    id: &ConnectionId,
) -> Result<Option<Problem>, Problem> {
    vault.list()?;
    let locked = store.lock()?;
    let stored = store.load(id)?;
    let named: Vec<Generation> = stored.named_generations().collect();
    locked.note(id, &named)?;
    locked.remove(id)?;
    let stays = settle(&locked, store, vault, id).err();
    if let Some(problem) = &stays {
        tracing::warn!(connection = %id, cause = %problem, "a superfluous secret stays for now");
    }
    Ok(stays)
}

/// Changes the secrets of this very content of the connection without making a new generation: for
/// the tokens of a refresh, and cached access tokens. `AlreadyExists` when it was changed meanwhile,
/// `SecretMissing` when the vault has none.
pub fn renew_document(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    change: impl FnOnce(&mut SecretDocument),
) -> Result<(), Problem> {
    let name = name_of(connection);
    // As above: a person may have to unlock the vault first.
    vault.read(&name)?;
    let _locked = store.lock()?;
    unchanged(store, connection)?;
    let mut document = read_document(vault, connection)?;
    change(&mut document);
    vault.write(&name, &document)?;
    Ok(())
}

/// Keeps an access token with the secrets it was obtained with. When the connection was changed
/// meanwhile, the token is of no use any more and is not kept.
pub fn keep_token(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    token: CachedToken,
) -> Result<(), Problem> {
    let ends_at = token.expires_at;
    let kept = renew_document(store, vault, connection, |document| {
        document.cached_token = Some(token);
    });
    let kept = kept.and_then(|()| note_end(store, connection, ends_at));
    match kept {
        Err(problem) if problem.code == Code::AlreadyExists => Ok(()),
        kept => kept,
    }
}

/// Notes when a service token ends, so that it can be counted down without the vault.
fn note_end(
    store: &Store,
    connection: &Connection,
    ends_at: Option<Timestamp>,
) -> Result<(), Problem> {
    if connection.service_token.is_none() {
        return Ok(());
    }
    let locked = store.lock()?;
    let stored = unchanged(store, connection)?;
    locked.save(&Connection {
        service_token_ends_at: ends_at,
        ..stored
    })
}

/// The secrets that belong to the connection as it is stored; `SecretMissing` when there are none.
pub fn read_document(
    vault: &dyn Vault,
    connection: &Connection,
) -> Result<SecretDocument, Problem> {
    stored_document(vault, connection)?.ok_or_else(|| missing(&connection.name))
}

/// The same with the vault's own words: `None` when it works and holds nothing. A connection that
/// presents nothing keeps nothing, and its document is empty.
pub(crate) fn stored_document(
    vault: &dyn Vault,
    connection: &Connection,
) -> Result<Option<SecretDocument>, VaultError> {
    if keeps_secrets(connection) {
        return vault.read(&name_of(connection));
    }
    let nothing = Secret::new(String::new());
    Ok(Some(SecretDocument::new(nothing, None)))
}

/// Finishes what a crash interrupted, and says in plain words what was done and what is missing.
/// Nothing that a readable or unreadable connection file may need is removed.
pub fn reconcile(store: &Store, vault: &dyn Vault) -> Result<Vec<String>, Problem> {
    let held: BTreeSet<SecretName> = vault.list()?.into_iter().collect();
    let locked = store.lock()?;
    let mut words = Vec::new();
    if locked.sweep_files()? + vault.sweep()? > 0 {
        words.push("Removed what an interrupted save had left behind.".to_owned());
    }
    for id in store.unfinished()? {
        if settle(&locked, store, vault, &id)? {
            words.push(format!(
                "Removed secrets of {id} that no connection used any more."
            ));
        }
    }
    for connection in store.list()?.connections {
        words.extend(lost(vault, &connection, &held)?);
    }
    Ok(words)
}

/// What to say of secrets that the connection's file names and the vault does not have.
fn lost(
    vault: &dyn Vault,
    connection: &Connection,
    held: &BTreeSet<SecretName>,
) -> Result<Option<String>, Problem> {
    let absent = |name: &SecretName| -> Result<bool, Problem> {
        let gone = keeps_secrets(connection) && !held.contains(name);
        Ok(gone && vault.read(name)?.is_none())
    };
    if absent(&name_of(connection))? {
        return Ok(Some(format!(
            "The secrets of {} are not in the vault. Enter them again to use it.",
            connection.name
        )));
    }
    for one in &connection.generations {
        if absent(&name_of(&connection.with_generation(one)))? {
            return Ok(Some(format!(
                "The credentials of {} that stand beside the current ones are not in the vault. It \
                 works; undo the replacement and begin it again.",
                connection.name
            )));
        }
    }
    Ok(None)
}

/// The connection as it will be stored: with its id and a generation that nothing else uses.
fn placed(
    locked: &Locked<'_>,
    store: &Store,
    connection: &Connection,
    previous: Option<Generation>,
    held: &[SecretName],
) -> Result<Connection, Problem> {
    let mut placed = connection.clone();
    // Asked again under the lock: another process may have taken the name meanwhile.
    store.name_is_free(&connection.name, previous.map(|_| &connection.id))?;
    let Some(previous) = previous else {
        // Another folder may use the same keychain, so what is there keeps its name.
        placed.id = locked.free_id(connection.id.as_str(), |id| {
            held.iter().any(|name| name.connection == *id)
        })?;
        placed.secrets = Generation::FIRST;
        return Ok(placed);
    };
    let stored = store.load(&connection.id)?;
    if stored.secrets != previous || stored.created_at != connection.created_at {
        return Err(changed_meanwhile(connection));
    }
    placed.secrets = stored.unused_generation();
    // What is held beside it changes in its own way only.
    placed.generations = stored.generations;
    placed.newest_generation = None;
    Ok(placed)
}

/// Removes every noted generation that the file of the connection or kept key does not name, then the note. Says
/// whether a secret was there to remove.
pub(super) fn settle(
    locked: &Locked<'_>,
    store: &Store,
    vault: &dyn Vault,
    id: &ConnectionId,
) -> Result<bool, Problem> {
    let named: BTreeSet<Generation> = match store.load(id) {
        Ok(connection) => connection.named_generations().collect(),
        Err(problem) if problem.code == Code::NotFound => match store.kept_key(id) {
            Ok(key) => key.map(|key| key.secrets).into_iter().collect(),
            Err(_) => return Ok(false),
        },
        // The file may come back from a copy and need any of them.
        Err(_) => return Ok(false),
    };
    let mut removed = false;
    for generation in store.intents_of(id)? {
        if named.contains(&generation) {
            continue;
        }
        let name = SecretName {
            connection: id.clone(),
            generation,
        };
        removed |= vault.list()?.contains(&name);
        vault.remove(&name)?;
    }
    locked.forget_intents(id)?;
    Ok(removed)
}

/// The connection as it is stored, if its secrets are still those of `connection`.
fn unchanged(store: &Store, connection: &Connection) -> Result<Connection, Problem> {
    let stored = store.load(&connection.id)?;
    if stored.has_the_secrets_of(connection) {
        Ok(stored)
    } else {
        Err(changed_meanwhile(connection))
    }
}

/// Whether anything of the connection is in the vault.
pub(crate) fn keeps_secrets(connection: &Connection) -> bool {
    connection.grant != Grant::None
}

fn name_of(connection: &Connection) -> SecretName {
    SecretName {
        connection: connection.id.clone(),
        generation: connection.secrets,
    }
}

pub(crate) fn changed_meanwhile(connection: &Connection) -> Problem {
    Problem::new(
        Code::AlreadyExists,
        format!(
            "{} was changed by another window or command meanwhile.",
            connection.name
        ),
        "Look at it again and repeat your change. Nothing was overwritten.",
    )
}

fn missing(connection: &str) -> Problem {
    Problem::new(
        Code::SecretMissing,
        format!("The vault has no secrets for {connection}."),
        "Enter its credentials again.",
    )
}
