//! Encrypted PKCS#8 (RFC 5958 §3) with the schemes of PBES2 (RFC 8018 §6.2).

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::Decode;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::{EncryptionScheme, Error};
use zeroize::Zeroizing;

use super::defect::KeyDefect;
use crate::secret::Secret;

/// A file says how much work its passphrase takes, so the file could have us work for hours. OWASP
/// recommends 1,300,000 for HMAC-SHA-1 and less for the others (2023); `OpenSSL` takes 2,048.
const MOST_ITERATIONS: u32 = 2_000_000;

/// In bytes, over all rounds that follow each other: what OWASP recommends for scrypt at most (2023).
/// `OpenSSL` takes 16 MiB.
const MOST_SCRYPT_MEMORY: u64 = 128 * 1024 * 1024;

/// What is inside, most likely a PKCS#8 structure.
pub(super) fn decrypted(
    bytes: &[u8],
    passphrase: Option<&Secret>,
) -> Result<Zeroizing<Vec<u8>>, KeyDefect> {
    // Schemes of PKCS#12 and of PKCS#5 1.5 do not read as PBES2 parameters.
    let held = EncryptedPrivateKeyInfoRef::from_der(bytes)
        .map_err(|_| KeyDefect::EncryptionUnsupported)?;
    affordable(&held.encryption_algorithm)?;
    let passphrase = passphrase
        .filter(|passphrase| !passphrase.is_empty())
        .ok_or(KeyDefect::PassphraseNeeded)?;
    held.encryption_algorithm
        .decrypt(passphrase.expose(), held.encrypted_data.as_bytes())
        .map(Zeroizing::new)
        .map_err(|error| match error {
            Error::DecryptFailed => KeyDefect::PassphraseWrong,
            _ => KeyDefect::EncryptionUnsupported,
        })
}

fn affordable(scheme: &EncryptionScheme) -> Result<(), KeyDefect> {
    let scheme = scheme.pbes2().ok_or(KeyDefect::EncryptionUnsupported)?;
    let affordable = match &scheme.kdf {
        Kdf::Pbkdf2(work) => work.iteration_count <= MOST_ITERATIONS,
        Kdf::Scrypt(work) => {
            let block = u64::from(work.block_size).saturating_mul(128);
            let round = work.cost_parameter.saturating_mul(block);
            round.saturating_mul(work.parallelization.into()) <= MOST_SCRYPT_MEMORY
        }
        _ => return Err(KeyDefect::EncryptionUnsupported),
    };
    if affordable {
        Ok(())
    } else {
        Err(KeyDefect::EncryptionTooCostly)
    }
}
