//! Clients that sign their token requests instead of sending a secret, tokens that live long, and what
//! happens while credentials are replaced.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TokenHeader;
use crate::connection::ResolvedEndpoints;

/// How a client assertion is made (RFC 7523 §2.2 and §3), for `private_key_jwt` and
/// `client_secret_jwt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct ClientAssertion {
    /// What a key may sign with here, the usual one first. RS256 and `EdDSA` only where the provider
    /// registers such keys.
    pub algorithms: Vec<SigningAlgorithm>,
    pub audience: AssertionAudience,
    /// From the time of the request to "expires": 1 to 300. "Issued at" lies 10 seconds before it; there
    /// are never more than 300 between the two.
    pub lifetime_seconds: u32,
    /// The server finds the key by its id alone, so that one has to be given.
    pub key_id_required: bool,
    pub keys: KeyOrigin,
}

impl Default for ClientAssertion {
    fn default() -> Self {
        Self {
            algorithms: vec![SigningAlgorithm::Es256, SigningAlgorithm::Ps256],
            audience: AssertionAudience::Issuer,
            lifetime_seconds: 60,
            key_id_required: false,
            keys: KeyOrigin::Registered,
        }
    }
}

impl ClientAssertion {
    /// What stands in `aud` for a connection with these endpoints; `None` where nothing issues tokens.
    pub fn audience_of(&self, endpoints: &ResolvedEndpoints) -> Option<String> {
        let token = endpoints.token.as_ref().map(ToString::to_string);
        match self.audience {
            AssertionAudience::Issuer => endpoints.issuer.clone().or(token),
            AssertionAudience::TokenEndpoint => token,
        }
    }

    /// Whether the token endpoint stands in `aud` only because nobody knows the issuer.
    pub fn issuer_is_unknown(&self, endpoints: &ResolvedEndpoints) -> bool {
        self.audience == AssertionAudience::Issuer && endpoints.issuer.is_none()
    }
}

/// What stands in `aud`: always one string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AssertionAudience {
    /// The issuer identifier; the token endpoint where the provider has none.
    #[default]
    Issuer,
    /// The address of the token endpoint, for servers that know nothing else.
    TokenEndpoint,
}

/// Who makes the key pair that a client signs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KeyOrigin {
    /// The provider, which hands the private half out once. A pair made elsewhere is of no use to it.
    Issued,
    /// The client, which registers the public half.
    #[default]
    Registered,
}

/// A JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1) by its registered name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum SigningAlgorithm {
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "ES384")]
    Es384,
    #[serde(rename = "ES512")]
    Es512,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "PS384")]
    Ps384,
    #[serde(rename = "PS512")]
    Ps512,
    #[serde(rename = "RS256")]
    Rs256,
    /// With the curve Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    pub const ALL: [Self; 8] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::EdDsa,
    ];

    /// Its name in the registry: "ES256".
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// By its registered name; case counts. `None` for all others, `none` and the HMACs among them.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Access tokens that live from days to a year and are kept like a secret with an end date. They come by
/// the client credentials grant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ServiceTokens {
    /// Added to the token request: `token_type = "opaque"`.
    pub parameters: BTreeMap<String, String>,
    /// The parameter that asks for a life in seconds: "`expires_in`".
    pub lifetime_parameter: String,
    pub shortest_seconds: u32,
    pub longest_seconds: u32,
    /// How such a token is presented to the API.
    pub header: TokenHeader,
    /// What the server may call them in `token_type`, beside `token_response.token_types`.
    #[serde(default)]
    pub token_types: Vec<String>,
    /// Where the server tells whether one is good, since few APIs take it: `endpoints.introspection` is
    /// asked (RFC 7662 §2.1), without authentication of the client.
    #[serde(default)]
    pub introspection: Option<TokenIntrospection>,
    /// For people: "Only some APIs take it."
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What the provider does while the credentials of a client are replaced.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    /// How long the old credentials go on working after a routine replacement. `None` when nobody
    /// knows, or when they work until somebody ends them.
    pub grace_seconds: Option<u32>,
    /// How the provider is told that the new credentials are in use.
    pub acknowledgement: Option<Acknowledgement>,
}

/// One POST with a JSON body, below the API base.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// `{app_id}`, `{installation_id}`, `{account_id}` and `{client_id}` are replaced.
    pub path: String,
    pub body: BTreeMap<String, String>,
    /// Without which the provider does not take it.
    #[serde(default)]
    pub scope: Option<String>,
    pub success_status: Vec<u16>,
}

/// What an introspection response says, by JSON pointers (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TokenIntrospection {
    /// The member that is `true` for a good token: "/active" in the standard's form.
    pub active: String,
    /// The end as a number of seconds since 1970: "/exp".
    #[serde(default)]
    pub expires_at: Option<String>,
}
