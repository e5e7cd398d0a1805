//! How the verdict on a point is put together, with remote text cleaned on its way in.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use super::report::{PointId, TrialPoint};
use crate::check::{Cause, CheckStatus};
use crate::wording::clean;

/// Longest piece of evidence. Longer remote text is cut, and says so.
const EVIDENCE_LIMIT: usize = 500;

impl TrialPoint {
    pub(super) fn passed(id: PointId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Passed, summary)
    }

    pub(super) fn warning(id: PointId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Warning, summary)
    }

    pub(super) fn failed(id: PointId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Failed, summary)
    }

    pub(super) fn skipped(id: PointId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Skipped, summary)
    }

    pub(super) fn not_reached(id: PointId) -> Self {
        let summary = "Not reached, because an earlier point failed.";
        Self::of(id, CheckStatus::NotReached, summary)
    }

    /// The same refusal, of a validator that refuses right credentials as well.
    #[must_use]
    pub(super) fn telling_nothing(mut self) -> Self {
        self.status = CheckStatus::NotReached;
        "Not reached: it refuses this, but so it does with what it should accept."
            .clone_into(&mut self.summary);
        self
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        let value = clean(&value.to_string(), EVIDENCE_LIMIT);
        self.evidence.insert(name.to_owned(), value);
        self
    }

    #[must_use]
    pub(super) fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a cause that is less likely than those added before, with what to do about it. The first
    /// one's remedy is also the point's.
    #[must_use]
    pub(super) fn because(mut self, summary: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        if self.remedy.is_none() {
            self.remedy = Some(remedy.clone());
        }
        self.causes.push(Cause {
            summary: summary.into(),
            remedy,
            action: None,
        });
        self
    }

    #[must_use]
    pub(super) fn lasting(mut self, duration: Duration) -> Self {
        self.duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self
    }

    fn of(id: PointId, status: CheckStatus, summary: impl Into<String>) -> Self {
        Self {
            id,
            status,
            summary: summary.into(),
            remedy: None,
            causes: Vec::new(),
            evidence: BTreeMap::new(),
            duration_ms: 0,
            standard: standard(id).map(str::to_owned),
        }
    }
}

/// What each point rests on. `None` where it is good practice and no more.
fn standard(id: PointId) -> Option<&'static str> {
    const CONTRACT: &str = "Talkdesk, authorization validator";
    match id {
        PointId::Tls => Some("RFC 8446, RFC 9525"),
        PointId::ContentType => Some("RFC 9110 §8.3, RFC 8259"),
        PointId::MediaType => Some("RFC 9110 §15.5.16"),
        PointId::Method => Some("RFC 9110 §15.5.6"),
        PointId::Malformed => Some("RFC 9110 §15.5.1"),
        PointId::Status
        | PointId::Fields
        | PointId::SentBack
        | PointId::Altered
        | PointId::Missing
        | PointId::Empty => Some(CONTRACT),
        PointId::Reachable
        | PointId::Size
        | PointId::Latency
        | PointId::UnknownField
        | PointId::Caller
        | PointId::Echo => None,
    }
}
