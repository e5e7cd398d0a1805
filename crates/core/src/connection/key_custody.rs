//! Kept keys together with their private halves: as with connections, the file decides what belongs to
//! the vault, and what a crash leaves is finished by [`reconcile`](super::custody::reconcile).

use super::custody::settle;
use super::{ConnectionId, KeptKey, Store};
use crate::error::{Code, Problem};
use crate::secret::Secret;
use crate::vault::{Generation, SecretDocument, SecretName, Vault};

/// Keeps a new key and returns it as it was saved: with an id that nothing else uses.
///
/// `AlreadyExists` when another kept key bears its name. A problem leaves nothing behind.
pub fn keep_key(
    store: &Store,
    vault: &dyn Vault,
    key: &KeptKey,
    private_key: Secret,
) -> Result<KeptKey, Problem> {
    // A person may have to unlock the vault first; that must not keep others from the lock.
    let held = vault.list()?;
    let locked = store.lock()?;
    refuse_taken(store, &key.name)?;
    let id = locked.free_id(key.id.as_str(), |id| {
        held.iter().any(|name| name.connection == *id)
    })?;
    let kept = KeptKey {
        id,
        secrets: Generation::FIRST,
        ..key.clone()
    };
    let mut document = SecretDocument::new(Secret::new(String::new()), None);
    document.private_key = Some(private_key);
    locked.note(&kept.id, &[kept.secrets])?;
    let written = vault
        .write(&name_of(&kept), &document)
        .map_err(Problem::from)
        .and_then(|()| locked.save_kept_key(&kept));
    if let Err(problem) = settle(&locked, store, vault, &kept.id) {
        tracing::warn!(key = %kept.id, cause = %problem, "a superfluous secret stays for now");
    }
    written.map(|()| kept)
}

/// The private half; `SecretMissing` when the vault does not have it any more.
pub fn read_key(vault: &dyn Vault, key: &KeptKey) -> Result<Secret, Problem> {
    let document = vault.read(&name_of(key))?;
    document
        .and_then(|document| document.private_key)
        .ok_or_else(|| {
            Problem::new(
                Code::SecretMissing,
                format!(
                    "The vault does not have the private half of “{}”.",
                    key.name
                ),
                "Remove this key and make another one.",
            )
        })
}

/// Removes a kept key, its file first. Removing what is not there succeeds. When the vault does not
/// answer, nothing is removed.
pub fn remove_key(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Result<(), Problem> {
    vault.list()?;
    let locked = store.lock()?;
    let Some(key) = store.kept_key(id)? else {
        return Ok(());
    };
    locked.note(id, &[key.secrets])?;
    locked.remove_kept_key(id)?;
    if let Err(problem) = settle(&locked, store, vault, id) {
        tracing::warn!(key = %id, cause = %problem, "a superfluous secret stays for now");
    }
    Ok(())
}

fn refuse_taken(store: &Store, name: &str) -> Result<(), Problem> {
    let kept = store.kept_keys()?;
    if !kept.iter().flatten().any(|key| key.name == name) {
        return Ok(());
    }
    Err(Problem::new(
        Code::AlreadyExists,
        format!("There is a key called “{name}” already."),
        "Choose another name, or use that key.",
    )
    .at("name"))
}

fn name_of(key: &KeptKey) -> SecretName {
    SecretName {
        connection: key.id.clone(),
        generation: key.secrets,
    }
}
