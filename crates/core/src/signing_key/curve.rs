//! The curves that ES256, ES384 and ES512 stand for (RFC 7518 §3.4).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
};
use pkcs8::ObjectIdentifier;

use super::defect::KeyDefect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// By its OID (RFC 5480 §2.1.1.1). `WeakCurve` and `UnknownCurve` for all others.
    pub(super) fn from_oid(oid: &ObjectIdentifier) -> Result<Self, KeyDefect> {
        let found = Self::ALL.into_iter().find(|one| one.oid() == *oid);
        found.ok_or_else(|| {
            let others = OTHERS.iter().find(|one| one.0 == *oid);
            others.map_or(KeyDefect::UnknownCurve { name: None }, |one| refused(one.1))
        })
    }

    /// By its name in a JWK (RFC 7518 §6.2.1.1).
    pub(super) fn from_jwk_name(name: &str) -> Result<Self, KeyDefect> {
        let found = Self::ALL.into_iter().find(|one| one.jwk_name() == name);
        found.ok_or_else(|| {
            let others = OTHERS.iter().find(|one| one.1 == name);
            others.map_or(KeyDefect::UnknownCurve { name: None }, |one| refused(one.1))
        })
    }

    pub(super) fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::P256 => "1.2.840.10045.3.1.7",
            Self::P384 => "1.3.132.0.34",
            Self::P521 => "1.3.132.0.35",
        })
    }

    pub(super) fn jwk_name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Bytes of a coordinate and of a private key, leading zeros included (RFC 7518 §6.2).
    pub(super) fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }

    pub(super) fn verifying(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
            Self::P521 => &ECDSA_P521_SHA512_FIXED,
        }
    }
}

/// Curves that people have and that no algorithm of ours uses, so that the refusal can name them.
const OTHERS: [(ObjectIdentifier, &str); 9] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.1"), "P-192"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.33"), "P-224"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.8"), "secp160r1"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "secp256k1"),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"),
        "brainpoolP256r1",
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.11"),
        "brainpoolP384r1",
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.13"),
        "brainpoolP512r1",
    ),
    (ObjectIdentifier::new_unwrap("1.2.156.10197.1.301"), "SM2"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.1"), "sect163k1"),
];

/// Below 256 bits a curve is too weak (our floor; FAPI 2.0 §5.4.1 would take 224).
fn refused(name: &'static str) -> KeyDefect {
    match name {
        "P-192" | "P-224" | "secp160r1" | "sect163k1" => KeyDefect::WeakCurve { name },
        _ => KeyDefect::UnknownCurve { name: Some(name) },
    }
}
