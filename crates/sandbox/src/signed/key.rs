//! A public key as somebody registers it for a client. Written apart from the product's own reading of
//! keys on purpose: a server that shared it would share its mistakes.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::provider::SigningAlgorithm;
use serde_json::Value;

/// A public key of a client, with the one algorithm that it may sign with.
#[derive(Clone, Debug)]
pub struct RegisteredKey {
    pub(crate) id: Option<String>,
    pub(crate) algorithm: SigningAlgorithm,
    public: ParsedPublicKey,
}

/// Why a text is not registered as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    #[error("This is a private key. Register the public one.")]
    Private,
    #[error("This is not a public key: send a JWK, a PEM \"PUBLIC KEY\" or its Base64.")]
    Unreadable,
    #[error("The key is of another kind than the algorithm.")]
    OtherKind,
    #[error("The key is too weak.")]
    TooWeak,
}

impl RegisteredKey {
    /// Reads a JWK (RFC 7517) or a set of one, a PEM `PUBLIC KEY` or its Base64 without armour (RFC 5280 §4.1).
    /// `id` is what the provider calls it; a JWK's own `kid` counts where none is given.
    pub fn read(
        text: &str,
        algorithm: SigningAlgorithm,
        id: Option<&str>,
    ) -> Result<Self, KeyRefused> {
        let text = text.trim();
        if text.contains("PRIVATE KEY") {
            return Err(KeyRefused::Private);
        }
        let (public, own_id) = if text.starts_with('{') {
            let jwk = one_key(text)?;
            (
                from_jwk(&jwk, algorithm)?,
                jwk["kid"].as_str().map(str::to_owned),
            )
        } else {
            (from_der(text, algorithm)?, None)
        };
        Ok(Self {
            id: id.map(str::to_owned).or(own_id),
            algorithm,
            public,
        })
    }

    /// RFC 7515 §5.2, with the registered algorithm alone.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }

    /// How long a raw signature is (RFC 7518 §3.4); `None` where the key decides it.
    pub(crate) fn raw_length(&self) -> Option<usize> {
        match self.algorithm {
            SigningAlgorithm::Es256 | SigningAlgorithm::EdDsa => Some(64),
            SigningAlgorithm::Es384 => Some(96),
            SigningAlgorithm::Es512 => Some(132),
            _ => None,
        }
    }
}

fn one_key(text: &str) -> Result<Value, KeyRefused> {
    let read: Value = serde_json::from_str(text).map_err(|_| KeyRefused::Unreadable)?;
    match read.get("keys").map(Value::as_array) {
        None => Ok(read),
        Some(Some(keys)) if keys.len() == 1 => Ok(keys[0].clone()),
        Some(_) => Err(KeyRefused::Unreadable),
    }
}

fn from_jwk(jwk: &Value, algorithm: SigningAlgorithm) -> Result<ParsedPublicKey, KeyRefused> {
    if jwk.get("d").is_some() {
        return Err(KeyRefused::Private);
    }
    let (kind, curve) = kind(algorithm);
    let other_algorithm = jwk["alg"]
        .as_str()
        .is_some_and(|alg| alg != algorithm.name());
    let other_use = jwk["use"].as_str().is_some_and(|purpose| purpose != "sig");
    if jwk["kty"] != kind || other_algorithm || other_use {
        return Err(KeyRefused::OtherKind);
    }
    if curve.is_some_and(|curve| jwk["crv"] != curve) {
        return Err(KeyRefused::OtherKind);
    }
    let member = |name: &str| {
        let text = jwk[name].as_str().ok_or(KeyRefused::Unreadable)?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| KeyRefused::Unreadable)
    };
    match rsa(algorithm) {
        Some(parameters) => {
            let (n, e) = (member("n")?, member("e")?);
            // Registered keys have 2048 bits at least (RFC 7518 §3.3, §3.5).
            if n.len() < 256 {
                return Err(KeyRefused::TooWeak);
            }
            let components = RsaPublicKeyComponents { n, e };
            components
                .to_parsed_public_key(parameters)
                .map_err(|_| KeyRefused::Unreadable)
        }
        None if kind == "OKP" => parsed(algorithm, &member("x")?),
        None => parsed(algorithm, &[vec![4], member("x")?, member("y")?].concat()),
    }
}

fn from_der(text: &str, algorithm: SigningAlgorithm) -> Result<ParsedPublicKey, KeyRefused> {
    let body: String = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = STANDARD.decode(body).map_err(|_| KeyRefused::Unreadable)?;
    // The shortest modulus that is taken has 256 bytes, and its key some more.
    if rsa(algorithm).is_some() && der.len() < 256 {
        return Err(KeyRefused::OtherKind);
    }
    parsed(algorithm, &der)
}

fn parsed(algorithm: SigningAlgorithm, bytes: &[u8]) -> Result<ParsedPublicKey, KeyRefused> {
    ParsedPublicKey::new(verification(algorithm), bytes).map_err(|_| KeyRefused::OtherKind)
}

/// Key type and curve of a JWK (RFC 7518 §6, RFC 8037 §2).
fn kind(algorithm: SigningAlgorithm) -> (&'static str, Option<&'static str>) {
    match algorithm {
        SigningAlgorithm::Es256 => ("EC", Some("P-256")),
        SigningAlgorithm::Es384 => ("EC", Some("P-384")),
        SigningAlgorithm::Es512 => ("EC", Some("P-521")),
        SigningAlgorithm::EdDsa => ("OKP", Some("Ed25519")),
        SigningAlgorithm::Ps256
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512
        | SigningAlgorithm::Rs256 => ("RSA", None),
    }
}

fn rsa(algorithm: SigningAlgorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        SigningAlgorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        SigningAlgorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
        SigningAlgorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
        SigningAlgorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

fn verification(algorithm: SigningAlgorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        SigningAlgorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
        SigningAlgorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
        SigningAlgorithm::Es512 => &ECDSA_P521_SHA512_FIXED,
        SigningAlgorithm::EdDsa => &ED25519,
        SigningAlgorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        SigningAlgorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        SigningAlgorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
        SigningAlgorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::practice_key;

    #[test]
    fn a_key_is_read_bare_and_with_armour_and_its_kind_must_fit() {
        let key = practice_key::of("wallace").unwrap();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            key.public
        );
        for text in [key.public, &pem] {
            RegisteredKey::read(text, SigningAlgorithm::Es256, None).unwrap();
            for other in [
                SigningAlgorithm::Es384,
                SigningAlgorithm::Ps256,
                SigningAlgorithm::EdDsa,
            ] {
                let refused = RegisteredKey::read(text, other, None).unwrap_err();
                assert_eq!(refused, KeyRefused::OtherKind, "{}", other.name());
            }
        }
        let private = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----";
        let refused = RegisteredKey::read(private, SigningAlgorithm::Es256, None);
        assert_eq!(refused.unwrap_err(), KeyRefused::Private);
        let refused =
            RegisteredKey::read(r#"{"kty":"EC","d":"AA"}"#, SigningAlgorithm::Es256, None);
        assert_eq!(refused.unwrap_err(), KeyRefused::Private);
    }
}
