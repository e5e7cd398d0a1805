//! Generations of secrets beside the current one, while credentials are replaced.
//!
//! The order is that of the room: what the file will name is in the vault before the file names it, and
//! leaves the vault after the file has stopped naming it.

use super::{changed_meanwhile, name_of, read_document, settle, unchanged};
use crate::connection::store::Store;
use crate::connection::{Connection, HeldGeneration, Leaving};
use crate::error::{Code, Problem};
use crate::vault::{CachedToken, Generation, SecretDocument, Vault};

/// Writes `document` as a new generation beside the current one of `connection`, described by `held`,
/// whose number is chosen here. Returns the connection as it was saved.
///
/// `AlreadyExists` when the secrets were changed meanwhile, or another generation waits to be made
/// current. A problem leaves file and secrets as they were.
pub fn hold_generation(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    held: HeldGeneration,
    document: &SecretDocument,
) -> Result<Connection, Problem> {
    // A person may have to unlock the vault first; that must not keep others from the lock.
    vault.list()?;
    let locked = store.lock()?;
    let mut next = unchanged(store, connection)?;
    if next.incoming().is_some() {
        return Err(changed_meanwhile(connection));
    }
    let generation = next.unused_generation();
    next.newest_generation = Some(generation);
    let held = HeldGeneration { generation, ..held };
    let name = name_of(&next.with_generation(&held));
    next.generations.push(held);
    locked.note(&next.id, &[generation])?;
    let kept = vault.write(&name, document).map_err(Problem::from);
    let written = kept.and_then(|()| locked.save(&next));
    tidy(settle(&locked, store, vault, &next.id), &next);
    written.map(|()| next)
}

/// Which held generation becomes the current one, and as what the current one stays.
pub struct Exchange {
    pub generation: Generation,
    pub left: Leaving,
    /// Refresh token and what came with it go along: they belong to the client, not to its credentials
    /// (RFC 6749 §6).
    pub moves_approval: bool,
}

/// Makes a held generation of `connection` the current one. Returns the connection as it was saved.
///
/// `AlreadyExists` when the secrets were changed meanwhile, `SecretMissing` when the vault has lost one of
/// the two, `AuthorizationRequired` when an approval would go to another client than it was given to
/// (RFC 6749 §6). A problem leaves the file as it was. Only while the connection's turn is held: nobody else
/// may be spending its refresh token.
pub fn exchange_generations(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    exchange: &Exchange,
) -> Result<Connection, Problem> {
    vault.list()?;
    let locked = store.lock()?;
    let before = unchanged(store, connection)?;
    let mut next = before.clone();
    if !next.exchange(exchange.generation, exchange.left) {
        return Err(changed_meanwhile(connection));
    }
    let mut leaving = read_document(vault, &before)?;
    let mut coming = read_document(vault, &next)?;
    if exchange.moves_approval {
        if leaving.client_id.expose() != coming.client_id.expose() {
            return Err(another_client(connection));
        }
        coming.take_approval_of(&leaving);
        vault.write(&name_of(&next), &coming)?;
    }
    let kept = coming.cached_token.as_ref();
    next.service_token_ends_at = kept
        .filter(|_| next.service_token.is_some())
        .and_then(|token| token.expires_at);
    locked.save(&next)?;
    if exchange.moves_approval {
        leaving.forget_approval();
        // What stays of it is never used: the next exchange writes over it.
        let stripped = vault.write(&name_of(&before), &leaving);
        tidy(stripped.map_err(Problem::from), &next);
    }
    Ok(next)
}

/// Keeps a service token with the held `generation` that it was obtained with. When that is held no more,
/// the token is of no use and is not kept.
pub fn keep_held_token(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    generation: Generation,
    token: CachedToken,
) -> Result<(), Problem> {
    vault.list()?;
    let _locked = store.lock()?;
    let stored = store.load(&connection.id)?;
    let same = stored.created_at == connection.created_at;
    let Some(held) = stored.held(generation).filter(|_| same) else {
        return Ok(());
    };
    let candidate = stored.with_generation(held);
    let mut document = read_document(vault, &candidate)?;
    document.cached_token = Some(token);
    vault.write(&name_of(&candidate), &document)?;
    Ok(())
}

/// A connection without a generation that it held.
pub struct Dropped {
    pub connection: Connection,
    /// Why the vault still has the secrets, if it did not let go of them: the next start removes them.
    pub stays: Option<Problem>,
}

/// Forgets a held generation and its secrets. Returns the connection as it was saved.
///
/// `AlreadyExists` when it is not held any more. A problem leaves file and secrets as they were.
pub fn drop_generation(
    store: &Store,
    vault: &dyn Vault,
    connection: &Connection,
    generation: Generation,
) -> Result<Dropped, Problem> {
    vault.list()?;
    let locked = store.lock()?;
    let mut next = unchanged(store, connection)?;
    let newest = next.unused_generation();
    let before = next.generations.len();
    next.generations
        .retain(|held| held.generation != generation);
    if next.generations.len() == before {
        return Err(changed_meanwhile(connection));
    }
    // The number that was given last, whether something bears it still or not.
    let given = Generation(newest.0.saturating_sub(1));
    next.newest_generation = (given != next.secrets).then_some(given);
    locked.note(&next.id, &[generation])?;
    let written = locked.save(&next);
    let settled = settle(&locked, store, vault, &next.id);
    written?;
    let stays = settled.err();
    if let Some(problem) = &stays {
        tracing::warn!(connection = %next.id, cause = %problem, "a superfluous secret stays for now");
    }
    Ok(Dropped {
        connection: next,
        stays,
    })
}

fn another_client(connection: &Connection) -> Problem {
    Problem::new(
        Code::AuthorizationRequired,
        format!(
            "The approval of “{}” was given to the client that is in use, and these credentials are of \
             another one.",
            connection.name
        ),
        "Forget them, and add a second connection with the other client: it takes an approval of its own.",
    )
}

/// The note stays when this fails, and the next start finishes it.
fn tidy<T>(outcome: Result<T, Problem>, connection: &Connection) {
    if let Err(problem) = outcome.map(drop)
        && problem.code != Code::NotFound
    {
        tracing::warn!(connection = %connection.id, cause = %problem, "a superfluous secret stays for now");
    }
}
