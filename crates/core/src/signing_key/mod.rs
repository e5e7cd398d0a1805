//! The key pair of a client that signs its token requests: read from the files that people have, made
//! anew, and used.
//!
//! What is read is kept as PKCS#8 (RFC 5958) alone. No error of this module quotes a part of a key.

mod curve;
mod defect;
mod der;
mod encrypted;
mod jwk;
mod kind;
mod pair;
mod pem;
mod public;
mod text;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};

use crate::error::{Code, Problem};
use crate::provider::SigningAlgorithm;
use crate::secret::Secret;
use curve::Curve;
use pair::Pair;

pub use defect::{ForeignFormat, KeyDefect};
pub use kind::KeyKind;
pub use public::PublicKey;

/// A private key with its public half. Dropping it wipes it; it has no `Debug`.
pub struct SigningKey {
    pair: Pair,
    key_id: Option<String>,
}

impl SigningKey {
    /// The one private key in `text`: PEM (PKCS#8, SEC1, PKCS#1, encrypted PKCS#8), JWK (RFC 7517), or the
    /// Base64 of a DER structure without armour, wrapped or not. What the structure is decides, not
    /// what its armour calls it.
    ///
    /// `passphrase` is read for an encrypted key alone. Weak keys, other curves than P-256, P-384, P-521
    /// and Ed25519, and keys whose parts do not belong together are refused (rule D9).
    pub fn read(text: &Secret, passphrase: Option<&Secret>) -> Result<Self, KeyDefect> {
        text::read(text.expose(), passphrase)
    }

    /// A new pair for `algorithm`; RSA with 3072 bits (NIST SP 800-57 part 1: as strong as P-256).
    ///
    /// Takes up to a few seconds for RSA. `Internal` when the system's generator fails.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, Problem> {
        let made = match algorithm {
            SigningAlgorithm::Es256 => made_on(Curve::P256),
            SigningAlgorithm::Es384 => made_on(Curve::P384),
            SigningAlgorithm::Es512 => made_on(Curve::P521),
            SigningAlgorithm::EdDsa => Ed25519KeyPair::generate().map(Pair::Ed25519),
            SigningAlgorithm::Ps256
            | SigningAlgorithm::Ps384
            | SigningAlgorithm::Ps512
            | SigningAlgorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa3072).map(Pair::Rsa),
        };
        made.map(Self::from).map_err(|_| unusable())
    }

    pub fn kind(&self) -> KeyKind {
        self.pair.kind()
    }

    /// `WrongKind` when the key cannot sign with `algorithm`.
    pub fn algorithm_fits(&self, algorithm: SigningAlgorithm) -> Result<(), KeyDefect> {
        let kind = self.kind();
        if kind.fits(algorithm) {
            Ok(())
        } else {
            Err(KeyDefect::WrongKind { algorithm, kind })
        }
    }

    /// The first of `offered` that the key can sign with.
    pub fn suggested(&self, offered: &[SigningAlgorithm]) -> Option<SigningAlgorithm> {
        let kind = self.kind();
        offered.iter().copied().find(|one| kind.fits(*one))
    }

    /// The key ID that stood in a JWK beside the key.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The private key as every other program reads it: "-----BEGIN PRIVATE KEY-----", lines of 64.
    ///
    /// `Internal` when the library cannot write a key that it has read.
    pub fn to_pkcs8_pem(&self) -> Result<Secret, Problem> {
        let armoured = |der: &[u8]| Secret::new(pem::armoured("PRIVATE KEY", der));
        match &self.pair {
            Pair::Ec(_, pair) => pair.to_pkcs8v1().map(|der| armoured(der.as_ref())),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|der| armoured(der.as_ref())),
            Pair::Rsa(pair) => {
                AsDer::<Pkcs8V1Der<'static>>::as_der(pair).map(|der| armoured(der.as_ref()))
            }
        }
        .map_err(|_| unusable())
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::of(&self.pair)
    }

    /// `OtherPublicKey` unless `public` is the public half of this key.
    pub fn belongs_to(&self, public: &PublicKey) -> Result<(), KeyDefect> {
        if self.public().same_as(public) {
            Ok(())
        } else {
            Err(KeyDefect::OtherPublicKey)
        }
    }

    /// The signature of `message` in the form of JWS (RFC 7518 §3, RFC 8037 §3.1): `r` and `s` beside each
    /// other for ES*, never DER.
    ///
    /// `DraftInvalid` when the key does not fit `algorithm`; `Internal` when the library cannot sign.
    pub fn sign(&self, algorithm: SigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, Problem> {
        self.algorithm_fits(algorithm).map_err(|defect| {
            Problem::new(Code::DraftInvalid, defect.summary(), defect.remedy())
                .at("signing.algorithm")
        })?;
        self.pair.sign(algorithm, message).map_err(|_| unusable())
    }

    fn naming(mut self, key_id: Option<String>) -> Self {
        self.key_id = key_id;
        self
    }
}

impl From<Pair> for SigningKey {
    fn from(pair: Pair) -> Self {
        Self { pair, key_id: None }
    }
}

fn made_on(curve: Curve) -> Result<Pair, aws_lc_rs::error::Unspecified> {
    EcdsaKeyPair::generate(curve.signing()).map(|pair| Pair::Ec(curve, pair))
}

fn unusable() -> Problem {
    Problem::new(
        Code::Internal,
        "The cryptographic library could not use the key.",
        "Try again. If it happens again, report it, with the version of Proofkey.",
    )
}

#[cfg(test)]
mod tests;
