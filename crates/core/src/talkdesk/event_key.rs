//! The public keys that sign events: fetched from the API of the event's region, and kept until they end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::EventRefusal;
use super::members::{is_id, text};
use crate::error::Problem;
use crate::oauth::document;
use crate::ports::Clock;
use crate::system::network::Network;

/// The name under which the key in use is found.
pub(crate) const LATEST: &str = "latest";

/// Below the root link; needs no authentication.
const PATH: &str = "/events/signature-keys/";

/// After so long a key is fetched again in any case, so that a withdrawn one is forgotten.
const KEPT_SECONDS: i64 = 3600;
const MOST_KEYS: usize = 100;

/// Nobody typed the host, so nothing that was typed needs another look.
const NOT_FETCHED: &str = "The key that signed the event is fetched there. Check the network of this computer, and \
                           try again. Nothing was stored.";

/// NIST's curves, as `ES256`, `ES384` and `ES512` use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
    P521,
}

/// A key as its endpoint published it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventKey {
    pub(crate) id: String,
    pub(crate) curve: Curve,
    /// The point, uncompressed (SEC 1 §2.3.3).
    pub(crate) point: Vec<u8>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// The keys that were fetched, for as long as this program runs.
#[derive(Default)]
pub struct EventKeys {
    known: Mutex<HashMap<(Url, String), (EventKey, Timestamp)>>,
}

impl Curve {
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Length of a coordinate, and of each of the two numbers of a signature.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn of_oid(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.10045.3.1.7" => Self::P256,
            "1.3.132.0.34" => Self::P384,
            "1.3.132.0.35" => Self::P521,
            _ => return None,
        })
    }

    fn of_point(length: usize) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| length == 1 + 2 * curve.bytes())
    }
}

impl EventKeys {
    /// The key `id`, or the latest one, of the API at `root`, which the caller has compared with the
    /// provider's hosts.
    ///
    /// Asked once and without any credential; no redirect is followed. `UnknownKey` when the endpoint
    /// says that there is none, `OddKey` when what comes is not usable, else what the network says.
    pub(crate) async fn key(
        &self,
        network: &Network,
        clock: &dyn Clock,
        root: &Url,
        id: &str,
    ) -> Result<EventKey, Problem> {
        if !is_id(id) {
            return Err(EventRefusal::OddKeyId.into());
        }
        if let Some(known) = self.known(root, id, clock.now()) {
            return Ok(known);
        }
        let url = root
            .join(&format!("{PATH}{id}"))
            .map_err(|_| EventRefusal::OddKeyId)?;
        let host = root.host_str().unwrap_or_default().to_owned();
        let members = document::read(network, &url).await.map_err(|error| {
            if error.is_absent() {
                Problem::from(EventRefusal::UnknownKey(id.to_owned(), host))
            } else {
                Problem {
                    remedy: NOT_FETCHED.to_owned(),
                    ..error.into()
                }
            }
        })?;
        let key = EventKey::read(id, &members)?;
        self.keep(root, &key, clock.now());
        Ok(key)
    }

    /// Forgets all: another server took the place of the one that published them.
    pub(crate) fn forget(&self) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// A key that is known by its id. The latest one is always asked for.
    fn known(&self, root: &Url, id: &str, now: Timestamp) -> Option<EventKey> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, fetched) = known.get(&(root.clone(), id.to_owned()))?;
        let age = now.as_second() - fetched.as_second();
        let lives = key.expires_at.is_none_or(|end| now < end);
        (lives && (0..KEPT_SECONDS).contains(&age)).then(|| key.clone())
    }

    fn keep(&self, root: &Url, key: &EventKey, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KEYS {
            known.clear();
        }
        known.insert((root.clone(), key.id.clone()), (key.clone(), now));
    }
}

impl EventKey {
    /// Reads the endpoint's answer. Its schema says `key_id`, its example `public_key_id`.
    fn read(asked: &str, members: &Map<String, Value>) -> Result<Self, EventRefusal> {
        let odd = EventRefusal::OddKey;
        let named = text(members, &["key_id", "public_key_id", "id"])
            .map_err(|_| odd("its ids contradict each other"))?;
        let id = match named {
            Some(id) if !is_id(&id) => return Err(odd("its id has characters that no id has")),
            Some(id) if asked != LATEST && id != asked => {
                return Err(odd("another key came than was asked for"));
            }
            Some(id) => id,
            None if asked == LATEST => return Err(odd("the answer does not say which key it is")),
            None => asked.to_owned(),
        };
        let expires_at = match text(members, &["expires_at"]) {
            Ok(None) => None,
            Ok(Some(end)) => Some(end.parse().map_err(|_| odd("its end is not a time"))?),
            Err(_) => return Err(odd("its end is not a time")),
        };
        let written = text(members, &["public_key"])
            .ok()
            .flatten()
            .ok_or(odd("the answer holds no public key"))?;
        let (curve, point) = point(&written)?;
        Ok(Self {
            id,
            curve,
            point,
            expires_at,
        })
    }
}

/// A public key in Base64, with or without PEM armour: a `SubjectPublicKeyInfo` (RFC 5480 §2), or the
/// bare point.
fn point(written: &str) -> Result<(Curve, Vec<u8>), EventRefusal> {
    let odd = EventRefusal::OddKey;
    let bare: String = written
        .lines()
        .filter(|line| !line.trim_start().starts_with("-----"))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    let der = STANDARD
        .decode(bare)
        .map_err(|_| odd("it is not written in Base64"))?;
    if let Some(curve) = Curve::of_point(der.len()).filter(|_| der.first() == Some(&4)) {
        return Ok((curve, der));
    }
    let (rest, info) =
        SubjectPublicKeyInfo::from_der(&der).map_err(|_| odd("it is not a public key"))?;
    if !rest.is_empty() {
        return Err(odd("something follows the public key"));
    }
    if info.algorithm.algorithm.to_id_string() != "1.2.840.10045.2.1" {
        return Err(odd("it is not of an elliptic curve"));
    }
    let named = info.algorithm.parameters.as_ref();
    let curve = named
        .and_then(|it| Curve::of_oid(&it.as_oid().ok()?.to_id_string()))
        .ok_or(odd("its curve is none of P-256, P-384 and P-521"))?;
    let point = info.subject_public_key.data.to_vec();
    if Curve::of_point(point.len()) != Some(curve) || point.first() != Some(&4) {
        return Err(odd("its point does not fit its curve"));
    }
    Ok((curve, point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
        ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, KeyPair as _,
    };
    use serde_json::json;

    fn spki(algorithm: &'static EcdsaSigningAlgorithm) -> (Vec<u8>, Vec<u8>) {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        (der.as_ref().to_vec(), pair.public_key().as_ref().to_vec())
    }

    fn read(asked: &str, answer: &Value) -> Result<EventKey, EventRefusal> {
        EventKey::read(asked, answer.as_object().unwrap())
    }

    #[test]
    fn the_curve_is_that_of_the_key_whatever_the_key_is_wrapped_in() {
        for (algorithm, curve) in [
            (&ECDSA_P256_SHA256_ASN1_SIGNING, Curve::P256),
            (&ECDSA_P384_SHA384_ASN1_SIGNING, Curve::P384),
            (&ECDSA_P521_SHA512_ASN1_SIGNING, Curve::P521),
        ] {
            let (der, bare) = spki(algorithm);
            let text = STANDARD.encode(&der);
            let pem =
                format!("-----BEGIN PUBLIC KEY-----\r\n{text}\r\n-----END PUBLIC KEY-----\r\n");
            for written in [text, pem, STANDARD.encode(&bare)] {
                let answer = json!({"public_key_id": "k1", "public_key": written,
                    "expires_at": "2030-01-01T00:00:00Z"});
                let key = read("k1", &answer).unwrap();
                assert_eq!((key.curve, &key.point), (curve, &bare));
            }
        }
    }

    #[test]
    fn a_key_that_cannot_have_signed_is_refused_by_its_own_reason() {
        let good = STANDARD.encode(spki(&ECDSA_P256_SHA256_ASN1_SIGNING).0);
        let bitcoin = STANDARD.encode(spki(&ECDSA_P256K1_SHA256_ASN1_SIGNING).0);
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let rsa: PublicKeyX509Der<'_> = rsa.public_key().as_der().unwrap();
        let rsa = STANDARD.encode(rsa.as_ref());
        let mut longer = STANDARD.decode(&good).unwrap();
        longer.push(0);
        for (answer, reason) in [
            (
                json!({"id": "k2", "public_key": good}),
                "another key came than was asked for",
            ),
            (json!({"id": "k1"}), "the answer holds no public key"),
            (
                json!({"id": "k1", "public_key": "!"}),
                "it is not written in Base64",
            ),
            (
                json!({"id": "k1", "public_key": "AAAA"}),
                "it is not a public key",
            ),
            (json!({"public_key": rsa}), "it is not of an elliptic curve"),
            (
                json!({"public_key": bitcoin}),
                "its curve is none of P-256, P-384 and P-521",
            ),
            (
                json!({"public_key": STANDARD.encode(longer)}),
                "something follows the public key",
            ),
            (
                json!({"public_key": good, "expires_at": "soon"}),
                "its end is not a time",
            ),
            (
                json!({"id": "k1", "key_id": "k2", "public_key": good}),
                "its ids contradict each other",
            ),
        ] {
            assert_eq!(read("k1", &answer), Err(EventRefusal::OddKey(reason)));
        }
        let nameless = json!({"public_key": good});
        assert_eq!(read(LATEST, &nameless).map_err(|_| ()), Err(()));
        assert_eq!(read("k1", &nameless).unwrap().id, "k1");
    }
}
