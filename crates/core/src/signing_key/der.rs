//! DER structures, told apart by their outline and not by what somebody called them.

use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use pkcs1::RsaPrivateKeyRef;
use pkcs8::der::asn1::{AnyRef, SequenceRef};
use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use sec1::{EcParameters, EcPrivateKey};

use super::SigningKey;
use super::curve::Curve;
use super::defect::{ForeignFormat, KeyDefect};
use super::encrypted;
use super::pair::Pair;
use crate::secret::Secret;

pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// RFC 4055 §1.2: an RSA key that is meant for PSS.
pub(super) const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Above, signing takes too long, and the library refuses it.
const LARGEST_RSA: usize = 8192;
const SMALLEST_RSA: usize = 2048;

/// What a structure is, by the tags of its first members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline {
    Pkcs8,
    Sec1,
    Pkcs1,
    Encrypted,
    SubjectPublicKey,
    Pkcs1Public,
    Certificate,
    Pkcs12,
    Dsa,
}

/// A private key, encrypted or not.
pub(super) fn read(bytes: &[u8], passphrase: Option<&Secret>) -> Result<SigningKey, KeyDefect> {
    match outline(bytes).ok_or(KeyDefect::Damaged)? {
        Outline::Encrypted => {
            let plain = encrypted::decrypted(bytes, passphrase)?;
            // A wrong passphrase can by chance leave well-formed padding behind it.
            match outline(&plain) {
                Some(Outline::Pkcs8) => private(&plain, Outline::Pkcs8),
                _ => Err(KeyDefect::PassphraseWrong),
            }
        }
        outline => private(bytes, outline),
    }
}

/// The outline of `bytes`, when they are exactly one DER sequence of a kind that keys are found in.
pub(super) fn outline(bytes: &[u8]) -> Option<Outline> {
    use Tag::{BitString, Integer, OctetString, Sequence};
    let whole = <&SequenceRef>::from_der(bytes).ok()?;
    let mut reader = SliceReader::new(whole.as_ref()).ok()?;
    let mut tags = Vec::new();
    while !reader.is_finished() && tags.len() < 9 {
        tags.push(AnyRef::decode(&mut reader).ok()?.tag());
    }
    Some(match tags.as_slice() {
        [Integer, Sequence, OctetString, ..] => Outline::Pkcs8,
        [Integer, OctetString, ..] => Outline::Sec1,
        tags if tags.iter().all(|tag| *tag == Integer) => match tags.len() {
            2 => Outline::Pkcs1Public,
            6 => Outline::Dsa,
            9 => Outline::Pkcs1,
            _ => return None,
        },
        [Sequence, OctetString] => Outline::Encrypted,
        [Sequence, BitString] => Outline::SubjectPublicKey,
        [Sequence, Sequence, BitString] => Outline::Certificate,
        [Integer, Sequence] | [Integer, Sequence, Sequence] => Outline::Pkcs12,
        _ => return None,
    })
}

fn private(bytes: &[u8], outline: Outline) -> Result<SigningKey, KeyDefect> {
    let pair = match outline {
        Outline::Pkcs8 => from_pkcs8(bytes),
        Outline::Sec1 => from_sec1(bytes),
        Outline::Pkcs1 => from_pkcs1(bytes),
        Outline::SubjectPublicKey | Outline::Pkcs1Public => Err(KeyDefect::PublicInsteadOfPrivate),
        Outline::Certificate => Err(KeyDefect::Certificate),
        Outline::Dsa => Err(KeyDefect::UnsupportedKind { name: "DSA" }),
        Outline::Pkcs12 => Err(KeyDefect::Foreign {
            format: ForeignFormat::Pkcs12,
        }),
        Outline::Encrypted => Err(KeyDefect::Damaged),
    }?;
    Ok(SigningKey::from(pair))
}

fn from_pkcs8(bytes: &[u8]) -> Result<Pair, KeyDefect> {
    let held = PrivateKeyInfoRef::from_der(bytes).map_err(|_| KeyDefect::Damaged)?;
    match held.algorithm.oid {
        EC => {
            // Spelled-out curve parameters (RFC 5480 §2.1.1 forbids them) have no name to compare.
            let curve = held
                .algorithm
                .parameters_oid()
                .map_err(|_| KeyDefect::UnknownCurve { name: None })?;
            let curve = Curve::from_oid(&curve)?;
            EcdsaKeyPair::from_pkcs8(curve.signing(), bytes)
                .map(|pair| Pair::Ec(curve, pair))
                .map_err(|_| KeyDefect::Inconsistent)
        }
        RSA | RSA_PSS => from_pkcs1(held.private_key.as_bytes()),
        ED25519 => Ed25519KeyPair::from_pkcs8(bytes)
            .map(Pair::Ed25519)
            .map_err(|_| KeyDefect::Inconsistent),
        other => Err(KeyDefect::UnsupportedKind {
            name: kind_name(&other),
        }),
    }
}

fn from_sec1(bytes: &[u8]) -> Result<Pair, KeyDefect> {
    let held = EcPrivateKey::from_der(bytes).map_err(|_| KeyDefect::UnknownCurve { name: None })?;
    let curve = match held.parameters {
        Some(EcParameters::NamedCurve(oid)) => Curve::from_oid(&oid)?,
        // RFC 5915 §3: they may be missing where something around the key names the curve.
        None => Curve::ALL
            .into_iter()
            .find(|one| one.length() == held.private_key.len())
            .ok_or(KeyDefect::UnknownCurve { name: None })?,
    };
    EcdsaKeyPair::from_private_key_der(curve.signing(), bytes)
        .map(|pair| Pair::Ec(curve, pair))
        .map_err(|_| KeyDefect::Inconsistent)
}

fn from_pkcs1(bytes: &[u8]) -> Result<Pair, KeyDefect> {
    let held = RsaPrivateKeyRef::from_der(bytes).map_err(|_| KeyDefect::Damaged)?;
    rsa_size(held.modulus.as_bytes())?;
    RsaKeyPair::from_der(bytes)
        .map(Pair::Rsa)
        .map_err(|_| KeyDefect::Inconsistent)
}

/// `WeakRsa` and `LargeRsa` for a modulus (big-endian) outside of our bounds.
pub(super) fn rsa_size(modulus: &[u8]) -> Result<(), KeyDefect> {
    let first = modulus.iter().position(|byte| *byte != 0);
    let bits = first.map_or(0, |first| {
        let leading = usize::try_from(modulus[first].leading_zeros()).unwrap_or(0);
        (modulus.len() - first) * 8 - leading
    });
    match bits {
        ..SMALLEST_RSA => Err(KeyDefect::WeakRsa { bits }),
        SMALLEST_RSA..=LARGEST_RSA => Ok(()),
        _ => Err(KeyDefect::LargeRsa { bits }),
    }
}

/// Kinds of keys that people have and that no algorithm of ours uses.
pub(super) fn kind_name(oid: &ObjectIdentifier) -> &'static str {
    const NAMES: [(ObjectIdentifier, &str); 9] = [
        (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
        (
            ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1"),
            "Diffie-Hellman",
        ),
        (ObjectIdentifier::new_unwrap("1.3.132.1.12"), "ECDH"),
        (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
        (ObjectIdentifier::new_unwrap("1.3.101.111"), "X448"),
        (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
        (
            ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"),
            "ML-DSA-44",
        ),
        (
            ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"),
            "ML-DSA-65",
        ),
        (
            ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"),
            "ML-DSA-87",
        ),
    ];
    let found = NAMES.iter().find(|one| one.0 == *oid);
    found.map_or("of an unknown kind", |one| one.1)
}
