//! A pair as the cryptographic library holds it. The library wipes what it frees.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding, RsaKeyPair,
};

use super::curve::Curve;
use super::kind::KeyKind;
use crate::provider::SigningAlgorithm;

pub(super) enum Pair {
    Ec(Curve, EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Pair {
    pub(super) fn kind(&self) -> KeyKind {
        match self {
            Self::Ec(Curve::P256, _) => KeyKind::P256,
            Self::Ec(Curve::P384, _) => KeyKind::P384,
            Self::Ec(Curve::P521, _) => KeyKind::P521,
            // The sizes in use are whole bytes.
            Self::Rsa(pair) => KeyKind::Rsa {
                bits: pair.public_modulus_len() * 8,
            },
            Self::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// The signature in the form of JWS. The caller has seen to it that the key fits.
    pub(super) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(_, pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Self::Ed25519(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding(algorithm)?, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

/// RFC 7518 §3.5: the salt of PSS is as long as the hash, which is the library's way too.
fn padding(algorithm: SigningAlgorithm) -> Result<&'static dyn RsaEncoding, Unspecified> {
    match algorithm {
        SigningAlgorithm::Ps256 => Ok(&RSA_PSS_SHA256),
        SigningAlgorithm::Ps384 => Ok(&RSA_PSS_SHA384),
        SigningAlgorithm::Ps512 => Ok(&RSA_PSS_SHA512),
        SigningAlgorithm::Rs256 => Ok(&RSA_PKCS1_SHA256),
        _ => Err(Unspecified),
    }
}
