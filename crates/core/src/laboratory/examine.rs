//! The trial itself: each point hands on what it found to the next.

use std::collections::BTreeSet;

use super::answer;
use super::echo::Needles;
use super::input::Secrets;
use super::journal::Journal;
use super::members::Members;
use super::report::{PointId, TrialPoint, TrialReport, TrialWatcher};
use super::sending::{Answer, Manner, Sender};
use super::specimen::body;
use super::target::Target;
use super::{status, unanswered};
use crate::check::CheckStatus;
use crate::error::Problem;
use crate::integration::Auth;
use crate::ports::Clock;
use crate::system::network::Network;
use crate::system::tls::ClientIdentity;

/// What the validator should say of the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 200.
    Accepted,
    /// 401.
    Refused,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// One call, as Talkdesk makes it.
    Call(Expected),
    /// Every point, with credentials that the validator should accept.
    Suite,
}

pub struct Options {
    pub trial: Trial,
    pub secrets: Secrets,
    /// Shown to a validator that asks its callers for a certificate.
    pub identity: Option<ClientIdentity>,
}

/// Where trials are made.
pub struct Laboratory<'a> {
    pub network: &'a Network,
    pub clock: &'a dyn Clock,
    pub watcher: &'a dyn TrialWatcher,
}

impl Laboratory<'_> {
    /// Tries the validator at `target` with `auth`, one call after another.
    ///
    /// Right credentials are sent to the target alone, never after a redirect, and over plain http to this
    /// machine alone. A suite makes up to five wrong attempts for each secret (altered, left out, and as null,
    /// true and an object), so an external system that locks accounts after a few of them should be tried
    /// with an account made for it. Whatever the validator does is in
    /// the report; `NotFound` says that a field named as secret is not among the credentials. Dropping the
    /// future ends the trial.
    pub async fn examine(
        &self,
        target: &Target,
        auth: &Auth,
        options: &Options,
    ) -> Result<TrialReport, Problem> {
        let secrets = options.secrets.among(auth)?;
        let suite = options.trial == Trial::Suite;
        let order: &'static [PointId] = if suite {
            &PointId::SUITE
        } else {
            &PointId::CALL
        };
        let started_at = self.clock.now();
        let mut run = Run {
            clock: self.clock,
            auth,
            sender: Sender {
                network: self.network,
                target,
                needles: Needles::new(auth, &secrets, target),
                calls: 0,
            },
            secrets,
            accepts: false,
            journal: Journal::open(self.watcher, order),
        };
        run.all(options.trial).await;
        let (points, verdict) = run.journal.close();
        Ok(TrialReport {
            address: target.shown(),
            verdict,
            suite,
            started_at,
            finished_at: self.clock.now(),
            points,
            calls: run.sender.calls,
            secret_fields: run.secrets.into_iter().collect(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}

/// A trial under way.
pub(super) struct Run<'a> {
    pub(super) clock: &'a dyn Clock,
    pub(super) auth: &'a Auth,
    pub(super) secrets: BTreeSet<String>,
    /// Right credentials were accepted. Until then a refusal tells nothing.
    pub(super) accepts: bool,
    pub(super) sender: Sender<'a>,
    pub(super) journal: Journal<'a>,
}

impl Run<'_> {
    /// Host and port for people.
    pub(super) fn host(&self) -> String {
        let url = &self.sender.target.url;
        let host = url.host_str().unwrap_or_default();
        match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    async fn all(&mut self, trial: Trial) {
        if !self.reach().await {
            return;
        }
        let expected = match trial {
            Trial::Call(expected) => expected,
            Trial::Suite => Expected::Accepted,
        };
        let Some((answer, as_expected)) = self.status(expected).await else {
            return;
        };
        let returned = self.returned(&answer, expected, as_expected);
        if trial == Trial::Suite {
            self.accepts = as_expected;
            if as_expected {
                self.unknown_field().await;
                self.sent_back(returned.as_ref()).await;
                self.altered().await;
                self.missing().await;
                self.media_type().await;
                self.caller().await;
            }
            self.empty().await;
            self.malformed().await;
            self.method().await;
        }
        let begun = self.journal.begin(PointId::Echo);
        let point = self.sender.needles.verdict();
        self.journal.end(begun, point);
    }

    /// The verdict on what should be refused, unless the refusal tells nothing.
    pub(super) fn told(&self, point: TrialPoint) -> TrialPoint {
        if self.accepts || point.status != CheckStatus::Passed {
            point
        } else {
            point.telling_nothing()
        }
    }

    /// The call that Talkdesk makes; `None` when there is no answer to look at.
    async fn status(&mut self, expected: Expected) -> Option<(Answer, bool)> {
        let begun = self.journal.begin(PointId::Status);
        let call = "the credentials";
        let right = body(self.auth);
        match self.sender.send(call, Manner::AsTalkdesk, &right).await {
            Ok(answer) => {
                let named = !self.sender.target.headers.is_empty();
                let point = status::judged(&answer, expected, named);
                let as_expected = point.status == CheckStatus::Passed;
                self.journal.end(begun, point);
                Some((answer, as_expected))
            }
            Err(error) => {
                let point = unanswered::failed(PointId::Status, &self.host(), &error);
                self.journal.end(begun, point);
                None
            }
        }
    }

    /// The points about the answer itself, and the fields that it returned.
    fn returned(
        &mut self,
        answer: &Answer,
        expected: Expected,
        as_expected: bool,
    ) -> Option<Members> {
        let mut returned = None;
        if as_expected {
            self.journal.write(answer::content_type(answer));
            let point = match expected {
                Expected::Accepted => {
                    let (point, members) = answer::fields(answer);
                    returned = members;
                    point
                }
                Expected::Refused => answer::nothing_to_keep(),
            };
            self.journal.write(point);
        }
        self.journal.write(answer::size(answer));
        self.journal.write(answer::latency(answer.reply.elapsed));
        returned
    }
}
