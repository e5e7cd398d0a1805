//! What a connection keeps beside its current credentials: the key that signs, and generations that come
//! and go while credentials are replaced.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::provider::SigningAlgorithm;
use crate::vault::Generation;

/// Which key of the client signs. The key itself is in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub algorithm: SigningAlgorithm,
    /// The `kid` that the provider gave the key; goes into the header of each assertion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Of the public half (RFC 7638, SHA-256, base64url), so that people can compare.
    pub thumbprint: String,
}

/// A wish for tokens that live long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ServiceToken {
    pub lifetime_seconds: u32,
}

/// Of which installation of an app the credentials are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Installation {
    pub app_id: String,
    pub installation_id: String,
    pub account_id: String,
    /// Ids of the events that were taken in: an event that comes twice changes nothing.
    #[serde(default)]
    pub events: Vec<String>,
}

/// A generation of secrets that is not the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HeldGeneration {
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub generation: Generation,
    pub role: GenerationRole,
    pub reason: RotationReason,
    /// Of this generation's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// When it came, or when it stopped being the current one.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub since: Timestamp,
    /// Until when the provider is expected to take it; `None` when nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub ends_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GenerationRole {
    /// Waits to be proven and made current.
    Incoming,
    /// Was current, and is kept until the provider no longer takes it.
    Outgoing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RotationReason {
    /// Both work for a while.
    Routine,
    /// Somebody else may have the old ones, so they end at once.
    Compromise,
}
