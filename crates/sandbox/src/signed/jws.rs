//! The compact form of a JWS (RFC 7515 §7.1), read without any leniency.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// An assertion has some hundred bytes; a much longer one is refused unread.
const MAX_BYTES: usize = 16 * 1024;

/// A token in its parts. Nothing of it is verified yet.
pub(crate) struct Jws {
    pub(crate) header: Header,
    pub(crate) claims: Claims,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// A member that comes twice, or has no business here, makes it unreadable.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
    enc: Option<IgnoredAny>,
}

/// RFC 7519 §4.1. `aud` has to be one string and times have to be whole numbers, or it is unreadable.
#[derive(Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    pub(crate) aud: Option<Audience>,
    pub(crate) exp: Option<i64>,
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: Option<i64>,
    pub(crate) jti: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    /// A list, or anything else.
    Other(IgnoredAny),
}

impl Jws {
    /// `Err` says what is wrong with the form.
    pub(crate) fn read(token: &str) -> Result<Self, &'static str> {
        if token.len() > MAX_BYTES {
            return Err("The client assertion is too long");
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(match parts.len() {
                5 => "The client assertion is encrypted; it has to be signed",
                _ => "The client assertion is not a JWT in its compact form",
            });
        };
        let message = format!("{header}.{claims}").into_bytes();
        let decoded = |part| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| "The client assertion is not in Base64url without padding")
        };
        let (header, claims) = (decoded(header)?, decoded(claims)?);
        Ok(Self {
            header: serde_json::from_slice::<Header>(&header)
                .map_err(|_| "The header of the client assertion cannot be understood")
                .and_then(Header::sound)?,
            claims: serde_json::from_slice(&claims)
                .map_err(|_| "The claims of the client assertion cannot be understood")?,
            message,
            signature: decoded(signature)?,
        })
    }
}

impl Header {
    /// RFC 8725 §3.8 and §3.10: a header that brings its own key, or wants things that nobody here
    /// knows, is refused before anything is looked at.
    fn sound(self) -> Result<Self, &'static str> {
        let brings_key = [&self.jku, &self.jwk, &self.x5u, &self.x5c];
        if brings_key.iter().any(|member| member.is_some()) {
            return Err("The header of the client assertion brings a key of its own");
        }
        if self.crit.is_some() || self.b64.is_some() {
            return Err(
                "The header of the client assertion has extensions that are not understood",
            );
        }
        if self.zip.is_some() || self.enc.is_some() {
            return Err("The client assertion is encrypted or compressed; it has to be signed");
        }
        let kind = self.typ.as_deref().unwrap_or("JWT");
        let known = ["jwt", "client-authentication+jwt"];
        if !known.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err("The client assertion is a token of another type");
        }
        Ok(self)
    }
}
