//! Public keys as they are sent and published.

use aws_lc_rs::signature::{
    ED25519, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use pkcs1::RsaPublicKeyRef;
use pkcs8::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::Numbers;
use super::writing;
use crate::signing_key::curve::Curve;
use crate::signing_key::defect::{ForeignFormat, KeyDefect};
use crate::signing_key::der::{self, Outline};
use crate::signing_key::jwk::{Jwk, Type, filled, open};
use crate::signing_key::pem;
use crate::signing_key::text::{LONGEST, bare};

pub(super) fn read(text: &str) -> Result<Numbers, KeyDefect> {
    if text.len() > LONGEST {
        return Err(KeyDefect::TooLong);
    }
    let text = bare(text);
    if text.is_empty() {
        return Err(KeyDefect::Empty);
    }
    if let Some(format) = ForeignFormat::recognized(text) {
        return Err(KeyDefect::Foreign { format });
    }
    if text.starts_with('{') {
        return from_jwk(&Jwk::only(text)?);
    }
    if !pem::is_armoured(text) {
        return from_der(&pem::decoded(text).ok_or(KeyDefect::NotAKey)?);
    }
    match pem::blocks(text)?.as_slice() {
        blocks if blocks.iter().any(|one| one.label.ends_with("PRIVATE KEY")) => {
            Err(KeyDefect::PrivateInsteadOfPublic)
        }
        [only] => from_der(&only.der()?),
        _ => Err(KeyDefect::SeveralKeys),
    }
}

fn from_jwk(jwk: &Jwk) -> Result<Numbers, KeyDefect> {
    if jwk.is_private() {
        return Err(KeyDefect::PrivateInsteadOfPublic);
    }
    match jwk.key_type()? {
        Type::Ec(curve) => {
            let x = filled(&open(jwk.x.as_deref())?, curve.length())?;
            let y = filled(&open(jwk.y.as_deref())?, curve.length())?;
            ec(curve, &x, &y)
        }
        Type::Rsa => rsa(&open(jwk.n.as_deref())?, &open(jwk.e.as_deref())?),
        Type::Ed25519 => ed25519(&open(jwk.x.as_deref())?),
    }
}

fn from_der(bytes: &[u8]) -> Result<Numbers, KeyDefect> {
    match der::outline(bytes).ok_or(KeyDefect::Damaged)? {
        Outline::SubjectPublicKey => from_subject_public_key(bytes),
        Outline::Pkcs1Public => from_pkcs1(bytes),
        Outline::Certificate => Err(KeyDefect::Certificate),
        Outline::Pkcs12 => Err(KeyDefect::Foreign {
            format: ForeignFormat::Pkcs12,
        }),
        Outline::Dsa => Err(KeyDefect::UnsupportedKind { name: "DSA" }),
        Outline::Pkcs8 | Outline::Sec1 | Outline::Pkcs1 | Outline::Encrypted => {
            Err(KeyDefect::PrivateInsteadOfPublic)
        }
    }
}

fn from_subject_public_key(bytes: &[u8]) -> Result<Numbers, KeyDefect> {
    let held = SubjectPublicKeyInfoRef::from_der(bytes).map_err(|_| KeyDefect::Damaged)?;
    let key = held.subject_public_key.as_bytes();
    let key = key.ok_or(KeyDefect::Damaged)?;
    match held.algorithm.oid {
        der::EC => {
            let curve = held
                .algorithm
                .parameters_oid()
                .map_err(|_| KeyDefect::UnknownCurve { name: None })?;
            let curve = Curve::from_oid(&curve)?;
            // X9.62 §4.3.6: uncompressed, which is how everybody writes it.
            match key.split_first() {
                Some((0x04, point)) if point.len() == 2 * curve.length() => {
                    let (x, y) = point.split_at(curve.length());
                    ec(curve, x, y)
                }
                _ => Err(KeyDefect::Damaged),
            }
        }
        der::RSA | der::RSA_PSS => from_pkcs1(key),
        der::ED25519 => ed25519(key),
        other => Err(KeyDefect::UnsupportedKind {
            name: der::kind_name(&other),
        }),
    }
}

fn from_pkcs1(bytes: &[u8]) -> Result<Numbers, KeyDefect> {
    let held = RsaPublicKeyRef::from_der(bytes).map_err(|_| KeyDefect::Damaged)?;
    rsa(held.modulus.as_bytes(), held.public_exponent.as_bytes())
}

fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Result<Numbers, KeyDefect> {
    let point = [&[0x04], x, y].concat();
    usable(curve.verifying(), &point)?;
    Ok(Numbers::Ec(curve, x.to_vec(), y.to_vec()))
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Numbers, KeyDefect> {
    der::rsa_size(modulus)?;
    let numbers = Numbers::Rsa(trimmed(modulus), trimmed(exponent));
    usable(
        &RSA_PSS_2048_8192_SHA256,
        &writing::subject_public_key(&numbers),
    )?;
    Ok(numbers)
}

fn ed25519(key: &[u8]) -> Result<Numbers, KeyDefect> {
    usable(&ED25519, key)?;
    Ok(Numbers::Ed25519(key.to_vec()))
}

/// Whether the library takes it: a point on the curve, an odd exponent.
fn usable(algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Result<(), KeyDefect> {
    UnparsedPublicKey::new(algorithm, key)
        .parse()
        .map(|_| ())
        .map_err(|_| KeyDefect::Inconsistent)
}

fn trimmed(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number[zeros..].to_vec()
}
