//! The report while it is being written.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::content_id;
use super::report::{Check, CheckId, CheckStatus, Report, Verdict};
use crate::connection::Connection;
use crate::ports::Progress;
use crate::provider::Provider;
use crate::secret::Secret;

/// What stands in a report where a server repeated a secret.
const CONCEALED: &str = "[withheld]";

/// Shorter values are not searched for: they would be found in any text.
const CONCEALED_FROM: usize = 8;

/// Collects the checks, times them, tells whoever watches, and keeps secrets out.
pub(super) struct Journal<'a> {
    progress: &'a dyn Progress,
    concealed: Vec<Zeroizing<String>>,
    report: Report,
}

impl<'a> Journal<'a> {
    pub(super) fn open(
        connection: &Connection,
        provider: &Provider,
        now: Timestamp,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            progress,
            concealed: Vec::new(),
            report: Report {
                connection: connection.id.to_string(),
                provider: provider.id.clone(),
                verdict: Verdict::Failed,
                started_at: now,
                finished_at: now,
                checks: Vec::with_capacity(CheckId::ALL.len()),
                granted_scopes: None,
                api_base: None,
                content_id: content_id(connection, provider),
                tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            },
        }
    }

    /// Keeps `secret` out of everything that is written from now on. Some servers repeat what they
    /// were sent in their error descriptions.
    pub(super) fn conceal(&mut self, secret: &Secret) {
        let plain = secret.expose();
        if plain.chars().count() < CONCEALED_FROM {
            return;
        }
        let form: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
        for text in [plain.to_owned(), form, STANDARD.encode(plain)] {
            self.concealed.push(Zeroizing::new(text));
        }
    }

    /// Says that a check runs, and takes the time.
    pub(super) fn begin(&self, id: CheckId) -> Instant {
        self.progress.started(id);
        Instant::now()
    }

    /// Writes down a check that began at `begun`; `None` when it failed, so that `?` ends the proof.
    pub(super) fn end(&mut self, begun: Instant, check: Check) -> Option<()> {
        self.write(check.lasting(begun.elapsed()))
    }

    /// All checks before `id` that were not written yet are not reached.
    pub(super) fn skip_to(&mut self, id: CheckId) {
        self.skip(|it| it < id);
    }

    pub(super) fn grant(&mut self, scopes: Option<Vec<String>>) {
        self.report.granted_scopes = scopes;
    }

    /// Where the server that issued the token said that its API is.
    pub(super) fn lead(&mut self, api_base: Option<String>) {
        self.report.api_base = api_base;
    }

    /// The finished report. It passed when all nine checks were reached and none failed.
    pub(super) fn close(mut self, now: Timestamp) -> Report {
        self.skip(|_| true);
        let wanting =
            |check: &Check| matches!(check.status, CheckStatus::Failed | CheckStatus::NotReached);
        self.report.verdict = if self.report.checks.iter().any(wanting) {
            Verdict::Failed
        } else {
            Verdict::Passed
        };
        self.report.finished_at = now;
        self.report
    }

    fn skip(&mut self, which: impl Fn(CheckId) -> bool) {
        for id in CheckId::ALL.into_iter().filter(|id| which(*id)) {
            if self.report.check(id).is_none() {
                let _ = self.write(Check::not_reached(id));
            }
        }
    }

    fn write(&mut self, check: Check) -> Option<()> {
        let check = self.cleared(check);
        self.progress.finished(&check);
        let went_on = check.status != CheckStatus::Failed;
        self.report.checks.push(check);
        went_on.then_some(())
    }

    fn cleared(&self, mut check: Check) -> Check {
        self.clear(&mut check.summary);
        check.remedy.iter_mut().for_each(|text| self.clear(text));
        check
            .evidence
            .values_mut()
            .for_each(|text| self.clear(text));
        for cause in &mut check.causes {
            self.clear(&mut cause.summary);
            self.clear(&mut cause.remedy);
        }
        check
    }

    fn clear(&self, text: &mut String) {
        for secret in &self.concealed {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), CONCEALED);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::check::fixtures::{connection, provider};
    use crate::ports::Unwatched;

    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);

    impl Progress for Seen {
        fn started(&self, id: CheckId) {
            self.0.lock().expect("lock").push(format!("{id:?} began"));
        }

        fn finished(&self, check: &Check) {
            self.0
                .lock()
                .expect("lock")
                .push(format!("{:?} {:?}", check.id, check.status));
        }
    }

    fn open(progress: &dyn Progress) -> Journal<'_> {
        Journal::open(&connection(), &provider(), Timestamp::UNIX_EPOCH, progress)
    }

    #[test]
    fn whoever_watches_sees_each_check_and_what_was_not_reached() {
        let seen = Seen::default();
        let mut journal = open(&seen);
        let begun = journal.begin(CheckId::Configuration);
        assert!(
            journal
                .end(begun, Check::passed(CheckId::Configuration, "Fine."))
                .is_some()
        );
        let begun = journal.begin(CheckId::Dns);
        assert!(
            journal
                .end(begun, Check::failed(CheckId::Dns, "Unknown."))
                .is_none()
        );
        journal.skip_to(CheckId::Vault);
        let begun = journal.begin(CheckId::Vault);
        let _ = journal.end(begun, Check::passed(CheckId::Vault, "Kept."));
        let report = journal.close(Timestamp::UNIX_EPOCH);

        assert_eq!(report.verdict, Verdict::Failed);
        let ids: Vec<CheckId> = report.checks.iter().map(|check| check.id).collect();
        assert_eq!(ids, CheckId::ALL);
        let seen = seen.0.into_inner().expect("lock");
        assert_eq!(seen[0], "Configuration began");
        assert_eq!(seen[3], "Dns Failed");
        assert_eq!(seen[4], "Tcp NotReached");
        assert_eq!(seen.last().map(String::as_str), Some("Vault Passed"));
    }

    #[test]
    fn a_secret_that_the_server_repeats_does_not_reach_the_report() {
        let mut journal = open(&Unwatched);
        journal.conceal(&Secret::new("s:e c+r%t".to_owned()));
        let check = Check::failed(CheckId::Token, "s:e c+r%t is wrong.")
            .with("error_description", "got s%3Ae+c%2Br%25t and s:e c+r%t");
        let begun = journal.begin(CheckId::Token);
        let _ = journal.end(begun, check);
        let report = journal.close(Timestamp::UNIX_EPOCH);
        let json = serde_json::to_string(&report).expect("JSON");
        assert!(!json.contains("c+r%t") && !json.contains("c%2Br"), "{json}");
        assert!(json.contains(CONCEALED));
    }

    #[test]
    fn warnings_and_skipped_checks_do_not_spoil_a_proof() {
        let mut journal = open(&Unwatched);
        for id in CheckId::ALL {
            let check = match id {
                CheckId::Token => Check::warning(id, "Clock."),
                CheckId::Account => Check::skipped(id, "No probe."),
                _ => Check::passed(id, "Fine."),
            };
            let begun = journal.begin(id);
            let _ = journal.end(begun, check);
        }
        assert_eq!(
            journal.close(Timestamp::UNIX_EPOCH).verdict,
            Verdict::Passed
        );
    }
}
