//! The keys that tokens are signed with, and how they are published.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256,
};
use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::appconnect::signature_key::hex;
use crate::module::Defect;

/// The operating system's generator or a signature failed; nothing was issued.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox could not make a key or a token")]
pub(crate) struct IssueError;

/// How a token is signed (RFC 7518 §3.1).
#[derive(Clone, Copy)]
pub(crate) enum Algorithm<'a> {
    Es256,
    Rs256,
    /// With a secret that the client knows.
    Hs256(&'a str),
    None,
}

/// The sandbox's signing keys. They exist in memory only and end with it.
pub(crate) struct Keys {
    random: SystemRandom,
    current: Mutex<Arc<EcKey>>,
    rotated: AtomicBool,
    /// Published beside the current one when a module asks for several of a kind.
    second: EcKey,
    /// Made when it is first needed, because that takes a while.
    rsa: OnceLock<RsaKeyPair>,
    /// Where a client finds the keys, when a module wants that to differ in each run.
    elsewhere: String,
}

struct EcKey {
    pair: EcdsaKeyPair,
    id: String,
}

impl Keys {
    pub(crate) fn new() -> Result<Self, IssueError> {
        let random = SystemRandom::new();
        Ok(Self {
            current: Mutex::new(Arc::new(EcKey::new()?)),
            rotated: AtomicBool::new(false),
            second: EcKey::new()?,
            rsa: OnceLock::new(),
            elsewhere: format!("/jwks/{}", random_text(&random)?),
            random,
        })
    }

    /// A path that no other sandbox has.
    pub(crate) fn elsewhere(&self) -> &str {
        &self.elsewhere
    }

    /// At least 128 random bits, in letters that need no encoding in a URL.
    pub(crate) fn random_text(&self) -> Result<String, IssueError> {
        random_text(&self.random)
    }

    /// 128 random bits in 32 hexadecimal digits, as Talkdesk's client and key ids have them.
    pub(crate) fn random_hex(&self) -> Result<String, IssueError> {
        let bytes: [u8; 16] = rand::generate(&self.random)
            .map_err(|_| IssueError)?
            .expose();
        Ok(hex(&bytes))
    }

    /// A detached signature over `value` in DER, and the id of the key that made it.
    pub(crate) fn seal(&self, value: &Value) -> Result<(String, String), IssueError> {
        let current = self.lock().clone();
        let document = current.pair.to_pkcs8v1().map_err(|_| IssueError)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref());
        let signature = pair
            .map_err(|_| IssueError)?
            .sign(&self.random, value.to_string().as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.map_err(|_| IssueError)?);
        Ok((current.id.clone(), signature))
    }

    /// Another key signs from now on, and the first is no longer published; later calls do nothing.
    pub(crate) fn rotate_once(&self) -> Result<(), IssueError> {
        if !self.rotated.swap(true, Ordering::Relaxed) {
            let fresh = Arc::new(EcKey::new()?);
            *self.lock() = fresh;
        }
        Ok(())
    }

    /// RFC 7515 §7.1. `named`: the header says which key it was.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm<'_>,
        named: bool,
        claims: &Value,
    ) -> Result<String, IssueError> {
        let current = self.lock().clone();
        let (name, key_id) = match algorithm {
            Algorithm::Es256 => ("ES256", Some(current.id.clone())),
            Algorithm::Rs256 => ("RS256", Some(rsa_id(self.rsa()?))),
            Algorithm::Hs256(_) => ("HS256", None),
            Algorithm::None => ("none", None),
        };
        let mut header = json!({ "alg": name, "typ": "JWT" });
        if let Some(key_id) = key_id.filter(|_| named) {
            header["kid"] = key_id.into();
        }
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self.signature(algorithm, &current, input.as_bytes())?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn signature(
        &self,
        algorithm: Algorithm<'_>,
        current: &EcKey,
        input: &[u8],
    ) -> Result<Vec<u8>, IssueError> {
        match algorithm {
            // Raw, as RFC 7518 §3.4 asks for.
            Algorithm::Es256 => {
                let signature = current.pair.sign(&self.random, input);
                Ok(signature.map_err(|_| IssueError)?.as_ref().to_vec())
            }
            Algorithm::Rs256 => {
                let pair = self.rsa()?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, input, &mut signature)
                    .map_err(|_| IssueError)?;
                Ok(signature)
            }
            Algorithm::Hs256(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                Ok(hmac::sign(&key, input).as_ref().to_vec())
            }
            Algorithm::None => Ok(Vec::new()),
        }
    }

    /// RFC 7517: the public halves. With `decoys`, keys of other kinds bear the same `kid`, as the
    /// `OpenID` Foundation's suite publishes them.
    pub(crate) fn jwks(&self, defect: Defect, decoys: bool) -> Result<Value, IssueError> {
        let current = self.lock().clone();
        let mut keys = vec![current.jwk()];
        if defect == Defect::KidAbsentAmongSeveral {
            keys.push(self.second.jwk());
        }
        if defect.needs_rsa() {
            let pair = self.rsa()?;
            keys.push(rsa_jwk(&rsa_id(pair), "sig", modulus(pair)));
        }
        if decoys && defect != Defect::KidAbsent {
            let mut bytes = digest(&SHA256, current.id.as_bytes()).as_ref().repeat(8);
            keys.push(json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": current.id, "x": URL_SAFE_NO_PAD.encode(&bytes[..32]),
            }));
            // 2048 bits and odd.
            bytes[0] |= 0x80;
            bytes[255] |= 1;
            keys.insert(0, rsa_jwk(&current.id, "enc", &bytes));
        }
        Ok(json!({ "keys": keys }))
    }

    fn rsa(&self) -> Result<&RsaKeyPair, IssueError> {
        if let Some(pair) = self.rsa.get() {
            return Ok(pair);
        }
        let made = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| IssueError)?;
        // Whoever was first wins; both are as good.
        Ok(self.rsa.get_or_init(|| made))
    }

    fn lock(&self) -> MutexGuard<'_, Arc<EcKey>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EcKey {
    fn new() -> Result<Self, IssueError> {
        let pair =
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| IssueError)?;
        Ok(Self {
            id: fingerprint(pair.public_key().as_ref()),
            pair,
        })
    }

    fn jwk(&self) -> Value {
        // SEC 1 §2.3.3: 0x04, then 32 bytes each of x and y.
        let point = self.pair.public_key().as_ref();
        json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        })
    }
}

fn rsa_jwk(key_id: &str, purpose: &str, modulus: &[u8]) -> Value {
    let algorithm = if purpose == "sig" {
        "RS256"
    } else {
        "RSA-OAEP"
    };
    json!({
        "kty": "RSA", "use": purpose, "alg": algorithm, "kid": key_id,
        "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB",
    })
}

fn rsa_id(pair: &RsaKeyPair) -> String {
    fingerprint(signature::KeyPair::public_key(pair).as_ref())
}

/// RFC 8017 §A.1.1: a sequence of two integers. With 2048 bits and 65537 as the exponent, the modulus
/// begins after 9 bytes of heads.
fn modulus(pair: &RsaKeyPair) -> &[u8] {
    &signature::KeyPair::public_key(pair).as_ref()[9..265]
}

fn fingerprint(public_key: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, public_key).as_ref()[..12])
}

fn random_text(random: &SystemRandom) -> Result<String, IssueError> {
    let bytes: [u8; 24] = rand::generate(random).map_err(|_| IssueError)?.expose();
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    };

    use super::*;

    fn bytes(jwk: &Value, member: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD
            .decode(jwk[member].as_str().unwrap())
            .unwrap()
    }

    #[test]
    fn a_token_verifies_with_the_published_key() {
        let keys = Keys::new().unwrap();
        let token = keys.sign(Algorithm::Es256, true, &json!({})).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let jwk = &keys.jwks(Defect::None, false).unwrap()["keys"][0];
        let point = [vec![4], bytes(jwk, "x"), bytes(jwk, "y")].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(
                input.as_bytes(),
                &URL_SAFE_NO_PAD.decode(signature).unwrap(),
            )
            .unwrap();
    }

    #[test]
    fn rs256_verifies_with_the_key_that_is_published_for_it() {
        let keys = Keys::new().unwrap();
        let token = keys.sign(Algorithm::Rs256, true, &json!({})).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let jwks = keys.jwks(Defect::SignedRs256, false).unwrap();
        let jwk = &jwks["keys"][1];
        RsaPublicKeyComponents {
            n: bytes(jwk, "n"),
            e: bytes(jwk, "e"),
        }
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            input.as_bytes(),
            &URL_SAFE_NO_PAD.decode(signature).unwrap(),
        )
        .unwrap();
    }

    #[test]
    fn a_rotation_replaces_the_key_and_decoys_share_its_name() {
        let keys = Keys::new().unwrap();
        let before = keys.jwks(Defect::None, true).unwrap();
        let names: Vec<&Value> = before["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| &key["kid"])
            .collect();
        assert_eq!(names.len(), 3);
        assert!(names.iter().all(|name| *name == names[0]));
        keys.rotate_once().unwrap();
        let after = keys.jwks(Defect::None, true).unwrap();
        assert_ne!(before["keys"][0]["kid"], after["keys"][0]["kid"]);
    }
}
