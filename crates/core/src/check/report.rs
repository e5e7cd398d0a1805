//! What a proof says. The shape is a contract: it is printed, stored, shown and exported.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The stages, in the order in which they run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CheckId {
    Configuration,
    Dns,
    Tcp,
    Tls,
    Token,
    Scope,
    Api,
    Account,
    Vault,
}

impl CheckId {
    pub const ALL: [Self; 9] = [
        Self::Configuration,
        Self::Dns,
        Self::Tcp,
        Self::Tls,
        Self::Token,
        Self::Scope,
        Self::Api,
        Self::Account,
        Self::Vault,
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    Passed,
    /// Passed, with something worth knowing.
    Warning,
    Failed,
    /// Does not apply to this connection.
    Skipped,
    /// An earlier check failed.
    NotReached,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Passed,
    Failed,
}

/// Something Proofkey can do about a cause when asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum RemedyAction {
    /// Remove blanks, line breaks and invisible characters around or inside the stored client secret.
    TidyClientSecret,
    /// The same for the client ID.
    TidyClientId,
    /// Client ID and secret were entered into each other's field.
    SwapCredentials,
    /// The account answers in another region.
    SwitchRegion { region: String },
    /// A person has to approve, or approve again, in the browser.
    Authorize,
}

/// One possible cause of a failure, most likely first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Cause {
    /// What is probably wrong and what speaks for it, in one or two plain sentences.
    pub summary: String,
    /// What to do about it.
    pub remedy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub action: Option<RemedyAction>,
}

/// One stage of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Check {
    pub id: CheckId,
    pub status: CheckStatus,
    /// What was found, in one plain sentence.
    pub summary: String,
    /// What to do, when there is something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub remedy: Option<String>,
    /// Possible causes of a failure, most likely first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(as = "Option<Vec<Cause>>", optional))]
    pub causes: Vec<Cause>,
    /// Facts by name: host, addresses, certificate issuer, `status`, `error`, `error_description`...
    /// Remote text is cleaned of control characters. Never a secret.
    pub evidence: BTreeMap<String, String>,
    pub duration_ms: u64,
    /// The standard the check rests on, for instance "RFC 6749 §4.4".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub standard: Option<String>,
}

/// The outcome of one proof of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Report {
    /// Connection id.
    pub connection: String,
    /// Provider id.
    pub provider: String,
    pub verdict: Verdict,
    #[schemars(with = "String")]
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub started_at: Timestamp,
    #[schemars(with = "String")]
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub finished_at: Timestamp,
    /// All nine, in order.
    pub checks: Vec<Check>,
    /// Scopes the server granted, when it said so.
    pub granted_scopes: Option<Vec<String>>,
    /// The API base that came with the token, where the provider sends one: what was proven there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub api_base: Option<String>,
    /// Which content of connection and provider was proven: see `check::content_id`.
    pub content_id: String,
    /// Version of Proofkey that ran the checks.
    pub tool_version: String,
}

impl Report {
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// The check that stopped the proof, if one did.
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.status == CheckStatus::Failed)
    }
}
