//! The keys that events are signed with, and how they are published.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{self, Digest, SHA256, SHA384, SHA512};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::order::{Curve, Spelling};
use crate::keys::IssueError;
use crate::reply::Reply;

pub(crate) const PATH: &str = "/events/signature-keys/";
const LIFETIME_DAYS: i64 = 30;

/// The form of a signature (RFC 3279 §2.2.3, RFC 7518 §3.4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Der,
    Raw,
}

/// One key. It exists in memory only and ends with the sandbox.
pub(crate) struct SignatureKey {
    pub(crate) id: String,
    pub(crate) curve: Curve,
    pair: EcdsaKeyPair,
    made_at: Timestamp,
    spelling: Spelling,
}

/// All keys so far; the newest is the latest.
#[derive(Default)]
pub(crate) struct SignatureKeys(Mutex<Vec<Arc<SignatureKey>>>);

impl SignatureKeys {
    /// The latest key, if it has this curve and spelling; else a new one, which is the latest then.
    pub(crate) fn latest(
        &self,
        curve: Curve,
        spelling: Spelling,
        now: Timestamp,
    ) -> Result<Arc<SignatureKey>, IssueError> {
        let fits = |key: &&Arc<SignatureKey>| key.curve == curve && key.spelling == spelling;
        if let Some(key) = self.lock().last().filter(fits) {
            return Ok(Arc::clone(key));
        }
        self.fresh(curve, spelling, now)
    }

    /// A new key, which is the latest from now on. The others stay published.
    pub(crate) fn fresh(
        &self,
        curve: Curve,
        spelling: Spelling,
        now: Timestamp,
    ) -> Result<Arc<SignatureKey>, IssueError> {
        let key = Arc::new(SignatureKey::new(curve, spelling, now)?);
        self.lock().push(Arc::clone(&key));
        Ok(key)
    }

    /// Answers `GET /events/signature-keys/{id}`, where "latest" is an id too; `None` for other paths.
    pub(crate) fn answer(&self, path: &str, now: Timestamp) -> Option<Reply> {
        let id = path.strip_prefix(PATH)?;
        let found = if id == "latest" {
            self.lock().last().map(Arc::clone)
        } else {
            self.lock().iter().find(|key| key.id == id).map(Arc::clone)
        };
        // Before the first event there is a key as well.
        let found = found.or_else(|| {
            let first = || self.latest(Curve::default(), Spelling::default(), now);
            (id == "latest").then(first)?.ok()
        });
        Some(match found.and_then(|key| key.published()) {
            Some(body) => Reply::json(StatusCode::OK, &body),
            None => Reply::api_error(StatusCode::NOT_FOUND, "0080021", "Signature key not found"),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<SignatureKey>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SignatureKey {
    pub(crate) fn new(
        curve: Curve,
        spelling: Spelling,
        now: Timestamp,
    ) -> Result<Self, IssueError> {
        let pair = EcdsaKeyPair::generate(algorithm(curve, Form::Der)).map_err(|_| IssueError)?;
        let hash = digest::digest(&SHA256, pair.public_key().as_ref());
        Ok(Self {
            id: hex(&hash.as_ref()[..16]),
            curve,
            pair,
            made_at: now,
            spelling,
        })
    }

    /// ECDSA over the SHA-512 of `body`, in hexadecimal digits as the header has it.
    pub(crate) fn sign(&self, body: &[u8], form: Form) -> Result<String, IssueError> {
        self.sign_hash(digest::digest(&SHA512, body).as_ref(), form)
    }

    /// The mistake of using the hash that belongs to P-256.
    pub(crate) fn sign_sha256(&self, body: &[u8]) -> Result<String, IssueError> {
        let mut hash = digest::digest(&SHA256, body).as_ref().to_vec();
        hash.resize(64, 0);
        self.sign_hash(&hash, Form::Der)
    }

    /// FIPS 186-5 §6.4.1: of a hash that is longer than the order of the curve, the leftmost bits are
    /// signed. The library has no pair of P-256 and SHA-512 to sign with, so the bits go in by hand.
    fn sign_hash(&self, hash: &[u8], form: Form) -> Result<String, IssueError> {
        let (length, like) = match self.curve {
            Curve::P256 => (32, &SHA256),
            Curve::P384 => (48, &SHA384),
            Curve::P521 => (64, &SHA512),
        };
        let digest = Digest::import_less_safe(&hash[..length], like).map_err(|_| IssueError)?;
        let document = self.pair.to_pkcs8v1().map_err(|_| IssueError)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm(self.curve, form), document.as_ref());
        let signature = pair.map_err(|_| IssueError)?.sign_digest(&digest);
        Ok(hex(signature.map_err(|_| IssueError)?.as_ref()))
    }

    /// As the endpoint shows it; `None` when the key cannot be written.
    fn published(&self) -> Option<Value> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().ok()?;
        let name = match self.spelling {
            Spelling::Sample => "public_key_id",
            Spelling::Table => "key_id",
        };
        let until = self.made_at + SignedDuration::from_hours(24 * LIFETIME_DAYS);
        Some(json!({
            "public_key": STANDARD.encode(der.as_ref()),
            name: self.id,
            "created_at": self.made_at.to_string(),
            "expires_at": until.to_string(),
        }))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

fn algorithm(curve: Curve, form: Form) -> &'static EcdsaSigningAlgorithm {
    match (curve, form) {
        (Curve::P256, Form::Der) => &ECDSA_P256_SHA256_ASN1_SIGNING,
        (Curve::P256, Form::Raw) => &ECDSA_P256_SHA256_FIXED_SIGNING,
        (Curve::P384, Form::Der) => &ECDSA_P384_SHA384_ASN1_SIGNING,
        (Curve::P384, Form::Raw) => &ECDSA_P384_SHA384_FIXED_SIGNING,
        (Curve::P521, Form::Der) => &ECDSA_P521_SHA512_ASN1_SIGNING,
        (Curve::P521, Form::Raw) => &ECDSA_P521_SHA512_FIXED_SIGNING,
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA512_ASN1, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    use super::*;

    #[test]
    fn what_is_signed_by_hand_is_ecdsa_with_sha_512_on_every_curve() {
        let cases: [(_, &'static dyn VerificationAlgorithm); 3] = [
            (Curve::P256, &ECDSA_P256_SHA512_ASN1),
            (Curve::P384, &ECDSA_P384_SHA512_ASN1),
            (Curve::P521, &ECDSA_P521_SHA512_ASN1),
        ];
        for (curve, algorithm) in cases {
            let key = SignatureKey::new(curve, Spelling::Sample, Timestamp::UNIX_EPOCH).unwrap();
            let published = key.published().unwrap();
            let public = published["public_key"].as_str().unwrap();
            let public = UnparsedPublicKey::new(algorithm, STANDARD.decode(public).unwrap());
            let bytes = |text: &str| -> Vec<u8> {
                let digits = text.as_bytes().chunks(2);
                let digits = digits.map(|pair| std::str::from_utf8(pair).unwrap());
                digits
                    .map(|pair| u8::from_str_radix(pair, 16).unwrap())
                    .collect()
            };
            let signature = bytes(&key.sign(b"body", Form::Der).unwrap());
            public.verify(b"body", &signature).unwrap();
            assert!(public.verify(b"body ", &signature).is_err());
            let wrong = bytes(&key.sign_sha256(b"body").unwrap());
            assert!(public.verify(b"body", &wrong).is_err());
            let raw = bytes(&key.sign(b"body", Form::Raw).unwrap());
            assert!(public.verify(b"body", &raw).is_err());
        }
    }
}
