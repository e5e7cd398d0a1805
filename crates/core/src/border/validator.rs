//! A validator that runs on this computer, as the window shows it.

use jiff::Timestamp;
use serde::Serialize;

use crate::integration::FormField;

/// The integration that is suggested for a connection, to begin with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SuggestedIntegration {
    /// The system that judges.
    pub system: String,
    /// What it takes, in the order of a form.
    pub fields: Vec<FormField>,
    /// A configuration of `proofkey validator serve` with this integration alone, as text.
    pub configuration: String,
}

/// What runs, and what it was asked.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LocalValidatorView {
    /// Empty while nothing runs.
    pub integrations: Vec<LocalIntegration>,
    /// The latest first.
    pub calls: Vec<LocalCall>,
}

/// An integration of the validator that runs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LocalIntegration {
    /// Where it is asked.
    pub address: String,
    /// The system that judges.
    pub system: String,
    /// What it takes, in the order of a form.
    pub fields: Vec<FormField>,
}

/// One call, without anything that its caller sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LocalCall {
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub at: Timestamp,
    /// Path of the integration; empty when it was none.
    pub integration: String,
    /// As in the log: "accepted", "refused".
    pub outcome: String,
    /// Why, where one outcome has several reasons; else empty.
    pub reason: String,
    /// 0 when the caller did not wait for the answer.
    pub status: u16,
    pub duration_us: u64,
}
