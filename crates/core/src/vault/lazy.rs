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

    fn sweep(&self) -> Result<usize, VaultError> {
        self.vault()?.sweep()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::vault::sealed_file::{SealedFile, SealedKey};

    const IDENTITY: &str =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

    fn key() -> SealedKey {
        SealedKey::Identity(Secret::new(IDENTITY.to_owned()))
    }

    #[test]
    fn leftovers_are_swept_from_the_vault_behind_it() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("vault.age");
        SealedFile::create(&path, &key()).expect("created");
        let lazy = lazy(path.clone());
        let direct = SealedFile::open(&path, &key()).expect("opened");
        for vault in [&lazy as &dyn Vault, &direct] {
            std::fs::write(home.path().join(".proofkey-vault.age-x.tmp"), "half")
                .expect("a leftover");
            assert_eq!(vault.sweep().expect("swept"), 1);
        }
    }

    #[test]
    fn a_vault_that_did_not_open_is_tried_again() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("vault.age");
        let lazy = lazy(path.clone());
        assert!(lazy.list().is_err());
        assert_eq!(lazy.description().name, "closed");
        SealedFile::create(&path, &key()).expect("created");
        assert!(lazy.list().expect("opened").is_empty());
        assert_ne!(lazy.description().name, "closed");
    }

    fn lazy(path: std::path::PathBuf) -> LazyVault {
        let closed = VaultDescription {
            name: "closed".to_owned(),
            protection: "closed".to_owned(),
        };
        LazyVault::new(closed, move || {
            Ok(Box::new(SealedFile::open(&path, &key())?))
        })
    }
}
