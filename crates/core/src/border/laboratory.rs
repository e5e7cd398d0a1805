//! What the window asks of the laboratory. It comes in and never goes out: each value may be a secret.

use serde::Deserialize;

use crate::secret::Secret;

/// A validator to try, and with what.
#[derive(Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TrialWish {
    /// https, or http on this machine.
    pub address: String,
    pub fields: Vec<TrialField>,
    /// What the validator wants to see from Talkdesk itself, one header a line.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub headers: Option<Secret>,
    pub extent: TrialExtent,
}

/// One field of `auth`.
#[derive(Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TrialField {
    pub name: String,
    /// As it was typed.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub value: Secret,
    pub kind: TrialFieldKind,
    pub secret: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TrialFieldKind {
    Text,
    /// Within ±2^53.
    Integer,
    /// "true" or "false".
    Boolean,
}

/// How much is tried, and what is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TrialExtent {
    /// Every point of the contract, with credentials that are right.
    Suite,
    /// One call that should be accepted.
    Accepted,
    /// One call that should be refused.
    Refused,
}
