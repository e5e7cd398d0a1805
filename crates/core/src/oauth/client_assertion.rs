//! Client assertions (RFC 7521 §4.2, RFC 7523 §2.2 and §3): a client that signs who it is, with its key
//! pair (`private_key_jwt`) or with its secret (`client_secret_jwt`), both by the names of OpenID Connect
//! Core §9.

use std::sync::Arc;

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::token_error::{TokenError, TokenErrorKind};
use crate::connection::{Connection, ResolvedEndpoints};
use crate::error::{Code, Problem};
use crate::provider::{Provider, SigningAlgorithm};
use crate::secret::Secret;
use crate::signing_key::SigningKey;
use crate::vault::SecretDocument;
use crate::vault::document::push_string;

/// `client_assertion_type`, encoded for a form (RFC 7523 §2.2; rule D7).
pub(super) const TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// Servers take what comes from 10 seconds ahead (FAPI 2.0 §5.3.2.1), so "issued at" lies that far back.
const BACKDATED_SECONDS: i64 = 10;

/// From "issued at" to "expires", whatever a provider file says (rule D5).
const LONGEST_SECONDS: i64 = 300;

/// Behind a clock by more than this, "issued at" may be too old for a server, although nothing ended.
const STALE_SECONDS: i64 = 60;

/// A clock that is further off is not followed: nobody needs an assertion for next year.
const MOST_CORRECTED_SECONDS: u64 = 48 * 60 * 60;

/// RFC 7518 §3.2: a key for HS256 has at least as many bits as the hash.
const SHORTEST_SECRET: usize = 32;

/// A client's way to sign for one server. The key in it is wiped when the last holder is gone.
#[derive(Clone)]
pub struct Assertions {
    /// One string, and the same whatever the server says (rule D5): a list would let one server use at
    /// another what it was given.
    audience: String,
    lifetime_seconds: i64,
    signer: Signer,
}

#[derive(Clone)]
enum Signer {
    KeyPair {
        key: Arc<SigningKey>,
        algorithm: SigningAlgorithm,
        key_id: Option<String>,
    },
    /// HS256 with the client secret, which comes with each call.
    Secret,
}

impl Assertions {
    /// For `private_key_jwt`: with the key that the vault holds and the connection describes.
    ///
    /// `SecretMissing` without a key, or when it cannot be read; `DraftInvalid` when the connection does not
    /// say how to sign, or its key cannot sign so.
    pub fn by_key(
        provider: &Provider,
        endpoints: &ResolvedEndpoints,
        connection: &Connection,
        secrets: &SecretDocument,
    ) -> Result<Self, Problem> {
        let signing = connection.signing.as_ref().ok_or_else(undescribed)?;
        let stored = secrets.private_key.as_ref().ok_or_else(missing)?;
        let key = SigningKey::read(stored, None).map_err(|_| missing())?;
        key.algorithm_fits(signing.algorithm).map_err(|defect| {
            Problem::new(Code::DraftInvalid, defect.summary(), defect.remedy())
                .at("signing.algorithm")
        })?;
        Self::signed_by(
            provider,
            endpoints,
            Signer::KeyPair {
                key: Arc::new(key),
                algorithm: signing.algorithm,
                key_id: signing.key_id.clone(),
            },
        )
    }

    /// For `client_secret_jwt`. Fails like [`ResolvedEndpoints::token_url`].
    pub fn by_secret(provider: &Provider, endpoints: &ResolvedEndpoints) -> Result<Self, Problem> {
        Self::signed_by(provider, endpoints, Signer::Secret)
    }

    fn signed_by(
        provider: &Provider,
        endpoints: &ResolvedEndpoints,
        signer: Signer,
    ) -> Result<Self, Problem> {
        let rules = &provider.client_assertion;
        let token_url = endpoints.token_url()?;
        let audience = rules.audience_of(endpoints);
        Ok(Self {
            audience: audience.unwrap_or_else(|| token_url.to_string()),
            lifetime_seconds: i64::from(rules.lifetime_seconds).min(LONGEST_SECONDS),
            signer,
        })
    }

    /// A new assertion for the client `id`, whose `jti` was never used before. `secret` is needed for
    /// `client_secret_jwt` alone. `at` is the time of the server.
    ///
    /// `NotSendable` when the secret is too short to sign with, or the key fails.
    pub fn write(
        &self,
        id: &Secret,
        secret: Option<&Secret>,
        at: Timestamp,
    ) -> Result<Zeroizing<String>, TokenError> {
        let (header, claims) = (self.header(), self.claims(id, at)?);
        // Enough room for the largest signature, so that growing leaves no copy behind.
        let room = (header.len() + claims.len()) * 4 / 3 + 2048;
        let mut text = Zeroizing::new(String::with_capacity(room));
        append_encoded(&mut text, header.as_bytes());
        text.push('.');
        append_encoded(&mut text, claims.as_bytes());
        let signature = self.signature(secret, text.as_bytes())?;
        text.push('.');
        append_encoded(&mut text, &signature);
        Ok(text)
    }

    /// How far the local clock is ahead of the server's, when `error` refuses the client and an assertion
    /// by the local clock does not hold by the server's.
    pub(super) fn correction(&self, error: &TokenError) -> Option<SignedDuration> {
        let skew = self.skew_at_fault(error)?;
        let near = skew.unsigned_abs() <= MOST_CORRECTED_SECONDS;
        near.then(|| SignedDuration::from_secs(skew))
    }

    pub(super) fn clock_problem(&self, error: &TokenError) -> Option<Problem> {
        let skew = self.skew_at_fault(error)?;
        let side = if skew > 0 { "ahead of" } else { "behind" };
        let problem = Problem::new(
            Code::TokenRefused,
            format!(
                "This computer’s clock is {} seconds {side} that of the server, which did not accept what was signed by it.",
                skew.unsigned_abs()
            ),
            "Let this computer set its date and time from the network, then try again.",
        );
        Some(match error.quoted() {
            Some(quoted) => problem.quoting(quoted.clone()),
            None => problem,
        })
    }

    fn skew_at_fault(&self, error: &TokenError) -> Option<i64> {
        let stale = STALE_SECONDS.min(self.lifetime_seconds);
        let holds = |skew: &i64| (-stale..=BACKDATED_SECONDS).contains(skew);
        let skew = error.clock_skew_seconds.filter(|skew| !holds(skew))?;
        error.rejects_client().then_some(skew)
    }

    /// RFC 7515 §4.1. No `jwk`, `jku` or `x5u`: the server knows the key.
    fn header(&self) -> Zeroizing<String> {
        let (algorithm, key_id) = match &self.signer {
            Signer::KeyPair {
                algorithm, key_id, ..
            } => (algorithm.name(), key_id.as_deref()),
            Signer::Secret => ("HS256", None),
        };
        let mut text = Zeroizing::new(String::with_capacity(512));
        text.push_str("{\"alg\":");
        push_string(&mut text, algorithm);
        if let Some(key_id) = key_id {
            text.push_str(",\"kid\":");
            push_string(&mut text, key_id);
        }
        text.push_str(",\"typ\":\"JWT\"}");
        text
    }

    /// RFC 7523 §3. There is no `nbf`: it would say once more what `iat` says.
    fn claims(&self, id: &Secret, at: Timestamp) -> Result<Zeroizing<String>, TokenError> {
        let now = at.as_second();
        let issued = now - BACKDATED_SECONDS;
        let expires = (now + self.lifetime_seconds).min(issued + LONGEST_SECONDS);
        let room = 2 * id.expose().len() + self.audience.len();
        let mut text = Zeroizing::new(String::with_capacity(2 * room + 256));
        for (name, value) in [
            ("{\"iss\":", id.expose()),
            (",\"sub\":", id.expose()),
            (",\"aud\":", self.audience.as_str()),
            (",\"jti\":", identifier()?.as_str()),
        ] {
            text.push_str(name);
            push_string(&mut text, value);
        }
        text.push_str(",\"iat\":");
        text.push_str(&issued.to_string());
        text.push_str(",\"exp\":");
        text.push_str(&expires.to_string());
        text.push('}');
        Ok(text)
    }

    fn signature(&self, secret: Option<&Secret>, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        match (&self.signer, secret) {
            (Signer::KeyPair { key, algorithm, .. }, _) => key
                .sign(*algorithm, message)
                .map_err(|problem| TokenError::not_sendable("signing", &problem.summary)),
            (Signer::Secret, Some(secret)) if secret.expose().len() >= SHORTEST_SECRET => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
                Ok(hmac::sign(&key, message).as_ref().to_vec())
            }
            (Signer::Secret, Some(_)) => Err(TokenError::not_sendable(
                "client_secret",
                "The client secret is shorter than the 32 characters that signing with it takes.",
            )),
            (Signer::Secret, None) => Err(TokenError::not_sendable(
                "client_secret",
                "There is no client secret.",
            )),
        }
    }
}

/// 128 random bits (rule D5), in the form of a UUID, because some servers look for one.
fn identifier() -> Result<String, TokenError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| {
        TokenError::from(TokenErrorKind::Malformed {
            reason: "the system gave no random numbers".to_owned(),
        })
    })?;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Ok(parts.join("-"))
}

fn append_encoded(text: &mut Zeroizing<String>, bytes: &[u8]) {
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes));
    text.push_str(&encoded);
}

fn missing() -> Problem {
    Problem::new(
        Code::SecretMissing,
        "The vault holds no private key for this connection.",
        "Enter it again.",
    )
    .at("signing.private_key")
}

fn undescribed() -> Problem {
    Problem::new(
        Code::DraftInvalid,
        "The connection does not say which key signs.",
        "Edit the connection and give its private key again.",
    )
    .at("signing.private_key")
}

#[cfg(test)]
mod tests;
