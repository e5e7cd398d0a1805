//! What a trial of a validator says. The shape is a contract: it is printed and shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::{Cause, CheckStatus, Verdict};
use crate::ports::Unwatched;

/// The points of the contract, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PointId {
    /// The name leads to an address, and something listens there.
    Reachable,
    /// The connection is encrypted and the certificate is trusted.
    Tls,
    /// The credentials are answered as they should be.
    Status,
    ContentType,
    /// What is returned is text, whole numbers, true or false.
    Fields,
    Size,
    Latency,
    /// A field that the validator does not know changes nothing.
    UnknownField,
    /// What was returned validates when it is sent back.
    SentBack,
    /// Every secret, altered in one character, is refused with 401.
    Altered,
    /// Credentials without one of their secrets are refused.
    Missing,
    /// Credentials without any field are refused.
    Empty,
    /// Bodies that are not the contract are refused, and nothing breaks.
    Malformed,
    /// The same body under another content type.
    MediaType,
    /// A GET in place of the POST.
    Method,
    /// Without the caller's own credentials nothing is validated.
    Caller,
    /// No answer holds a secret that was sent.
    Echo,
}

impl PointId {
    /// What a single call can tell.
    pub const CALL: [Self; 8] = [
        Self::Reachable,
        Self::Tls,
        Self::Status,
        Self::ContentType,
        Self::Fields,
        Self::Size,
        Self::Latency,
        Self::Echo,
    ];

    pub const SUITE: [Self; 17] = [
        Self::Reachable,
        Self::Tls,
        Self::Status,
        Self::ContentType,
        Self::Fields,
        Self::Size,
        Self::Latency,
        Self::UnknownField,
        Self::SentBack,
        Self::Altered,
        Self::Missing,
        Self::Empty,
        Self::Malformed,
        Self::MediaType,
        Self::Method,
        Self::Caller,
        Self::Echo,
    ];
}

/// The verdict on one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TrialPoint {
    pub id: PointId,
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
    /// Facts by name. Words of the validator are cleaned, and no value of a field is among them.
    pub evidence: BTreeMap<String, String>,
    pub duration_ms: u64,
    /// What the point rests on, for instance "RFC 8259".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub standard: Option<String>,
}

/// A point begins, or has its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrialEvent {
    Started { id: PointId },
    Finished { point: TrialPoint },
}

/// Someone who watches a trial while it runs.
pub trait TrialWatcher: Send + Sync {
    fn say(&self, event: TrialEvent);
}

impl TrialWatcher for Unwatched {
    fn say(&self, _event: TrialEvent) {}
}

/// The outcome of a trial. It holds no secret and no value that the validator returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TrialReport {
    /// The address that was tried, without what of it may be a key.
    pub address: String,
    /// Passed when no point failed and each was reached.
    pub verdict: Verdict,
    /// All points were tried, and not those of a single call alone.
    pub suite: bool,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub started_at: Timestamp,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub finished_at: Timestamp,
    pub points: Vec<TrialPoint>,
    /// Requests that were sent.
    pub calls: u32,
    /// Names of the fields that were held as secrets.
    pub secret_fields: Vec<String>,
    pub tool_version: String,
}

impl TrialReport {
    pub fn point(&self, id: PointId) -> Option<&TrialPoint> {
        self.points.iter().find(|point| point.id == id)
    }

    /// Points that failed, and those with something worth knowing.
    pub fn findings(&self) -> impl Iterator<Item = &TrialPoint> {
        self.points
            .iter()
            .filter(|point| matches!(point.status, CheckStatus::Failed | CheckStatus::Warning))
    }
}
