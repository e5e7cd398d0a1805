//! Windows: the Credential Manager. It holds at most 2,560 bytes an item
//! (`CRED_MAX_CREDENTIAL_BLOB_SIZE`), so larger documents are split.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use keyring_core::{CredentialStore, Error};
use windows_native_keyring_store::Store;

use super::super::VaultError;

pub(super) const NAME: &str = "System keychain (Windows Credential Manager)";
pub(super) const PROTECTION: &str =
    "Encrypted for your Windows account; programs you run can ask for its items.";
pub(super) const ITEM_LIMIT: Option<usize> = Some(2560);
/// Targets are `{account}@{service}`: neither half can hold an at sign.
pub(super) const QUERY: (&str, &str) = ("pattern", "@dev\\.proofkey$");

pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
    let store: Arc<CredentialStore> =
        Store::new_with_configuration(&HashMap::from([("divider", "@")]))?;
    Ok(store)
}

/// A copy in the roaming profile would put secrets on other machines.
pub(super) fn modifiers(_account: &str) -> Vec<(&'static str, String)> {
    vec![("persistence", "Local".to_owned())]
}

pub(super) struct Access;

#[expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "one signature for all platforms"
)]
impl Access {
    pub(super) fn new() -> Self {
        Self
    }

    pub(super) fn find(&mut self, _until: Instant) -> Result<(), VaultError> {
        Ok(())
    }

    pub(super) fn unlock(&mut self, _until: Instant) -> Result<(), VaultError> {
        Ok(())
    }
}
