//! A vault that is opened by the first call that needs it, so that listing connections never waits
//! for a keychain.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::{SecretDocument, SecretName, Vault, VaultDescription, VaultError};

type Opener = Box<dyn Fn() -> Result<Box<dyn Vault>, VaultError> + Send + Sync>;

/// Opens the real vault when it is first used; a failed opening is tried again by the next call.
pub struct LazyVault {
    open: Opener,
    /// One opening at a time: it may show a prompt.
    opening: Mutex<()>,
    opened: OnceLock<Box<dyn Vault>>,
    closed: VaultDescription,
}

impl LazyVault {
    /// `closed` describes the vault while it has not been opened.
    pub fn new(
        closed: VaultDescription,
        open: impl Fn() -> Result<Box<dyn Vault>, VaultError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            open: Box::new(open),
            opening: Mutex::new(()),
            opened: OnceLock::new(),
            closed,
        }
    }

    fn vault(&self) -> Result<&dyn Vault, VaultError> {
        if let Some(vault) = self.opened.get() {
            return Ok(vault.as_ref());
        }
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if self.opened.get().is_none() {
            let vault = (self.open)()?;
            return Ok(self.opened.get_or_init(|| vault).as_ref());
        }
        self.opened
            .get()
            .map(AsRef::as_ref)
            .ok_or_else(|| VaultError::Unavailable {
                reason: "it closed while it was opened".to_owned(),
            })
    }
}

impl Vault for LazyVault {
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        self.vault()?.read(name)
    }

    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        self.vault()?.write(name, document)
    }

    fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        self.vault()?.remove(name)
    }

    fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        self.vault()?.list()
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.vault()?.probe()
    }

    fn description(&self) -> VaultDescription {
        self.opened
            .get()
            .map_or_else(|| self.closed.clone(), |vault| vault.description())
    }
}
