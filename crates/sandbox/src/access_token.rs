//! Access tokens as Talkdesk's look: JWTs signed with ES256, whose key is published as a JWKS.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::account::Account;
use crate::host;

/// Talkdesk documents ten minutes; every example of theirs shows 599.
pub(crate) const LIFETIME_SECONDS: i64 = 599;

/// Tokens that are remembered at once. A practice run needs a handful.
const REMEMBERED: usize = 10_000;

/// What an access token stands for.
#[derive(Clone)]
pub(crate) struct Granted {
    pub(crate) account: &'static Account,
    pub(crate) scopes: Vec<String>,
    expires_at: Timestamp,
}

/// Signs access tokens and remembers them until they expire.
pub(crate) struct TokenIssuer {
    key: EcdsaKeyPair,
    key_id: String,
    random: SystemRandom,
    granted: Mutex<HashMap<String, Granted>>,
}

/// The operating system's generator or the signature failed; nothing was issued.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox could not make a key or a token")]
pub(crate) struct IssueError;

impl TokenIssuer {
    pub(crate) fn new() -> Result<Self, IssueError> {
        let key =
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| IssueError)?;
        let fingerprint = digest(&SHA256, key.public_key().as_ref());
        Ok(Self {
            key_id: URL_SAFE_NO_PAD.encode(&fingerprint.as_ref()[..12]),
            key,
            random: SystemRandom::new(),
            granted: Mutex::default(),
        })
    }

    /// A fresh token for `scopes`.
    pub(crate) fn issue(
        &self,
        account: &'static Account,
        scopes: Vec<String>,
        now: Timestamp,
    ) -> Result<String, IssueError> {
        let token = self.sign(&json!({
            "iss": format!("https://{}", host::sign_in(account.name, account.region)),
            "aud": format!("https://{}", host::api(account.region)),
            "iat": now.as_second(),
            "exp": now.as_second() + LIFETIME_SECONDS,
            "jti": self.random_id()?,
            "cid": account.client_id,
            "reg": host::claim(account.region),
            "psn": "CUSTOMER",
            "scp": scopes,
        }))?;
        let granted = Granted {
            account,
            scopes,
            expires_at: now + SignedDuration::from_secs(LIFETIME_SECONDS),
        };
        let mut remembered = self.lock();
        remembered.retain(|_, granted| granted.expires_at > now);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.clone(), granted);
        Ok(token)
    }

    /// What `token` stands for; `None` when it was not issued here or has expired.
    pub(crate) fn granted(&self, token: &str, now: Timestamp) -> Option<Granted> {
        let granted = self.lock().get(token)?.clone();
        (granted.expires_at > now).then_some(granted)
    }

    /// RFC 7517: the public half of the signing key.
    pub(crate) fn jwks(&self) -> Value {
        // SEC 1 §2.3.3: 0x04, then 32 bytes each of x and y.
        let point = self.key.public_key().as_ref();
        json!({ "keys": [{
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.key_id,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        }] })
    }

    /// RFC 7515 §7.1, with the raw signature that RFC 7518 §3.4 asks for.
    fn sign(&self, claims: &Value) -> Result<String, IssueError> {
        let header = json!({ "alg": "ES256", "kid": self.key_id, "typ": "JWT" });
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self
            .key
            .sign(&self.random, input.as_bytes())
            .map_err(|_| IssueError)?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn random_id(&self) -> Result<String, IssueError> {
        let bytes: [u8; 16] = rand::generate(&self.random)
            .map_err(|_| IssueError)?
            .expose();
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Granted>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;
    use crate::lessons::ACCOUNTS;

    #[test]
    fn a_token_verifies_with_the_published_key() {
        let issuer = TokenIssuer::new().unwrap();
        let token = issuer
            .issue(
                &ACCOUNTS[0],
                vec!["account:read".into()],
                Timestamp::UNIX_EPOCH,
            )
            .unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let jwks = issuer.jwks();
        let mut point = vec![4];
        for coordinate in ["x", "y"] {
            let text = jwks["keys"][0][coordinate].as_str().unwrap();
            point.extend(URL_SAFE_NO_PAD.decode(text).unwrap());
        }
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(
                input.as_bytes(),
                &URL_SAFE_NO_PAD.decode(signature).unwrap(),
            )
            .unwrap();
    }

    #[test]
    fn a_token_is_honoured_until_its_last_second_and_no_longer() {
        let issuer = TokenIssuer::new().unwrap();
        let start = Timestamp::UNIX_EPOCH;
        let token = issuer.issue(&ACCOUNTS[0], Vec::new(), start).unwrap();
        let after = |seconds| start + SignedDuration::from_secs(seconds);
        assert!(issuer.granted(&token, after(598)).is_some());
        assert!(issuer.granted(&token, after(599)).is_none());
        assert!(issuer.granted("another", start).is_none());
    }
}
