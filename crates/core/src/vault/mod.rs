//! Where secrets are kept: one document a connection and generation.

pub mod document;
pub mod keychain;
pub mod lazy;
pub mod parts;
pub mod sealed_file;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use document::{CachedToken, SecretDocument};
pub use lazy::LazyVault;

use crate::connection::ConnectionId;
use crate::error::{Code, Problem};

/// Numbers the successive secrets of one connection; a change of any secret makes a new generation,
/// so that a connection file always names secrets that belong to its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u32);

impl Generation {
    pub const FIRST: Self = Self(1);

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The name of one stored document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName {
    pub connection: ConnectionId,
    pub generation: Generation,
}

impl SecretName {
    /// Reads what `Display` wrote.
    fn parse(text: &str) -> Option<Self> {
        let (connection, generation) = text.split_once('.')?;
        Some(Self {
            connection: ConnectionId::parse(connection).ok()?,
            generation: Generation(generation.parse().ok()?),
        })
    }
}

/// `{connection}.{generation}`; connection ids hold no dot.
impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.connection, self.generation.0)
    }
}

/// A place that keeps secrets. Calls may block for as long as a person looks at a prompt: never call
/// them on a thread that something else waits for.
pub trait Vault: Send + Sync {
    /// The document, or `None` when the vault works and has none of that name.
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError>;

    /// Stores or replaces the document, reads it back and compares before it returns `Ok`.
    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError>;

    /// Removes the document; removing what is not there succeeds.
    fn remove(&self, name: &SecretName) -> Result<(), VaultError>;

    /// The names of everything stored by Proofkey.
    fn list(&self) -> Result<Vec<SecretName>, VaultError>;

    /// Removes what interrupted writes left behind inside the vault itself and says how many items
    /// that were. Only under the lock of the store: a write in progress looks the same.
    fn sweep(&self) -> Result<usize, VaultError> {
        Ok(0)
    }

    /// Proves by a write, a read and a removal of a throw-away item that the vault keeps things.
    fn probe(&self) -> Result<(), VaultError>;

    /// What it is and what protects it.
    fn description(&self) -> VaultDescription;
}

/// For the settings screen and `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VaultDescription {
    /// "System keychain (Secret Service)".
    pub name: String,
    /// "Unlocked with your login; programs you run can ask for its items."
    pub protection: String,
}

/// Why a vault did not do what it was asked. The texts are ours: those of platforms vary by language.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No keychain, no bus, no default collection.
    #[error("the vault is not available: {reason}")]
    Unavailable { reason: String },
    /// The sealed file, or what opens it, cannot be used as it is named.
    #[error("the sealed vault is not available: {reason}")]
    SealedFile {
        reason: String,
        /// What to do about it, a sentence.
        remedy: &'static str,
    },
    /// It exists and is locked, and was not unlocked before the deadline.
    #[error("the vault is locked")]
    Locked,
    /// The person dismissed the prompt, or the system refused.
    #[error("access to the vault was denied")]
    Denied,
    /// Wrong passphrase or identity.
    #[error("the vault could not be opened with this passphrase or identity")]
    WrongKey,
    /// What was read is not what was written, or cannot be understood.
    #[error("the vault returned something else than was stored: {reason}")]
    Corrupt { reason: String },
    /// The platform cannot hold a value of this size.
    #[error("the secret is too large for the vault ({bytes} bytes)")]
    TooLarge { bytes: usize },
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let (code, remedy) = match &error {
            VaultError::Unavailable { .. } => (
                Code::VaultUnavailable,
                "Start or install a keychain such as GNOME Keyring, or choose a sealed file with --vault file:PATH.",
            ),
            VaultError::SealedFile { remedy, .. } => (Code::VaultUnavailable, *remedy),
            VaultError::Locked => (
                Code::VaultDenied,
                "Unlock your keychain and try again. Nothing was changed.",
            ),
            VaultError::Denied => (
                Code::VaultDenied,
                "Allow Proofkey to use your keychain and try again. Nothing was changed.",
            ),
            VaultError::WrongKey => (
                Code::VaultDenied,
                "Enter the passphrase, or name the identity file, that this vault was made with.",
            ),
            VaultError::Corrupt { .. } => (
                Code::VaultUnavailable,
                "Nothing was overwritten. Enter the secret again to store it anew.",
            ),
            VaultError::TooLarge { .. } => (
                Code::VaultUnavailable,
                "Use a sealed file with --vault file:PATH for this connection.",
            ),
        };
        let mut summary = error.to_string();
        if let Some(first) = summary.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        summary.push('.');
        Self::new(code, summary, remedy)
    }
}
