//! macOS: the login keychain. The system shows its own prompts and remembers the answers.

use std::sync::Arc;
use std::time::Instant;

use apple_native_keyring_store::keychain::Store;
use keyring_core::{CredentialStore, Error};

use super::super::VaultError;
use super::SERVICE;

pub(super) const NAME: &str = "System keychain (macOS Keychain)";
pub(super) const PROTECTION: &str =
    "Encrypted with your login; macOS asks you before another program reads an item.";
pub(super) const ITEM_LIMIT: Option<usize> = None;
pub(super) const QUERY: (&str, &str) = ("service", SERVICE);

pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
    let store: Arc<CredentialStore> = Store::new()?;
    Ok(store)
}

pub(super) fn modifiers(_account: &str) -> Vec<(&'static str, String)> {
    Vec::new()
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
