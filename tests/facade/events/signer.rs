//! A sender of events: a key, the endpoint that publishes it, and the signatures it makes.

use aws_lc_rs::digest::{Digest, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

pub(crate) struct Signer {
    curve: Curve,
    pkcs8: Vec<u8>,
}

impl Curve {
    fn algorithm(self, der: bool) -> &'static EcdsaSigningAlgorithm {
        match (self, der) {
            (Self::P256, true) => &ECDSA_P256_SHA256_ASN1_SIGNING,
            (Self::P256, false) => &ECDSA_P256_SHA256_FIXED_SIGNING,
            (Self::P384, true) => &ECDSA_P384_SHA384_ASN1_SIGNING,
            (Self::P384, false) => &ECDSA_P384_SHA384_FIXED_SIGNING,
            (Self::P521, true) => &ECDSA_P521_SHA512_ASN1_SIGNING,
            (Self::P521, false) => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }

    /// What ECDSA takes of a SHA-512 (FIPS 186-5 §6.4.1): as many of its first bits as the curve has.
    fn shortened(self, body: &[u8]) -> Digest {
        let whole = digest(&SHA512, body);
        let taken = match self {
            Self::P256 => Digest::import_less_safe(&whole.as_ref()[..32], &SHA256),
            Self::P384 => Digest::import_less_safe(&whole.as_ref()[..48], &SHA384),
            Self::P521 => return whole,
        };
        taken.expect("a digest of that length")
    }
}

impl Signer {
    pub(crate) fn new(curve: Curve) -> Self {
        let pair = EcdsaKeyPair::generate(curve.algorithm(true)).expect("a key");
        let pkcs8 = pair.to_pkcs8v1().expect("PKCS#8").as_ref().to_vec();
        Self { curve, pkcs8 }
    }

    /// In hexadecimal digits, as DER or as two numbers.
    pub(crate) fn sign(&self, body: &[u8], der: bool) -> String {
        let pair = self.pair(der);
        let signature = match self.curve {
            Curve::P521 => pair.sign(&SystemRandom::new(), body),
            _ => pair.sign_digest(&self.curve.shortened(body)),
        };
        let signature = signature.expect("a signature");
        signature
            .as_ref()
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// What the key endpoint answers.
    pub(crate) fn published(&self, id: &str, expires_at: &str) -> String {
        json!({
            "public_key_id": id,
            "public_key": self.public_key(),
            "created_at": "2026-01-01T00:00:00Z",
            "expires_at": expires_at,
        })
        .to_string()
    }

    /// A key pair as an event delivers it: PKCS#8 and SPKI, in Base64 without armour.
    pub(crate) fn private_key(&self) -> String {
        STANDARD.encode(&self.pkcs8)
    }

    pub(crate) fn public_key(&self) -> String {
        let pair = self.pair(true);
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        STANDARD.encode(der.as_ref())
    }

    fn pair(&self, der: bool) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(self.curve.algorithm(der), &self.pkcs8).expect("the same key")
    }
}
