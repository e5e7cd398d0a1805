//! Client assertions (RFC 7521 §4.2, RFC 7523 §3), verified as strictly as a server may.
//!
//! Every mistake has its own description, because people practise here.

use aws_lc_rs::hmac;
use jiff::{SignedDuration, Timestamp};
use proofkey_core::provider::SigningAlgorithm;

use super::jws::{Audience, Claims, Jws};
use super::key::RegisteredKey;
use super::seen::Seen;
use crate::authorization_request::Parameters;
use crate::refusal::Refusal;

pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far ahead another clock may be. FAPI 2.0 §5.3.2.1: 10 seconds are taken, 60 are not.
const AHEAD_SECONDS: i64 = 10;
/// From "issued at" to "expires": five minutes, and what honest clients back-date.
const LONGEST_SECONDS: i64 = 310;
/// 128 bits in Base64url (RFC 4648 §5) have 22 characters.
const SHORTEST_ID: usize = 22;

/// An assertion as it came. Nothing of it is verified yet.
pub(crate) struct Assertion {
    jws: Jws,
    client_id: String,
}

/// What one client has registered.
pub(crate) struct Registered<'a> {
    pub(crate) keys: &'a [RegisteredKey],
    /// With `client_secret_jwt` (`OpenID` Connect Core §9).
    pub(crate) shared: Option<&'a str>,
    pub(crate) key_id_required: bool,
}

/// Where and when an assertion came.
pub(crate) struct Place<'a> {
    /// What stands in `aud`, and nothing else.
    pub(crate) audience: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) seen: &'a Seen,
}

impl Assertion {
    /// The assertion of a request; `None` when there is none.
    pub(crate) fn of(form: &Parameters) -> Result<Option<Self>, Refusal> {
        let (kind, token) = (
            form.value("client_assertion_type"),
            form.value("client_assertion"),
        );
        let token = match (kind, token) {
            (None, None) => return Ok(None),
            (Some(TYPE), Some(token)) => token,
            (None, Some(_)) => {
                return Err(Refusal::invalid_request(
                    "The client assertion type is missing",
                ));
            }
            (Some(TYPE), None) => {
                return Err(Refusal::invalid_request("The client assertion is missing"));
            }
            (Some(_), _) => {
                return Err(Refusal::invalid_request(
                    "The client assertion type is not known",
                ));
            }
        };
        let jws = Jws::read(token).map_err(Refusal::invalid_client)?;
        let client_id = named(&jws.claims, form.value("client_id"))?;
        Ok(Some(Self { jws, client_id }))
    }

    /// Whom it claims to come from.
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Whether `client` signed it for this place and this moment. An id counts as used as soon as the
    /// signature is good, whatever else is wrong.
    pub(crate) fn verify(&self, client: &Registered<'_>, place: &Place<'_>) -> Result<(), Refusal> {
        let refused = |reason| Err(Refusal::invalid_client(reason));
        if let Err(reason) = self.signed_by(client) {
            return refused(reason);
        }
        let claims = &self.jws.claims;
        let id = claims.jti.as_deref().unwrap_or_default();
        if id.len() < SHORTEST_ID {
            return refused("The client assertion has no id (jti) of 128 random bits");
        }
        let until = claims.exp.and_then(|exp| Timestamp::from_second(exp).ok());
        let fresh = place
            .seen
            .note(&self.client_id, id, until.unwrap_or(place.now), place.now);
        if !fresh {
            return refused("The client assertion was used before: its id (jti) is known");
        }
        match &claims.aud {
            Some(Audience::One(audience)) if audience == place.audience => {}
            Some(Audience::One(_)) => {
                return refused("The client assertion is for another audience");
            }
            Some(Audience::Other(_)) => {
                return refused("The audience of the client assertion has to be one string");
            }
            None => return refused("The client assertion names no audience"),
        }
        times(claims, place.now).or_else(refused)
    }

    fn signed_by(&self, client: &Registered<'_>) -> Result<(), &'static str> {
        let Jws {
            header,
            message,
            signature,
            ..
        } = &self.jws;
        if let ("HS256", Some(secret)) = (header.alg.as_str(), client.shared) {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            return hmac::verify(&key, message, signature)
                .map_err(|_| "The signature of the client assertion is wrong");
        }
        let key = self.key(client)?;
        if SigningAlgorithm::from_name(&header.alg) != Some(key.algorithm) {
            return Err("The client assertion is signed with another algorithm than is registered");
        }
        let raw = key.raw_length();
        if raw.is_some_and(|length| length != signature.len()) {
            return Err(match signature.first() {
                Some(0x30) => "The signature is in DER; a JWT needs r and s side by side",
                _ => "The signature of the client assertion has the wrong length",
            });
        }
        if key.signed(message, signature) {
            Ok(())
        } else {
            Err("The signature of the client assertion is wrong")
        }
    }

    /// RFC 7515 §4.1.4: by its name. Without one, a single key may be meant.
    fn key<'a>(&self, client: &Registered<'a>) -> Result<&'a RegisteredKey, &'static str> {
        match &self.jws.header.kid {
            Some(id) => client
                .keys
                .iter()
                .find(|key| key.id.as_ref() == Some(id))
                .ok_or("The key id (kid) of the client assertion is not registered"),
            None if client.key_id_required => Err("The client assertion names no key (kid)"),
            None => match client.keys {
                [key] => Ok(key),
                [] => Err("The client has no key registered"),
                _ => Err("The client assertion names no key (kid), and several are registered"),
            },
        }
    }
}

/// RFC 7523 §3: issuer and subject are the client; RFC 7521 §4.2: so is `client_id`, if it was sent.
fn named(claims: &Claims, sent: Option<&str>) -> Result<String, Refusal> {
    let refused = |reason| Err(Refusal::invalid_client(reason));
    let (Some(issuer), Some(subject)) = (&claims.iss, &claims.sub) else {
        return refused("The client assertion has no issuer or no subject");
    };
    if issuer != subject {
        return refused("Issuer and subject of the client assertion differ");
    }
    if sent.is_some_and(|sent| sent != subject) {
        return refused("The client_id of the request is not the one of the client assertion");
    }
    Ok(subject.clone())
}

fn times(claims: &Claims, now: Timestamp) -> Result<(), &'static str> {
    let ahead = (now + SignedDuration::from_secs(AHEAD_SECONDS)).as_second();
    let Some(expires) = claims.exp else {
        return Err("The client assertion has no end (exp)");
    };
    let Some(issued) = claims.iat else {
        return Err("The client assertion does not say when it was issued (iat)");
    };
    if issued > ahead || claims.nbf.is_some_and(|begins| begins > ahead) {
        return Err("The client assertion was issued in the future: the clocks differ");
    }
    if expires <= now.as_second() {
        return Err("The client assertion has expired");
    }
    if expires.saturating_sub(issued) > LONGEST_SECONDS {
        return Err("The client assertion lives longer than five minutes");
    }
    Ok(())
}
