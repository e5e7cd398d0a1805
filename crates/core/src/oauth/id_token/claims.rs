//! The claims of an ID token (OpenID Connect Core §2 and §3.1.3.7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use super::{IdTokenError as Error, SignatureAlgorithm};
use crate::secret::Secret;
use crate::wording::clean;

/// How far two clocks may be apart (rule F7).
const SKEW_SECONDS: i64 = 60;

/// What the claims are compared with.
pub struct Expected<'a> {
    /// `None` where the provider publishes no issuer.
    pub issuer: Option<&'a str>,
    pub client_id: &'a Secret,
    /// `None` when none was sent, as with a refresh.
    pub nonce: Option<&'a str>,
    /// What came with the token.
    pub access_token: &'a Secret,
    /// What the token was given for; `None` for a refresh.
    pub code: Option<&'a Secret>,
    /// `None` leaves the times open, for the rest to be judged where clocks differ.
    pub now: Option<Timestamp>,
}

/// Claims that passed. Names and address are cleaned, for people; issuer and subject are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

pub(super) fn read(
    members: &Map<String, Value>,
    algorithm: SignatureAlgorithm,
    expected: &Expected<'_>,
) -> Result<Claims, Error> {
    let issuer = issuer(members, expected.issuer)?;
    audience(members, expected.client_id.expose())?;
    if let Some(now) = expected.now {
        times(members, now)?;
    }
    nonce(members, expected.nonce)?;
    let bound = [
        ("at_hash", "access token", Some(expected.access_token)),
        ("c_hash", "code", expected.code),
    ];
    for (claim, name, value) in bound {
        hash(members, claim, name, algorithm, value)?;
    }
    Ok(Claims {
        issuer,
        subject: subject(members)?,
        name: shown(members, "name"),
        email: shown(members, "email"),
    })
}

/// RFC 7519 §4.1.2 and OpenID Connect Core §2: 1 to 255 ASCII characters.
pub(in crate::oauth) fn subject(members: &Map<String, Value>) -> Result<String, Error> {
    let subject = required_text(members, "sub")?;
    let usable = (1..=255).contains(&subject.len())
        && subject
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    usable.then(|| subject.to_owned()).ok_or(Error::Subject)
}

/// A claim about the person, for showing; anything but text is left out.
pub(in crate::oauth) fn shown(members: &Map<String, Value>, name: &str) -> Option<String> {
    let text = clean(members.get(name)?.as_str()?, 200);
    (!text.is_empty()).then_some(text)
}

fn issuer(members: &Map<String, Value>, expected: Option<&str>) -> Result<String, Error> {
    let found = required_text(members, "iss")?;
    match expected {
        Some(expected) if expected != found => Err(Error::Issuer {
            expected: clean(expected, 300),
            found: clean(found, 300),
        }),
        _ => Ok(found.to_owned()),
    }
}

/// Steps 3 to 5: us, only us, and issued to us.
fn audience(members: &Map<String, Value>, client_id: &str) -> Result<(), Error> {
    let mistyped = Error::Mistyped { name: "aud" };
    let named: Vec<&str> = match members.get("aud") {
        None => return Err(Error::Missing { name: "aud" }),
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()
            .ok_or(mistyped)?,
        Some(_) => return Err(mistyped),
    };
    if !named.contains(&client_id) {
        return Err(Error::Audience);
    }
    if named.iter().any(|one| *one != client_id) {
        return Err(Error::FurtherAudience);
    }
    match members.get("azp") {
        None => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        Some(Value::String(_)) => Err(Error::AuthorizedParty),
        Some(_) => Err(Error::Mistyped { name: "azp" }),
    }
}

/// A time of the wrong type is an error and never "absent" (rule F7; CVE-2026-25537).
fn times(members: &Map<String, Value>, now: Timestamp) -> Result<(), Error> {
    let now = now.as_second();
    let expires = required_time(members, "exp")?;
    if now - expires >= SKEW_SECONDS {
        return Err(Error::Expired {
            seconds: now - expires,
        });
    }
    let begun = [
        ("iat", Some(required_time(members, "iat")?)),
        ("nbf", time(members, "nbf")?),
    ];
    for (name, at) in begun {
        if let Some(seconds) = at.map(|at| at - now)
            && seconds > SKEW_SECONDS
        {
            return Err(Error::Future { name, seconds });
        }
    }
    Ok(())
}

fn required_time(members: &Map<String, Value>, name: &'static str) -> Result<i64, Error> {
    time(members, name)?.ok_or(Error::Missing { name })
}

/// RFC 7519 §2 `NumericDate`, in whole seconds.
fn time(members: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Error> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => seconds(number).map(Some).ok_or(Error::Mistyped { name }),
        Some(_) => Err(Error::Mistyped { name }),
    }
}

fn seconds(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    // The reader has refused everything beyond 2^53, so cutting the fraction off is exact.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by oauth::json")]
    number.as_f64().map(|value| value.floor() as i64)
}

fn nonce(members: &Map<String, Value>, expected: Option<&str>) -> Result<(), Error> {
    let Some(expected) = expected else {
        return Ok(());
    };
    match members.get("nonce") {
        None => Err(Error::Missing { name: "nonce" }),
        Some(Value::String(found)) if found == expected => Ok(()),
        Some(Value::String(_)) => Err(Error::Nonce),
        Some(_) => Err(Error::Mistyped { name: "nonce" }),
    }
}

/// OpenID Connect Core §3.1.3.6 and §3.3.2.11: optional, but right when present.
fn hash(
    members: &Map<String, Value>,
    claim: &'static str,
    name: &'static str,
    algorithm: SignatureAlgorithm,
    value: Option<&Secret>,
) -> Result<(), Error> {
    let found = match members.get(claim) {
        None => return Ok(()),
        Some(Value::String(found)) => found,
        Some(_) => return Err(Error::Mistyped { name: claim }),
    };
    // A refresh has no code to compare with.
    let Some(value) = value else { return Ok(()) };
    let expected = URL_SAFE_NO_PAD.encode(algorithm.half_hash(value.expose()));
    if *found == expected {
        Ok(())
    } else {
        Err(Error::Hash { name })
    }
}

fn required_text<'m>(
    members: &'m Map<String, Value>,
    name: &'static str,
) -> Result<&'m str, Error> {
    match members.get(name) {
        None => Err(Error::Missing { name }),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Error::Mistyped { name }),
    }
}
