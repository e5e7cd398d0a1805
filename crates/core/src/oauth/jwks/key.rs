//! One published key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};

use crate::oauth::signature::{KeyKind, SignatureAlgorithm};

/// Bounds of an RSA modulus in bits (rule F11): below, it can be factored; above, checking one
/// signature takes too long.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A key that signatures can be checked with. What it says of its use is kept, not judged yet.
pub(super) struct PublishedKey {
    pub(super) kid: Option<String>,
    kind: KeyKind,
    alg: Option<String>,
    key: DecodingKey,
}

impl PublishedKey {
    /// `None` for a key of another kind or use, a malformed or weak one, a symmetric one, and one
    /// that was published with its private half: RFC 7517 §5 has what is not understood ignored.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        if members.contains_key("d") || !serves_signatures(members) {
            return None;
        }
        let (kind, key) = material(members)?;
        Some(Self {
            kid: optional(members, "kid")?,
            kind,
            alg: optional(members, "alg")?,
            key,
        })
    }

    /// Whether the key is one for `algorithm`: its type and curve, and its own `alg` when it has one.
    pub(super) fn fits(&self, algorithm: SignatureAlgorithm) -> bool {
        let named = self.alg.as_deref().map(SignatureAlgorithm::from_name);
        self.kind == algorithm.key_kind() && named.is_none_or(|named| named == Some(algorithm))
    }

    pub(super) fn verifies(
        &self,
        algorithm: SignatureAlgorithm,
        message: &str,
        signature: &str,
    ) -> bool {
        algorithm.verifies(message, signature, &self.key)
    }
}

/// RFC 7517 §4.2 and §4.3: both may be absent.
fn serves_signatures(members: &Map<String, Value>) -> bool {
    let for_signatures = members
        .get("use")
        .is_none_or(|value| value.as_str() == Some("sig"));
    let may_verify = members.get("key_ops").is_none_or(|value| {
        value
            .as_array()
            .is_some_and(|operations| operations.iter().any(|one| one == "verify"))
    });
    for_signatures && may_verify
}

fn material(members: &Map<String, Value>) -> Option<(KeyKind, DecodingKey)> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    match text("kty")? {
        "RSA" => {
            let (modulus, exponent) = (text("n")?, text("e")?);
            if !RSA_BITS.contains(&bits(&decoded(modulus)?)) || !is_exponent(&decoded(exponent)?) {
                return None;
            }
            let key = DecodingKey::from_rsa_components(modulus, exponent).ok()?;
            Some((KeyKind::Rsa, key))
        }
        "EC" => {
            let (kind, length) = match text("crv")? {
                "P-256" => (KeyKind::P256, 32),
                "P-384" => (KeyKind::P384, 48),
                _ => return None,
            };
            let (x, y) = (text("x")?, text("y")?);
            // RFC 7518 §6.2.1.2: the full length of a coordinate, leading zeros included.
            if decoded(x)?.len() != length || decoded(y)?.len() != length {
                return None;
            }
            Some((kind, DecodingKey::from_ec_components(x, y).ok()?))
        }
        "OKP" if text("crv")? == "Ed25519" => {
            let x = text("x")?;
            if decoded(x)?.len() != 32 {
                return None;
            }
            Some((KeyKind::Ed25519, DecodingKey::from_ed_components(x).ok()?))
        }
        _ => None,
    }
}

/// `Some(None)` when absent, `None` when it is not text.
#[expect(
    clippy::option_option,
    reason = "the outer one ends the reading of the key by `?`, the inner one is its value"
)]
fn optional(members: &Map<String, Value>, name: &str) -> Option<Option<String>> {
    match members.get(name) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn bits(number: &[u8]) -> usize {
    let first = number.iter().position(|byte| *byte != 0);
    first.map_or(0, |first| {
        let leading = usize::try_from(number[first].leading_zeros()).unwrap_or(0);
        (number.len() - first) * 8 - leading
    })
}

/// Odd, at least 3, and at most 33 bits, as the cryptographic library has it.
fn is_exponent(number: &[u8]) -> bool {
    let odd = number.last().is_some_and(|last| last % 2 == 1);
    odd && (2..=33).contains(&bits(number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const P256_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const P256_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn number(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn rsa(bits: usize) -> Value {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] = 0xff >> ((8 - bits % 8) % 8);
        json!({ "kty": "RSA", "n": number(&modulus), "e": "AQAB" })
    }

    #[test]
    fn an_rsa_key_has_2048_to_8192_bits() {
        for (bits, taken) in [
            (512, false),
            (1024, false),
            (2047, false),
            (2048, true),
            (4096, true),
            (8192, true),
            (8193, false),
            (16384, false),
        ] {
            assert_eq!(PublishedKey::read(&rsa(bits)).is_some(), taken, "{bits}");
        }
        for exponent in [&[1_u8][..], &[2], &[], &[0, 0], &[1, 0, 0, 0, 0, 1, 1]] {
            let mut key = rsa(2048);
            key["e"] = number(exponent).into();
            assert!(PublishedKey::read(&key).is_none(), "{exponent:?}");
        }
    }

    #[test]
    fn a_key_for_something_else_is_no_key() {
        // RFC 7515 Appendix A.3.
        let good = json!({ "kty": "EC", "crv": "P-256", "x": P256_X, "y": P256_Y });
        assert!(PublishedKey::read(&good).is_some());
        for (name, value) in [
            ("use", json!("enc")),
            ("use", json!(1)),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!("verify")),
            ("kid", json!(7)),
            ("alg", json!(null)),
            ("kty", json!("oct")),
            ("kty", json!("RSA")),
            ("kty", json!("OKP")),
            ("crv", json!("secp256k1")),
            ("crv", json!("P-384")),
            ("x", json!("AAAA")),
            ("x", json!("not base64!")),
            ("d", json!("AAAA")),
        ] {
            let mut bad = good.clone();
            bad[name] = value.clone();
            assert!(PublishedKey::read(&bad).is_none(), "{name}: {value}");
        }
        assert!(PublishedKey::read(&json!({ "kty": "oct", "k": "AAAA" })).is_none());
        assert!(PublishedKey::read(&json!("EC")).is_none());
    }

    #[test]
    fn a_key_fits_the_algorithm_of_its_type_and_of_its_own_word() {
        let mut key = rsa(2048);
        let fits = |key: &Value, algorithm| PublishedKey::read(key).unwrap().fits(algorithm);
        assert!(fits(&key, SignatureAlgorithm::Rs256));
        assert!(fits(&key, SignatureAlgorithm::Ps256));
        assert!(!fits(&key, SignatureAlgorithm::Es256));
        key["alg"] = "PS256".into();
        assert!(fits(&key, SignatureAlgorithm::Ps256));
        assert!(!fits(&key, SignatureAlgorithm::Rs256));
        key["alg"] = "RSA-OAEP".into();
        assert!(!fits(&key, SignatureAlgorithm::Rs256));
    }
}
