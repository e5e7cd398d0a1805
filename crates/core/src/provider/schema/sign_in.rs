//! How a client signs in beyond the authorization code: client credentials, and systems without OAuth.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the client credentials grant needs at this provider (RFC 6749 §4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct ClientCredentialsGrant {
    /// Further parameters of the token request. A value may name variables in braces:
    /// `audience = "{audience}"`; one whose optional variable was left empty is not sent.
    pub parameters: BTreeMap<String, String>,
    pub scope: ScopeUse,
    /// Ticked at first for this grant, instead of those of the scope catalogue. May name variables.
    pub suggested_scopes: Vec<String>,
}

/// Whether a token request names scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ScopeUse {
    #[default]
    Optional,
    /// The server refuses a request without.
    Required,
    /// The scopes are set at the client; none is sent.
    Unsupported,
}

/// Credentials that go to the API as they are, for systems without an authorization server: the
/// grants `http_basic` and `api_key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct StaticCredentials {
    /// Asked first and kept in the place of the client ID: a user name. Nothing when the secret is all.
    #[serde(default)]
    pub identifier: Option<CredentialField>,
    /// The password or key, kept in the place of the client secret.
    pub secret: CredentialField,
    /// Before the colon of HTTP Basic (RFC 7617): "{identifier}", "{identifier}/token", "{secret}".
    #[serde(default = "identifier")]
    pub username: String,
    /// After the colon: "{secret}", or a fixed word where the key is the user name.
    #[serde(default = "secret")]
    pub password: String,
}

fn identifier() -> String {
    "{identifier}".to_owned()
}

fn secret() -> String {
    "{secret}".to_owned()
}

/// How a field for a credential is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CredentialField {
    pub label: String,
    pub help: String,
}

/// How parameters are written in the body of a token request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded` (RFC 6749 §4).
    #[default]
    Form,
    /// A JSON object; some vendors document nothing else.
    Json,
}
