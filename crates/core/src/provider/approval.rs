//! What a provider file says about the authorization code grant (RFC 6749 §4.1, RFC 8252).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::Certainty;

/// How a person's approval is asked for, and what the server makes of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AuthorizationCode {
    /// What is known of PKCE (RFC 7636). A challenge with S256 is sent whatever it says.
    pub pkce: Pkce,
    pub redirect: RedirectPolicy,
    /// How the loopback address is written; a name only where the provider demands it (RFC 8252 §8.3).
    #[serde(default)]
    pub redirect_host: RedirectHost,
    /// For `loopback_fixed_port`: the ports to try, in order; all of them are registered.
    #[serde(default)]
    pub redirect_ports: Vec<u16>,
    /// Pushed authorization requests (RFC 9126).
    #[serde(default)]
    pub pushed_requests: PushedRequests,
    /// Whether the authorization response carries `iss` (RFC 9207).
    #[serde(default)]
    pub response_issuer: ResponseIssuer,
    /// Further parameters of the authorization request: `access_type = "offline"`. As with all
    /// parameters, a value may name variables in braces; one whose optional variable was left empty is
    /// not sent.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Further parameters of the token request that redeems the code.
    #[serde(default)]
    pub token_parameters: BTreeMap<String, String>,
    /// Further parameters of the refresh request.
    #[serde(default)]
    pub refresh_parameters: BTreeMap<String, String>,
    /// The scope that makes the server issue a refresh token: "`offline_access`".
    #[serde(default)]
    pub refresh_scope: Option<String>,
    /// Ticked at first for this grant, beside those of the scope catalogue.
    #[serde(default)]
    pub suggested_scopes: Vec<String>,
    /// Parameter of the authorization response that names the server to redeem the code at
    /// ("accounts-server"); one that is not the token endpoint's is refused.
    #[serde(default)]
    pub response_server: Option<String>,
    /// Further members of the token response to keep with the secrets: "sid".
    #[serde(default)]
    pub keep: Vec<String>,
    /// Signature algorithms that an ID token may have (RFC 7518 §3.1); never `none` or an HMAC.
    #[serde(default)]
    pub id_token_algorithms: Vec<String>,
    /// How sure these values are taken together.
    pub certainty: Certainty,
    /// What a person must know before leaving for the provider.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The names that `id_token_algorithms` may hold: signatures with a published key. `Ed25519` is RFC
/// 9864's name for `EdDSA` with that curve.
pub const ID_TOKEN_ALGORITHMS: [&str; 10] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    Required,
    Supported,
    /// The server ignores the challenge.
    Unsupported,
    /// Nobody says.
    Unknown,
}

/// Which redirect URIs the provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RedirectPolicy {
    /// A loopback address with any port, whatever port was registered (RFC 8252 §7.3).
    LoopbackAnyPort,
    /// A loopback address with exactly the registered port.
    LoopbackFixedPort,
    /// Only https: the person pastes the address they landed on.
    HttpsOnly,
    /// Nobody says; a loopback address with one port that stays the same is tried.
    Unknown,
}

/// How the loopback address is written in the redirect URI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RedirectHost {
    /// 127.0.0.1, or `[::1]` where there is no IPv4.
    #[default]
    Address,
    /// localhost, on both stacks.
    Localhost,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PushedRequests {
    #[default]
    Unsupported,
    Supported,
    Required,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ResponseIssuer {
    /// The server says that it sends none: one that comes all the same is refused.
    Absent,
    /// The server says that it sends it: a response without is refused.
    Sent,
    /// Nobody says: compared when it comes.
    #[default]
    Unknown,
}
