//! A key pair for a client, made when its credentials are replaced.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::provider::SigningAlgorithm;

use crate::keys::IssueError;
use crate::signed::practice_key::PracticeKey;

/// What an event brings: both halves in Base64 without armour (PKCS#8 and RFC 5280 §4.1).
#[derive(Clone)]
pub(crate) struct Delivered {
    pub(crate) id: String,
    pub(crate) algorithm: SigningAlgorithm,
    pub(crate) private: String,
    pub(crate) public: String,
}

impl Delivered {
    pub(crate) fn of(key: &PracticeKey) -> Self {
        Self {
            id: key.id.to_owned(),
            algorithm: key.algorithm,
            private: key.private.to_owned(),
            public: key.public.to_owned(),
        }
    }

    /// A new pair for the same algorithm.
    pub(crate) fn fresh(id: String, algorithm: SigningAlgorithm) -> Result<Self, IssueError> {
        let (private, public) = match algorithm {
            SigningAlgorithm::Es256 => curve(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
            SigningAlgorithm::Es384 => curve(&ECDSA_P384_SHA384_FIXED_SIGNING)?,
            SigningAlgorithm::Es512 => curve(&ECDSA_P521_SHA512_FIXED_SIGNING)?,
            SigningAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(|_| IssueError)?;
                let private = pair.to_pkcs8v1().map_err(|_| IssueError)?;
                (private.as_ref().to_vec(), public(pair.public_key())?)
            }
            SigningAlgorithm::Ps256
            | SigningAlgorithm::Ps384
            | SigningAlgorithm::Ps512
            | SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| IssueError)?;
                let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| IssueError)?;
                (private.as_ref().to_vec(), public(pair.public_key())?)
            }
        };
        Ok(Self {
            id,
            algorithm,
            private: STANDARD.encode(private),
            public: STANDARD.encode(public),
        })
    }
}

fn curve(curve: &'static EcdsaSigningAlgorithm) -> Result<(Vec<u8>, Vec<u8>), IssueError> {
    let pair = EcdsaKeyPair::generate(curve).map_err(|_| IssueError)?;
    let private = pair.to_pkcs8v1().map_err(|_| IssueError)?;
    Ok((private.as_ref().to_vec(), public(pair.public_key())?))
}

fn public(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Result<Vec<u8>, IssueError> {
    let der = key.as_der().map_err(|_| IssueError)?;
    Ok(der.as_ref().to_vec())
}
