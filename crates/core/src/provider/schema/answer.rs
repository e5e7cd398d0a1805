//! What the answers of a provider look like, where they depart from RFC 6749.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Certainty;

/// The answer of the token endpoint (RFC 6749 §5.1), as far as it departs from the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct TokenResponse {
    /// Statuses of a success; the standard's is 200.
    pub success_status: Vec<u16>,
    /// Accepted values of `token_type`, without regard to case.
    pub token_types: Vec<String>,
    /// The server sends no `token_type`.
    pub without_token_type: bool,
    /// Names of the access token, the first that is there counts: some servers call it "token".
    pub token_members: Vec<String>,
    /// Between scopes in the answer, where it differs from the request.
    pub scope_separator: Option<String>,
}

impl Default for TokenResponse {
    fn default() -> Self {
        Self {
            success_status: vec![200],
            token_types: vec!["bearer".to_owned()],
            without_token_type: false,
            token_members: vec!["access_token".to_owned()],
            scope_separator: None,
        }
    }
}

/// The API base comes with the token: `instance_url`, `api_domain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AnsweredBase {
    /// Member of the token response that holds an https address.
    pub member: String,
    /// The token goes to these hosts and what lies below them, and nowhere else.
    pub hosts: Vec<String>,
}

/// What a refresh does to the refresh token, and how long one lives (RFC 6749 §6, RFC 9700 §4.14).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Refresh {
    pub policy: RefreshPolicy,
    /// It ends when it was not used for so long.
    pub idle_seconds: Option<u32>,
    /// It ends so long after the approval, whatever happens.
    pub absolute_seconds: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RefreshPolicy {
    /// No refresh tokens: a new one is asked for, or the token lives long.
    None,
    /// The refresh token stays the same.
    Static,
    /// Each refresh replaces it.
    Rotating,
    /// Nobody says, or the settings of the client decide.
    #[default]
    Unknown,
}

/// A rule on the answer of a probe, beyond its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ProbeRule {
    /// JSON pointer (RFC 6901) into the answer: "/user/id".
    pub pointer: String,
    /// What must stand there; without it, anything but nothing or `null`.
    #[serde(default)]
    pub equals: Option<Scalar>,
}

/// A JSON value without members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Scalar {
    Boolean(bool),
    Integer(i32),
    Text(String),
}

/// What a refusal of this provider means, beyond the words of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KnownError {
    /// Where it comes.
    pub from: ErrorSource,
    #[serde(default)]
    pub status: Option<u16>,
    /// The whole `error` or `code` of the answer.
    #[serde(default)]
    pub error: Option<String>,
    /// Words of the description, without regard to case.
    #[serde(default)]
    pub contains: Option<String>,
    /// What it means, in a sentence for people.
    pub cause: String,
    pub remedy: String,
    pub certainty: Certainty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorSource {
    Authorization,
    Token,
    Api,
}
