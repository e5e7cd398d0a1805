//! A private key as JSON Web Key (RFC 7517; RFC 7518 §6; RFC 8037 §2).

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::SigningKey;
use super::curve::Curve;
use super::defect::KeyDefect;
use super::pair::Pair;
use super::{der, pem};
use crate::secret::Secret;

/// Members that matter; the private ones are wiped. Equal names are refused by the derived reader.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
    pub(super) n: Option<String>,
    pub(super) e: Option<String>,
    d: Option<Secret>,
    p: Option<Secret>,
    q: Option<Secret>,
    dp: Option<Secret>,
    dq: Option<Secret>,
    qi: Option<Secret>,
    oth: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
    /// Of a JWK Set (RFC 7517 §5).
    keys: Option<Vec<Jwk>>,
}

/// What a JWK says that it is.
pub(super) enum Type {
    Ec(Curve),
    Rsa,
    Ed25519,
}

/// The private key in `text`, which is a JWK or a set of one.
pub(super) fn read(text: &str) -> Result<SigningKey, KeyDefect> {
    let jwk = Jwk::only(text)?;
    let pair = match jwk.key_type()? {
        _ if jwk.d.is_none() => return Err(KeyDefect::PublicInsteadOfPrivate),
        Type::Ec(curve) => jwk.ec(curve),
        Type::Rsa => jwk.rsa(),
        Type::Ed25519 => jwk.ed25519(),
    }?;
    if jwk.is_for_something_else() {
        return Err(KeyDefect::NotForSigning);
    }
    Ok(SigningKey::from(pair).naming(jwk.kid))
}

impl Jwk {
    /// The one key in `text`.
    pub(super) fn only(text: &str) -> Result<Self, KeyDefect> {
        // The error would quote what it could not read.
        let mut jwk: Self = serde_json::from_str(text).map_err(|_| KeyDefect::Damaged)?;
        let Some(mut keys) = jwk.keys.take() else {
            return Ok(jwk);
        };
        match (keys.pop(), keys.is_empty()) {
            (Some(one), true) => Ok(one),
            (Some(_), false) => Err(KeyDefect::SeveralKeys),
            (None, _) => Err(KeyDefect::NotAKey),
        }
    }

    pub(super) fn key_type(&self) -> Result<Type, KeyDefect> {
        match (self.kty.as_deref(), self.crv.as_deref()) {
            (Some("EC"), Some(curve)) => Curve::from_jwk_name(curve).map(Type::Ec),
            (Some("RSA"), _) => Ok(Type::Rsa),
            (Some("OKP"), Some("Ed25519")) => Ok(Type::Ed25519),
            (Some("OKP"), Some("Ed448")) => Err(KeyDefect::UnsupportedKind { name: "Ed448" }),
            (Some("OKP"), Some("X25519" | "X448")) => {
                Err(KeyDefect::UnsupportedKind { name: "X25519" })
            }
            (Some("oct"), _) => Err(KeyDefect::Symmetric),
            (None, _) => Err(KeyDefect::NotAKey),
            _ => Err(KeyDefect::UnknownCurve { name: None }),
        }
    }

    pub(super) fn is_private(&self) -> bool {
        self.d.is_some() || self.k.is_some() || self.p.is_some()
    }

    /// RFC 7517 §4.2 and §4.3.
    fn is_for_something_else(&self) -> bool {
        let usage = self.usage.as_deref().is_some_and(|usage| usage != "sig");
        let operations = self
            .key_ops
            .as_ref()
            .is_some_and(|operations| operations.iter().all(|one| one != "sign"));
        usage || operations
    }

    fn ec(&self, curve: Curve) -> Result<Pair, KeyDefect> {
        let length = curve.length();
        let private = filled(&secret(self.d.as_ref())?, length)?;
        let mut point = vec![0x04];
        point.extend_from_slice(&filled(&open(self.x.as_deref())?, length)?);
        point.extend_from_slice(&filled(&open(self.y.as_deref())?, length)?);
        EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), &private, &point)
            .map(|pair| Pair::Ec(curve, pair))
            .map_err(|_| KeyDefect::Inconsistent)
    }

    /// RFC 7518 §6.3.2 allows `d` alone; every tool that people use writes the primes, too.
    fn rsa(&self) -> Result<Pair, KeyDefect> {
        if self.oth.is_some() {
            return Err(KeyDefect::UnsupportedKind {
                name: "RSA with more than two primes",
            });
        }
        let modulus = open(self.n.as_deref())?;
        der::rsa_size(&modulus)?;
        let parts = KeyPairComponents {
            public_key: PublicKeyComponents {
                n: modulus,
                e: open(self.e.as_deref())?,
            },
            d: secret(self.d.as_ref())?,
            p: secret(self.p.as_ref())?,
            q: secret(self.q.as_ref())?,
            dP: secret(self.dp.as_ref())?,
            dQ: secret(self.dq.as_ref())?,
            qInv: secret(self.qi.as_ref())?,
        };
        RsaKeyPair::from_components(&parts)
            .map(Pair::Rsa)
            .map_err(|_| KeyDefect::Inconsistent)
    }

    fn ed25519(&self) -> Result<Pair, KeyDefect> {
        let seed = secret(self.d.as_ref())?;
        let public = open(self.x.as_deref())?;
        if seed.len() != 32 || public.len() != 32 {
            return Err(KeyDefect::Damaged);
        }
        Ed25519KeyPair::from_seed_and_public_key(&seed, &public)
            .map(Pair::Ed25519)
            .map_err(|_| KeyDefect::Inconsistent)
    }
}

fn secret(member: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>, KeyDefect> {
    open(member.map(Secret::expose))
}

pub(super) fn open(member: Option<&str>) -> Result<Zeroizing<Vec<u8>>, KeyDefect> {
    member.and_then(pem::decoded).ok_or(KeyDefect::Damaged)
}

/// With the leading zeros that RFC 7518 §6.2.1.2 and §6.2.2.1 ask for and some tools leave out.
pub(super) fn filled(number: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, KeyDefect> {
    if number.len() > length {
        return Err(KeyDefect::Damaged);
    }
    let mut filled = Zeroizing::new(vec![0; length]);
    filled[length - number.len()..].copy_from_slice(number);
    Ok(filled)
}
