//! Which of the many ways to write a key down this is.

use super::SigningKey;
use super::defect::{ForeignFormat, KeyDefect};
use super::pem::{self, Block};
use super::{der, jwk};
use crate::secret::Secret;

/// An RSA key of 8192 bits in armour has 6,400 characters; a bundle with certificates some more.
pub(super) const LONGEST: usize = 64 * 1024;

/// Base64 of a PEM file, as it stands in some environment files, is unwrapped once.
const DEEPEST: usize = 1;

pub(super) fn read(text: &str, passphrase: Option<&Secret>) -> Result<SigningKey, KeyDefect> {
    if text.len() > LONGEST {
        return Err(KeyDefect::TooLong);
    }
    within(text, passphrase, DEEPEST)
}

fn within(text: &str, passphrase: Option<&Secret>, deeper: usize) -> Result<SigningKey, KeyDefect> {
    let text = bare(text);
    if text.is_empty() {
        return Err(KeyDefect::Empty);
    }
    if let Some(format) = ForeignFormat::recognized(text) {
        return Err(KeyDefect::Foreign { format });
    }
    if text.starts_with('{') {
        return jwk::read(text);
    }
    if pem::is_armoured(text) {
        return armoured(&pem::blocks(text)?, passphrase);
    }
    let bytes = pem::decoded(text).ok_or(KeyDefect::NotAKey)?;
    match std::str::from_utf8(&bytes) {
        Ok(inner) if deeper > 0 && (pem::is_armoured(inner) || inner.starts_with('{')) => {
            within(inner, passphrase, deeper - 1)
        }
        _ => der::read(&bytes, passphrase),
    }
}

/// Without what surrounds a pasted value: blanks, a byte order mark, quotation marks.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim().trim_start_matches('\u{feff}').trim();
    let unquoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .or_else(|| {
            text.strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
        });
    unquoted.unwrap_or(text).trim()
}

/// The private key among `blocks`; certificates, public keys and curve parameters beside it are
/// what tools like to write into the same file.
fn armoured(blocks: &[Block<'_>], passphrase: Option<&Secret>) -> Result<SigningKey, KeyDefect> {
    let mut private = blocks
        .iter()
        .filter(|one| one.label.ends_with("PRIVATE KEY") && one.label != "OPENSSH PRIVATE KEY");
    match (private.next(), private.next()) {
        (Some(_), Some(_)) => Err(KeyDefect::SeveralKeys),
        (Some(block), None) if block.is_encrypted_the_old_way() => {
            Err(KeyDefect::EncryptionUnsupported)
        }
        (Some(block), None) => der::read(&block.der()?, passphrase),
        (None, _) => Err(blocks
            .iter()
            .find_map(|one| not_private(one.label))
            .unwrap_or(KeyDefect::NotAKey)),
    }
}

fn not_private(label: &str) -> Option<KeyDefect> {
    if label.ends_with("PUBLIC KEY") {
        return Some(KeyDefect::PublicInsteadOfPrivate);
    }
    if label.contains("CERTIFICATE") {
        return Some(KeyDefect::Certificate);
    }
    let format = match label {
        "OPENSSH PRIVATE KEY" => ForeignFormat::OpenSsh,
        "PGP PRIVATE KEY BLOCK" | "PGP PUBLIC KEY BLOCK" => ForeignFormat::OpenPgp,
        "PKCS12" => ForeignFormat::Pkcs12,
        _ => return None,
    };
    Some(KeyDefect::Foreign { format })
}
