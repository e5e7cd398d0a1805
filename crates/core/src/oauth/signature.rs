//! The signature algorithms that an ID token may have (RFC 7518 §3.1, RFC 8037 §3.1).

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// An asymmetric algorithm. `none` and the HMACs have no value here: a key that is published cannot
/// keep a secret (rule F4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    /// With the curve Ed25519.
    EdDsa,
}

/// What kind of key an algorithm takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl SignatureAlgorithm {
    /// What is accepted where neither provider file nor metadata says more.
    pub const USUAL: [Self; 4] = [Self::Rs256, Self::Es256, Self::Ps256, Self::EdDsa];

    /// By its name in the registry; case counts. `None` for all but
    /// [`crate::provider::ID_TOKEN_ALGORITHMS`]. "Ed25519" is RFC 9864's name for `EdDSA` with that
    /// curve.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }

    pub(super) fn key_kind(self) -> KeyKind {
        match self {
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::EdDsa => KeyKind::Ed25519,
            _ => KeyKind::Rsa,
        }
    }

    /// Whether `signature`, as it stands in the token, was made over `message` with the key's private
    /// half. Anything malformed is no signature.
    pub(super) fn verifies(self, message: &str, signature: &str, key: &DecodingKey) -> bool {
        crypto::verify(signature, message.as_bytes(), key, self.implemented()).unwrap_or(false)
    }

    /// The left half of the hash that belongs to the algorithm, for `at_hash` and `c_hash` (OpenID
    /// Connect Core §3.1.3.6). Ed25519 hashes with SHA-512 inside, so that is taken (as deployed).
    pub(super) fn half_hash(self, text: &str) -> Vec<u8> {
        let whole = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Sha256::digest(text).to_vec(),
            Self::Rs384 | Self::Ps384 | Self::Es384 => Sha384::digest(text).to_vec(),
            Self::Rs512 | Self::Ps512 | Self::EdDsa => Sha512::digest(text).to_vec(),
        };
        whole[..whole.len() / 2].to_vec()
    }

    fn implemented(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Rs384 => Algorithm::RS384,
            Self::Rs512 => Algorithm::RS512,
            Self::Ps256 => Algorithm::PS256,
            Self::Ps384 => Algorithm::PS384,
            Self::Ps512 => Algorithm::PS512,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ID_TOKEN_ALGORITHMS;

    #[test]
    fn every_known_name_is_asymmetric() {
        for name in ID_TOKEN_ALGORITHMS {
            assert!(SignatureAlgorithm::from_name(name).is_some(), "{name}");
        }
        for name in [
            "none", "None", "NONE", "", "HS256", "HS384", "HS512", "rs256", "ES512", "ES256K",
        ] {
            assert_eq!(SignatureAlgorithm::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn the_half_hash_is_that_of_openid_connect() {
        // OpenID Connect Core, Appendix A.3 and A.4: the access token and its at_hash.
        let half =
            SignatureAlgorithm::Rs256.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(encoded(&half), "77QmUPtjPfzWtF2AnpK9RQ");
        // Appendix A.4: the code and its c_hash.
        let half = SignatureAlgorithm::Rs256
            .half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
        assert_eq!(encoded(&half), "LDktKdoQak3Pk0cnXxCltA");
    }

    fn encoded(bytes: &[u8]) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }
}
