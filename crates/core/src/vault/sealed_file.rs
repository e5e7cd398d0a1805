//! A vault for machines without a keychain: one file, encrypted with age (C2SP age v1).

mod contents;
mod key;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{SecretDocument, SecretName, Vault, VaultDescription, VaultError};
use crate::error::Problem;
use crate::secret::Secret;
use crate::system::files::{self, FileError, Replace};
use contents::Contents;
use key::Key;

/// Thousands of connections fit; what is larger is not ours.
const FILE_LIMIT: usize = 16 << 20;

/// How long another process may write before we say so. With a passphrase a write takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// What opens the file.
pub enum SealedKey {
    /// A passphrase that a person chose. Opening takes about half a second by design.
    Passphrase(Secret),
    /// The text of an age identity file, made by `age-keygen`: fast enough for services.
    Identity(Secret),
}

/// All documents of all connections in one encrypted file, replaced as a whole.
pub struct SealedFile {
    path: PathBuf,
    key: Key,
    /// What was last decrypted, and from which bytes: the passphrase is slow, the file may change.
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    sealed: Vec<u8>,
    contents: Contents,
}

impl SealedFile {
    /// Opens an existing file; `WrongKey` when the key is not the one that it was made with,
    /// `Corrupt` when it is damaged, `SealedFile` when it cannot be read.
    pub fn open(path: &Path, key: &SealedKey) -> Result<Self, VaultError> {
        let file = Self::new(path, key)?;
        file.with_contents(|_| ())?;
        Ok(file)
    }

    /// Makes an empty file; `AlreadyExists` when there is one.
    pub fn create(path: &Path, key: &SealedKey) -> Result<Self, Problem> {
        let file = Self::new(path, key)?;
        let sealed = file.key.seal(&Contents::default().to_json())?;
        files::write_private(path, &sealed, Replace::Never).map_err(not_made)?;
        file.with_contents(|_| ())?;
        Ok(file)
    }

    fn new(path: &Path, key: &SealedKey) -> Result<Self, VaultError> {
        Ok(Self {
            path: path.to_owned(),
            key: Key::parse(key)?,
            opened: Mutex::new(None),
        })
    }

    fn with_contents<T>(&self, look: impl FnOnce(&Contents) -> T) -> Result<T, VaultError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current(opened.take())?;
        Ok(look(&opened.insert(current).contents))
    }

    /// Changes the contents under the lock that all processes share, and reads the file back.
    fn change<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> Result<T, VaultError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = self.lock()?;
        let mut contents = self.current(opened.take())?.contents;
        let outcome = change(&mut contents);
        let sealed = self.key.seal(&contents.to_json())?;
        files::write_private(&self.path, &sealed, Replace::Existing)?;
        if self.read()? != sealed {
            return Err(corrupt("the read-back differs"));
        }
        *opened = Some(Opened { sealed, contents });
        Ok(outcome)
    }

    fn current(&self, before: Option<Opened>) -> Result<Opened, VaultError> {
        let sealed = self.read()?;
        match before {
            Some(before) if before.sealed == sealed => Ok(before),
            _ => {
                let contents = Contents::from_json(&self.key.unseal(&sealed)?)?;
                Ok(Opened { sealed, contents })
            }
        }
    }

    fn read(&self) -> Result<Vec<u8>, VaultError> {
        let mut sealed = files::read_bounded(&self.path, FILE_LIMIT)?;
        Ok(std::mem::take(&mut *sealed))
    }

    /// The lock that all processes share; it has a file of its own because this one is replaced.
    fn lock(&self) -> Result<File, VaultError> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        files::lock_file(Path::new(&path), PATIENCE)?.ok_or_else(|| busy(&self.path))
    }
}

impl Vault for SealedFile {
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        self.with_contents(|contents| contents.document(name))?
    }

    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        self.change(|contents| contents.insert(name.clone(), document))
    }

    fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        if self.with_contents(|contents| contents.holds(name))? {
            self.change(|contents| contents.remove(name))?;
        }
        Ok(())
    }

    fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        self.with_contents(Contents::names)
    }

    fn sweep(&self) -> Result<usize, VaultError> {
        let _lock = self.lock()?;
        Ok(files::sweep_file(&self.path)?)
    }

    /// Rewrites the file as it is: the key, the folder and the disk are what can fail.
    fn probe(&self) -> Result<(), VaultError> {
        self.change(|_| ())
    }

    fn description(&self) -> VaultDescription {
        let protection = match &self.key {
            Key::Passphrase(_) => "Encrypted with age under your passphrase.",
            Key::Identities(_) => {
                "Encrypted with age; whoever can read your identity file can open it."
            }
        };
        VaultDescription {
            name: format!("Sealed file {}", self.path.display()),
            protection: protection.to_owned(),
        }
    }
}

fn not_made(error: FileError) -> Problem {
    if !error.already_exists() {
        return VaultError::from(error).into();
    }
    Problem {
        remedy: "Use it as it is, or name another file behind --vault file:.".to_owned(),
        ..error.into()
    }
}

impl From<FileError> for VaultError {
    fn from(error: FileError) -> Self {
        let remedy = if error.not_found() {
            "Check the path behind --vault file:. A new vault is made with \"proofkey vault create\"."
        } else {
            error.remedy()
        };
        Self::SealedFile {
            reason: error.to_string().trim_end_matches('.').to_owned(),
            remedy,
        }
    }
}

fn busy(path: &Path) -> VaultError {
    VaultError::SealedFile {
        reason: format!("another Proofkey is writing to {}", path.display()),
        remedy: "Wait until it has finished, or close it, and try again. Nothing was changed.",
    }
}

fn corrupt(reason: &str) -> VaultError {
    VaultError::Corrupt {
        reason: reason.to_owned(),
    }
}
