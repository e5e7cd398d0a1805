//! What is stored of a connection in its file. No secret, and no client ID, is part of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ConnectionId, HeldGeneration, Installation, Redirect, ServiceToken, Signing};
use crate::error::{Code, Problem};
use crate::provider::{BasicEncoding, ClientAuthentication, Grant};
use crate::vault::Generation;

/// One connection, as its TOML file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Version of this shape: 1.
    pub version: u32,
    pub id: ConnectionId,
    /// For people: "Support dashboards".
    pub name: String,
    /// Provider id.
    pub provider: String,
    pub grant: Grant,
    pub client_authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    /// Requested scopes; empty asks for everything the client may have.
    pub scopes: Vec<String>,
    /// It talks to the practice Talkdesk on this machine and never to the real one.
    #[serde(default)]
    pub practice: bool,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// Which generation of secrets in the vault belongs to this content.
    pub secrets: Generation,
    /// For the authorization code grant: where the browser is sent back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// Additional authentication parameters, beside those of the provider: `audience`. They go with the
    /// token request of client credentials, and with the authorization request of the code grant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Origins that its secrets were entered for; empty in files of before that was noted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<String>,
    /// Which key signs, for `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// It asks for tokens that live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_token: Option<ServiceToken>,
    /// When the service token that is kept ends; it is in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_token_ends_at: Option<Timestamp>,
    /// Where an app's installation brought the credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<Installation>,
    /// Generations of secrets that stand beside the current one while they are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generations: Vec<HeldGeneration>,
    /// The highest number that a generation ever had. A number is not given twice, because proofs and
    /// exported files name secrets by it. `None` while it is that of the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_generation: Option<Generation>,
    /// Values of the provider's variables, region values included: `account`, `region`, `api_base`...
    pub variables: BTreeMap<String, String>,
}

impl Connection {
    /// Whether both go with the same secrets: a connection that was removed and made again under the
    /// same name counts its generations from the first.
    pub(crate) fn has_the_secrets_of(&self, other: &Self) -> bool {
        self.id == other.id && self.secrets == other.secrets && self.created_at == other.created_at
    }
}

/// Endpoint templates with every variable filled in and checked (rules I1 to I3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ResolvedEndpoints {
    /// `None` where nothing issues tokens.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub token: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub api_base: Url,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub authorization: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub jwks: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub revocation: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub introspection: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub userinfo: Option<Url>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub pushed_authorization: Option<Url>,
    /// As the provider file writes it: a URL that was parsed and written again may differ by a slash.
    pub issuer: Option<String>,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub metadata: Option<Url>,
}

impl ResolvedEndpoints {
    /// The first address that is asked: the token endpoint, or the API where nothing issues tokens.
    pub fn front_door(&self) -> &Url {
        self.token.as_ref().unwrap_or(&self.api_base)
    }

    /// The token endpoint, for callers that cannot go on without one. A provider file that offers a
    /// grant of OAuth without it is refused when it is read.
    pub fn token_url(&self) -> Result<&Url, Problem> {
        self.token.as_ref().ok_or_else(|| {
            Problem::new(
                Code::DraftInvalid,
                "The system has no token endpoint.",
                "Choose a provider that issues tokens.",
            )
        })
    }
}
