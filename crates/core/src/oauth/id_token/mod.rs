//! The ID token (OpenID Connect Core §2): its header is judged, then its signature, then its claims,
//! each step by a type that only the step before can make.

mod claims;
mod header;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use url::Url;

use super::json;
use super::jwks::{KeyCache, KeyError, Signed};
use super::signature::SignatureAlgorithm;
use crate::error::{Code, Problem};
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

pub use claims::{Claims, Expected};
pub(super) use claims::{shown, subject};

/// Longer than any real one; what is longer is not decoded.
const LONGEST: usize = 64 * 1024;

/// Why an ID token is not believed. It quotes names of members, and values only where they are
/// neither secret nor personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    #[error("it is not a signed token")]
    NotSigned,
    /// RFC 7516: five parts.
    #[error("it is encrypted")]
    Encrypted,
    #[error("it cannot be read: {reason}")]
    Malformed { reason: String },
    /// `none`, an HMAC, or an algorithm that this provider does not use.
    #[error("its signature algorithm {found} is not one that this provider uses")]
    Algorithm { found: String },
    /// A header member that names a key, or demands what is not understood (rule F5).
    #[error("its header holds {name}")]
    Header { name: String },
    /// RFC 8725 §3.11: a token of another kind.
    #[error("it is a token of another type ({found})")]
    Type { found: String },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("it has no {name}")]
    Missing { name: &'static str },
    #[error("its {name} is of the wrong kind")]
    Mistyped { name: &'static str },
    #[error("it was issued by {found}, not by {expected}")]
    Issuer { expected: String, found: String },
    #[error("it is for another client")]
    Audience,
    #[error("it is for other clients as well")]
    FurtherAudience,
    /// `azp` names another client (OpenID Connect Core §3.1.3.7, step 5).
    #[error("it was issued to another client")]
    AuthorizedParty,
    #[error("it expired {seconds} seconds ago")]
    Expired { seconds: i64 },
    #[error("its {name} is {seconds} seconds in the future")]
    Future { name: &'static str, seconds: i64 },
    #[error("it answers another request (nonce)")]
    Nonce,
    #[error("it belongs to another {name}")]
    Hash { name: &'static str },
    #[error("its subject is empty, too long, or holds characters that a subject cannot have")]
    Subject,
}

/// A token whose header is acceptable. Nothing in it is believed yet.
pub struct Unverified<'t> {
    algorithm: SignatureAlgorithm,
    kid: Option<String>,
    /// Header and payload with the dot between them.
    message: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// A token that was signed by a published key of the server.
pub struct Authentic {
    algorithm: SignatureAlgorithm,
    members: Map<String, Value>,
}

impl<'t> Unverified<'t> {
    /// Reads the header and refuses what must not be used, whoever signed it (rules F4 and F5):
    /// anything but one signature by one of `algorithms`, with a key that the header only names.
    pub fn read(
        token: &'t Secret,
        algorithms: &[SignatureAlgorithm],
    ) -> Result<Self, IdTokenError> {
        let token = token.expose();
        if token.len() > LONGEST {
            return Err(malformed("it is too long"));
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(match parts.len() {
                5 => IdTokenError::Encrypted,
                _ => IdTokenError::NotSigned,
            });
        };
        let header = header::read(&object(header, "header")?, algorithms)?;
        if signature.is_empty() {
            return Err(IdTokenError::NotSigned);
        }
        Ok(Self {
            algorithm: header.algorithm,
            kid: header.kid,
            message: &token[..token.len() - signature.len() - 1],
            payload,
            signature,
        })
    }

    /// Proves the signature with the keys published at `url`, and reads the claims.
    pub async fn proven(
        self,
        network: &Network,
        clock: &dyn Clock,
        keys: &KeyCache,
        url: &Url,
    ) -> Result<Authentic, IdTokenError> {
        let signed = Signed {
            kid: self.kid.as_deref(),
            algorithm: self.algorithm,
            message: self.message,
            signature: self.signature,
        };
        keys.verify(network, clock, url, signed).await?;
        Ok(Authentic {
            algorithm: self.algorithm,
            members: object(self.payload, "payload")?,
        })
    }
}

impl Authentic {
    /// The claims, when they say what they must (OpenID Connect Core §3.1.3.7).
    pub fn claims(&self, expected: &Expected<'_>) -> Result<Claims, IdTokenError> {
        claims::read(&self.members, self.algorithm, expected)
    }
}

/// One part of the token as strict JSON; base64url without padding (RFC 7515 §2).
fn object(part: &str, name: &str) -> Result<Map<String, Value>, IdTokenError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| malformed(&format!("its {name} is not base64url")))?;
    json::parse_object(&bytes).map_err(|problem| malformed(&format!("its {name}: {problem}")))
}

fn malformed(reason: &str) -> IdTokenError {
    IdTokenError::Malformed {
        reason: reason.to_owned(),
    }
}

impl From<IdTokenError> for Problem {
    fn from(error: IdTokenError) -> Self {
        let remedy = match &error {
            IdTokenError::Key(error) => return error.clone().into(),
            IdTokenError::Expired { .. } | IdTokenError::Future { .. } => {
                "Check the date and time of this machine, and authorize again."
            }
            IdTokenError::Algorithm { .. } => {
                "If the operator of the server confirms it, add the algorithm to \
                 id_token_algorithms of the provider file."
            }
            IdTokenError::Issuer { .. } => {
                "Nothing was kept. Check which server you are connecting to; the provider file \
                 names the issuer that is expected."
            }
            IdTokenError::Nonce | IdTokenError::Hash { .. } => {
                "Nothing was kept. Someone may have mixed two sign-ins. Authorize again, in a new \
                 browser window."
            }
            _ => "Nothing was kept. Tell the operator of the server.",
        };
        Self::new(
            Code::AuthorizationInvalid,
            format!("The ID token cannot be believed: {error}."),
            remedy,
        )
    }
}
