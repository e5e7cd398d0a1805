//! How a check is put together: sentence by sentence, with remote text cleaned on its way in.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use super::report::{Cause, Check, CheckId, CheckStatus, RemedyAction};
use crate::provider::KnownError;
use crate::wording::clean;

/// Longest piece of evidence. Longer remote text is cut, and says so.
const EVIDENCE_LIMIT: usize = 500;

impl Check {
    pub(super) fn passed(id: CheckId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Passed, summary)
    }

    pub(super) fn warning(id: CheckId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Warning, summary)
    }

    pub(super) fn failed(id: CheckId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Failed, summary)
    }

    pub(super) fn skipped(id: CheckId, summary: impl Into<String>) -> Self {
        Self::of(id, CheckStatus::Skipped, summary)
    }

    pub(super) fn not_reached(id: CheckId) -> Self {
        Self::of(
            id,
            CheckStatus::NotReached,
            "Not reached, because an earlier check failed.",
        )
    }

    /// Adds a fact. Whatever it is, control characters are removed and its length is bounded.
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

    #[must_use]
    pub(super) fn remedied_by(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds a cause that is less likely than those added before. The first one's remedy is also the
    /// check's, unless it has one of its own.
    #[must_use]
    pub(super) fn because(mut self, cause: Cause) -> Self {
        if self.remedy.is_none() {
            self.remedy = Some(cause.remedy.clone());
        }
        self.causes.push(cause);
        self
    }

    /// Puts what the provider file knows of a refusal before everything that was guessed.
    #[must_use]
    pub(super) fn explained(mut self, known: Option<&KnownError>) -> Self {
        if let Some(known) = known {
            self.remedy = Some(known.remedy.clone());
            self.causes
                .insert(0, Cause::new(known.meaning(), &known.remedy));
        }
        self
    }

    #[must_use]
    pub(super) fn because_any(self, causes: impl IntoIterator<Item = Cause>) -> Self {
        causes.into_iter().fold(self, Self::because)
    }

    /// For a check that rests on another standard than usual, or on none.
    #[must_use]
    pub(super) fn resting(mut self, standard: Option<&str>) -> Self {
        self.standard = standard.map(str::to_owned);
        self
    }

    #[must_use]
    pub(super) fn lasting(mut self, duration: Duration) -> Self {
        self.duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self
    }

    fn of(id: CheckId, status: CheckStatus, summary: impl Into<String>) -> Self {
        Self {
            id,
            status,
            summary: capital(summary.into()),
            remedy: None,
            causes: Vec::new(),
            evidence: BTreeMap::new(),
            duration_ms: 0,
            standard: standard(id).map(str::to_owned),
        }
    }
}

impl Cause {
    pub(super) fn new(summary: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            summary: capital(summary.into()),
            remedy: capital(remedy.into()),
            action: None,
        }
    }

    #[must_use]
    pub(super) fn doing(mut self, action: RemedyAction) -> Self {
        self.action = Some(action);
        self
    }
}

/// A system without a name of its own may stand at the beginning of a sentence.
fn capital(text: String) -> String {
    const SYSTEM: &str = "the system";
    if !text.contains(SYSTEM) {
        return text;
    }
    let text = text.replace(". the system", ". The system");
    match text.strip_prefix(SYSTEM) {
        Some(rest) => format!("The system{rest}"),
        None => text,
    }
}

/// What each check rests on.
fn standard(id: CheckId) -> Option<&'static str> {
    match id {
        // The characters that a client ID, a secret and a scope may consist of.
        CheckId::Configuration => Some("RFC 6749 Appendix A"),
        CheckId::Dns => Some("RFC 1035"),
        CheckId::Tcp => Some("RFC 9293"),
        // The protocol, and how a certificate is matched with a host name.
        CheckId::Tls => Some("RFC 8446, RFC 9525"),
        CheckId::Token => Some("RFC 6749 §4.4"),
        CheckId::Scope => Some("RFC 6749 §3.3"),
        CheckId::Api => Some("RFC 6750 §2.1"),
        CheckId::Account | CheckId::Vault => None,
    }
}
