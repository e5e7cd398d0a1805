//! The half of a key pair that is given away.

mod reading;
mod writing;

use aws_lc_rs::signature::KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::curve::Curve;
use super::defect::KeyDefect;
use super::pair::Pair;
use super::{KeyKind, pem};
use crate::provider::SigningAlgorithm;

/// A public key. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Numbers);

/// Numbers are big-endian: coordinates with leading zeros, those of RSA without.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Numbers {
    Ec(Curve, Vec<u8>, Vec<u8>),
    Rsa(Vec<u8>, Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A JWK in the order in which RFC 7517 shows it.
#[derive(Default, Serialize)]
struct Members<'a> {
    kty: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(rename = "use")]
    usage: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

impl PublicKey {
    /// The public key in `text`: PEM (RFC 7468 §13), JWK, or the Base64 of either DER structure.
    ///
    /// A private key is refused like everything else: it has no business where it may be shown.
    pub fn read(text: &str) -> Result<Self, KeyDefect> {
        reading::read(text).map(Self)
    }

    pub(super) fn of(pair: &Pair) -> Self {
        Self(match pair {
            Pair::Ec(curve, pair) => {
                // X9.62 §4.3.6: 0x04, then both coordinates.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(curve.length());
                Numbers::Ec(*curve, x.to_vec(), y.to_vec())
            }
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let big_endian = |number: aws_lc_rs::io::Positive<'_>| {
                    number.big_endian_without_leading_zero().to_vec()
                };
                Numbers::Rsa(big_endian(public.modulus()), big_endian(public.exponent()))
            }
            Pair::Ed25519(pair) => Numbers::Ed25519(pair.public_key().as_ref().to_vec()),
        })
    }

    pub fn kind(&self) -> KeyKind {
        match &self.0 {
            Numbers::Ec(Curve::P256, ..) => KeyKind::P256,
            Numbers::Ec(Curve::P384, ..) => KeyKind::P384,
            Numbers::Ec(Curve::P521, ..) => KeyKind::P521,
            Numbers::Rsa(modulus, _) => KeyKind::Rsa {
                bits: modulus.len() * 8,
            },
            Numbers::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    pub fn same_as(&self, other: &Self) -> bool {
        self == other
    }

    /// To be registered: a JWK on lines of its own (RFC 7517), with `use`, and `alg` and `kid` where known.
    pub fn jwk(&self, key_id: Option<&str>, algorithm: Option<SigningAlgorithm>) -> String {
        let members = Members {
            usage: "sig",
            alg: algorithm.map(SigningAlgorithm::name),
            kid: key_id,
            ..self.members()
        };
        serde_json::to_string_pretty(&members).unwrap_or_default()
    }

    /// To be registered: "-----BEGIN PUBLIC KEY-----".
    pub fn pem(&self) -> String {
        pem::armoured("PUBLIC KEY", &writing::subject_public_key(&self.0))
    }

    /// RFC 7638 §3 with SHA-256, in base64url: the same for every way to write the key.
    pub fn thumbprint(&self) -> String {
        // §3.3: the required members in lexicographic order, without blanks. Base64url needs no escapes.
        let text = match &self.0 {
            Numbers::Ec(curve, x, y) => format!(
                r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
                curve.jwk_name(),
                encoded(x),
                encoded(y)
            ),
            Numbers::Rsa(n, e) => format!(
                r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
                encoded(e),
                encoded(n)
            ),
            Numbers::Ed25519(x) => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encoded(x))
            }
        };
        encoded(&Sha256::digest(text))
    }

    fn members(&self) -> Members<'static> {
        match &self.0 {
            Numbers::Ec(curve, x, y) => Members {
                kty: "EC",
                crv: Some(curve.jwk_name()),
                x: Some(encoded(x)),
                y: Some(encoded(y)),
                ..Members::default()
            },
            Numbers::Rsa(n, e) => Members {
                kty: "RSA",
                n: Some(encoded(n)),
                e: Some(encoded(e)),
                ..Members::default()
            },
            Numbers::Ed25519(x) => Members {
                kty: "OKP",
                crv: Some("Ed25519"),
                x: Some(encoded(x)),
                ..Members::default()
            },
        }
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
