//! What a key is, as far as algorithms care.

use std::fmt;

use crate::provider::SigningAlgorithm;

/// The type and size of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    P256,
    P384,
    P521,
    Rsa { bits: usize },
    Ed25519,
}

impl KeyKind {
    /// RFC 7518 §3.1 and RFC 8037 §3.1: each algorithm takes one type of key, ES* one curve.
    pub fn fits(self, algorithm: SigningAlgorithm) -> bool {
        match algorithm {
            SigningAlgorithm::Es256 => self == Self::P256,
            SigningAlgorithm::Es384 => self == Self::P384,
            SigningAlgorithm::Es512 => self == Self::P521,
            SigningAlgorithm::EdDsa => self == Self::Ed25519,
            SigningAlgorithm::Ps256
            | SigningAlgorithm::Ps384
            | SigningAlgorithm::Ps512
            | SigningAlgorithm::Rs256 => matches!(self, Self::Rsa { .. }),
        }
    }
}

/// For people: "an RSA key of 2048 bits".
impl fmt::Display for KeyKind {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::P256 => to.write_str("an EC key on the curve P-256"),
            Self::P384 => to.write_str("an EC key on the curve P-384"),
            Self::P521 => to.write_str("an EC key on the curve P-521"),
            Self::Rsa { bits } => write!(to, "an RSA key of {bits} bits"),
            Self::Ed25519 => to.write_str("an Ed25519 key"),
        }
    }
}

/// What `algorithm` takes, for people.
pub(super) fn taken_by(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm {
        SigningAlgorithm::Es256 => "an EC key on the curve P-256",
        SigningAlgorithm::Es384 => "an EC key on the curve P-384",
        SigningAlgorithm::Es512 => "an EC key on the curve P-521",
        SigningAlgorithm::EdDsa => "an Ed25519 key",
        SigningAlgorithm::Ps256
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512
        | SigningAlgorithm::Rs256 => "an RSA key",
    }
}
