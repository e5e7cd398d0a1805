//! Encrypting and decrypting with age, by passphrase or X25519 identity. Plugins are never run.

use std::io::{self, Read, Write};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use zeroize::Zeroizing;

use super::{SealedKey, corrupt};
use crate::vault::VaultError;

/// scrypt with N = 2^17, r = 8, p = 1: 128 MiB and about half a second, the least that OWASP's
/// Password Storage Cheat Sheet advises.
const WORK_FACTOR: u8 = 17;

/// A file that asks for more would take more than a gibibyte of memory to open.
const WORK_FACTOR_LIMIT: u8 = 20;

pub(super) enum Key {
    Passphrase(SecretString),
    Identities(Vec<x25519::Identity>),
}

impl Key {
    pub(super) fn parse(key: &SealedKey) -> Result<Self, VaultError> {
        match key {
            SealedKey::Passphrase(passphrase) if passphrase.is_empty() => {
                Err(unusable("the passphrase is empty"))
            }
            SealedKey::Passphrase(passphrase) => Ok(Self::Passphrase(SecretString::from(
                passphrase.expose().to_owned(),
            ))),
            SealedKey::Identity(text) => identities(text.expose()).map(Self::Identities),
        }
    }

    pub(super) fn seal(&self, text: &str) -> Result<Vec<u8>, VaultError> {
        let encryptor = match self {
            Self::Passphrase(passphrase) => {
                let mut recipient = scrypt::Recipient::new(passphrase.clone());
                recipient.set_work_factor(WORK_FACTOR);
                Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
            Self::Identities(identities) => {
                let recipients: Vec<_> =
                    identities.iter().map(x25519::Identity::to_public).collect();
                Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn age::Recipient))
            }
        }
        .map_err(|error| unusable(&error.to_string()))?;
        let mut sealed = Vec::new();
        write_all(encryptor, text, &mut sealed).map_err(|error| unusable(&error.to_string()))?;
        Ok(sealed)
    }

    pub(super) fn unseal(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let decryptor = Decryptor::new_buffered(sealed).map_err(|error| ours(&error))?;
        let reader = match self {
            Self::Passphrase(passphrase) => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(WORK_FACTOR_LIMIT);
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
            }
            Self::Identities(identities) => {
                decryptor.decrypt(identities.iter().map(|one| one as &dyn age::Identity))
            }
        };
        let mut reader = reader.map_err(|error| ours(&error))?;
        // The plain text is shorter than its seal, so nothing is copied by growing.
        let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader
            .read_to_end(&mut text)
            .map_err(|_| corrupt("it is damaged or was cut off"))?;
        Ok(text)
    }
}

fn identities(text: &str) -> Result<Vec<x25519::Identity>, VaultError> {
    let lines = text.lines().map(str::trim);
    let identities: Vec<x25519::Identity> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.parse().map_err(|_| not_an_identity()))
        .collect::<Result<_, _>>()?;
    if identities.is_empty() {
        return Err(not_an_identity());
    }
    Ok(identities)
}

fn write_all(encryptor: Encryptor, text: &str, sealed: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = encryptor.wrap_output(sealed)?;
    writer.write_all(text.as_bytes())?;
    writer.finish().map(drop)
}

fn ours(error: &DecryptError) -> VaultError {
    match error {
        DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed
        | DecryptError::NoMatchingKeys => VaultError::WrongKey,
        DecryptError::ExcessiveWork { .. } => {
            corrupt("opening it would take more work than any file made by Proofkey")
        }
        DecryptError::InvalidMac => corrupt("its beginning was changed"),
        _ => corrupt("it is not an age file"),
    }
}

fn not_an_identity() -> VaultError {
    unusable(
        "the identity file must hold lines that begin with AGE-SECRET-KEY-1, as age-keygen makes them",
    )
}

fn unusable(reason: &str) -> VaultError {
    VaultError::SealedFile {
        reason: reason.to_owned(),
        remedy: "Enter a passphrase, or name an identity file that age-keygen made.",
    }
}
