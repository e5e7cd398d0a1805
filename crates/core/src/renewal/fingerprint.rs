//! Telling refresh tokens apart without writing one down.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// Separates this use of the hash from every other one.
const PURPOSE: &[u8] = b"proofkey refresh token 1\0";

/// Sixteen hexadecimal digits: enough to tell one connection's tokens apart, too little to find a
/// token by.
pub(super) fn fingerprint(refresh_token: &Secret) -> String {
    let mut hash = Sha256::new();
    hash.update(PURPOSE);
    hash.update(refresh_token.expose());
    let digest = hash.finalize();
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_the_same_between_versions_and_differs_between_tokens() {
        let token = Secret::new("a".to_owned());
        assert_eq!(fingerprint(&token), fingerprint(&token.duplicate()));
        assert_eq!(fingerprint(&token).len(), 16);
        assert_ne!(
            fingerprint(&token),
            fingerprint(&Secret::new("b".to_owned()))
        );
    }
}
