//! A store with a vault, and what both say together.

use proofkey_core::Code;
use proofkey_core::connection::{Connection, ConnectionId, Store, custody};
use proofkey_core::vault::Vault;
use proofkey_tests::{MemoryVault, document, sample, secret_of};

pub(crate) fn create(store: &Store, vault: &dyn Vault, name: &str) -> Connection {
    custody::save_with_secrets(store, vault, &sample(name), &document("secret 1"), None)
        .expect("saved")
}

pub(crate) fn names(vault: &MemoryVault) -> Vec<String> {
    vault.names().iter().map(ToString::to_string).collect()
}

/// What file and vault say together: the name of the connection and its client secret.
pub(crate) fn state(
    store: &Store,
    vault: &dyn Vault,
    id: &ConnectionId,
) -> Option<(String, String)> {
    let connection = match store.load(id) {
        Ok(connection) => connection,
        Err(problem) if problem.code == Code::NotFound => return None,
        Err(problem) => panic!("{problem}"),
    };
    let read = custody::read_document(vault, &connection).expect("secrets");
    Some((connection.name, secret_of(&read).to_owned()))
}
