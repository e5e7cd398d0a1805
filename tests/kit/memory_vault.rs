//! A vault that forgets when it is dropped, and misbehaves when told to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proofkey_core::vault::{SecretDocument, SecretName, Vault, VaultDescription, VaultError};

/// How the vault behaves from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Working,
    /// Nobody unlocks it.
    Locked,
    /// The person says no.
    Denied,
    /// There is no such vault.
    Absent,
    /// It accepts writes and keeps something else: reads and writes end in `Corrupt`.
    Lies,
    /// It lets go of nothing.
    Clings,
}

#[derive(Default)]
struct Inside {
    documents: BTreeMap<SecretName, SecretDocument>,
    mood: Mood,
    /// This many more calls work; the next one fails, and the ones after it work again.
    calls_until_failure: Option<usize>,
    calls: usize,
}

/// Secrets in memory, for tests that are not about a real vault.
#[derive(Default)]
pub struct MemoryVault {
    inside: Mutex<Inside>,
}

impl MemoryVault {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set_mood(&self, mood: Mood) {
        self.inside().mood = mood;
    }

    /// The call after the next `working` ones fails as if the vault were gone for a moment.
    pub fn fail_after(&self, working: usize) {
        self.inside().calls_until_failure = Some(working);
    }

    /// How often it was asked for anything.
    pub fn calls(&self) -> usize {
        self.inside().calls
    }

    /// What it holds, whatever its mood.
    pub fn names(&self) -> Vec<SecretName> {
        self.inside().documents.keys().cloned().collect()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self) -> Result<MutexGuard<'_, Inside>, VaultError> {
        let mut inside = self.inside();
        inside.calls += 1;
        match inside.calls_until_failure {
            Some(0) => {
                inside.calls_until_failure = None;
                return Err(absent());
            }
            Some(left) => inside.calls_until_failure = Some(left - 1),
            None => {}
        }
        match inside.mood {
            Mood::Working | Mood::Clings => Ok(inside),
            Mood::Locked => Err(VaultError::Locked),
            Mood::Denied => Err(VaultError::Denied),
            Mood::Absent => Err(absent()),
            Mood::Lies => Err(VaultError::Corrupt {
                reason: "the read-back differs".to_owned(),
            }),
        }
    }
}

impl Vault for MemoryVault {
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        let inside = self.answer()?;
        Ok(inside.documents.get(name).map(SecretDocument::duplicate))
    }

    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        let mut inside = self.answer()?;
        inside.documents.insert(name.clone(), document.duplicate());
        Ok(())
    }

    fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        let mut inside = self.answer()?;
        if inside.mood == Mood::Clings {
            return Err(VaultError::Denied);
        }
        inside.documents.remove(name);
        Ok(())
    }

    fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        Ok(self.answer()?.documents.keys().cloned().collect())
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.answer().map(drop)
    }

    fn description(&self) -> VaultDescription {
        VaultDescription {
            name: "Memory (tests only)".to_owned(),
            protection: "Forgotten when the test ends.".to_owned(),
        }
    }
}

fn absent() -> VaultError {
    VaultError::Unavailable {
        reason: "the test says so".to_owned(),
    }
}
