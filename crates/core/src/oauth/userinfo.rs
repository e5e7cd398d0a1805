//! Who approved, in the words of the userinfo endpoint (OpenID Connect Core §5.3).

use std::collections::BTreeMap;

use http::Request;
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use super::document::{self, BODY_LIMIT, DocumentError, DocumentErrorKind};
use super::id_token::{IdTokenError, shown, subject};
use crate::probe::{Presented, presenting};
use crate::provider::TokenHeader;
use crate::secret::Secret;
use crate::system::network::Network;
use crate::wording::clean;

/// What the endpoint says of the person. Name and address are cleaned, the subject is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Userinfo {
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// Why the endpoint told nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserinfoError {
    #[error(transparent)]
    Document(Box<DocumentError>),
    #[error("the answer names nobody: {0}")]
    Nobody(IdTokenError),
    #[error("the request cannot be sent: {reason}")]
    NotSendable { reason: &'static str },
}

/// Asks `url` once. The token goes into the header that the provider wants and nowhere else (RFC
/// 6750 §2.1). A signed answer (`application/jwt`) is not taken.
pub async fn ask(
    network: &Network,
    url: &Url,
    header: &TokenHeader,
    token: &Secret,
) -> Result<Userinfo, UserinfoError> {
    let presented = Presented::Token { header, token };
    let request: Request<Zeroizing<Vec<u8>>> = presenting(url, &presented, &BTreeMap::new())
        .map_err(|reason| UserinfoError::NotSendable { reason })?;
    let failed = |kind| {
        UserinfoError::Document(Box::new(DocumentError {
            url: clean(url.as_str(), 300),
            kind,
        }))
    };
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(|error| failed(DocumentErrorKind::Transport(Box::new(error))))?;
    let members = document::members(&reply, url).map_err(failed)?;
    person(&members)
}

fn person(members: &Map<String, Value>) -> Result<Userinfo, UserinfoError> {
    Ok(Userinfo {
        subject: subject(members).map_err(UserinfoError::Nobody)?,
        name: shown(members, "name"),
        email: shown(members, "email"),
    })
}
