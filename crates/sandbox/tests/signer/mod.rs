//! A client that signs by hand: header and claims are whatever the test wants them to be.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proofkey_core::ports::Clock as _;
use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::system::clock::SystemClock;
use proofkey_sandbox::RegisteredKey;
use serde_json::{Value, json};

pub(crate) const KEY_ID: &str = "key-1";
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) struct Signer {
    pair: Pair,
    pub(crate) algorithm: SigningAlgorithm,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
    Ed(Ed25519KeyPair),
}

impl Signer {
    pub(crate) fn new(algorithm: SigningAlgorithm) -> Self {
        use SigningAlgorithm as A;
        let curve = |curve| Pair::Ec(EcdsaKeyPair::generate(curve).unwrap());
        let pair = match algorithm {
            A::Es256 => curve(&ECDSA_P256_SHA256_FIXED_SIGNING),
            A::Es384 => curve(&ECDSA_P384_SHA384_FIXED_SIGNING),
            A::Es512 => curve(&ECDSA_P521_SHA512_FIXED_SIGNING),
            A::EdDsa => Pair::Ed(Ed25519KeyPair::generate().unwrap()),
            A::Ps256 | A::Ps384 | A::Ps512 | A::Rs256 => {
                Pair::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()))
            }
        };
        Self { pair, algorithm }
    }

    /// The same key, for another algorithm of its kind.
    pub(crate) fn with_algorithm(self, algorithm: SigningAlgorithm) -> Self {
        Self { algorithm, ..self }
    }

    pub(crate) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = match x.len() {
                    32 => "P-256",
                    48 => "P-384",
                    _ => "P-521",
                };
                json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y) })
            }
            Pair::Rsa(pair) => {
                // RFC 8017 §A.1.1; 2048 bits and 65537 have heads of 9 bytes.
                let der = pair.public_key().as_ref();
                json!({ "kty": "RSA", "n": text(&der[9..265]), "e": "AQAB" })
            }
            Pair::Ed(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) })
            }
        }
    }

    pub(crate) fn registered(&self) -> RegisteredKey {
        let jwk = self.jwk().to_string();
        RegisteredKey::read(&jwk, self.algorithm, Some(KEY_ID)).unwrap()
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": self.algorithm.name(), "kid": KEY_ID, "typ": "JWT" })
    }

    /// An assertion as it has to be.
    pub(crate) fn assertion(&self, client: &str, audience: &str) -> String {
        self.token(&self.header(), &claims(client, audience).to_string())
    }

    pub(crate) fn token(&self, header: &Value, claims: &str) -> String {
        let message = message(&header.to_string(), claims);
        let signature = self.signature(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The same, with an ES256 signature in the form that certificates have.
    pub(crate) fn token_in_der(&self, claims: &str) -> String {
        let Pair::Ec(pair) = &self.pair else {
            panic!("only EC signatures have this form");
        };
        let der = pair.to_pkcs8v1().unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der.as_ref()).unwrap();
        let message = message(&self.header().to_string(), claims);
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding = match self.algorithm {
                    SigningAlgorithm::Ps256 => &RSA_PSS_SHA256,
                    SigningAlgorithm::Ps384 => &RSA_PSS_SHA384,
                    SigningAlgorithm::Ps512 => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

/// A token signed with a shared secret, as `client_secret_jwt` has it.
pub(crate) fn with_secret(header: &Value, claims: &str, secret: &[u8]) -> String {
    let message = message(&header.to_string(), claims);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    SystemClock.now().as_second()
}

pub(crate) fn claims(client: &str, audience: &str) -> Value {
    let now = now();
    let id = aws_lc_rs::rand::generate::<[u8; 16]>(&SystemRandom::new());
    json!({
        "iss": client, "sub": client, "aud": audience,
        "jti": URL_SAFE_NO_PAD.encode(id.unwrap().expose()),
        "iat": now - 10, "exp": now + 60,
    })
}

fn message(header: &str, claims: &str) -> String {
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", text(header), text(claims))
}

/// The form of a token request with `assertion`, and whatever else belongs to it.
pub(crate) fn form(assertion: &str, rest: &str) -> String {
    format!(
        "grant_type=client_credentials&client_assertion_type={}&client_assertion={assertion}{rest}",
        TYPE.replace(':', "%3A")
    )
}
