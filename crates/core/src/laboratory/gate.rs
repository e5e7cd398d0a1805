//! Calls that should be stopped before anybody looks at the credentials.

use super::examine::Run;
use super::reaction::{Reaction, Tried, Words};
use super::report::{PointId, TrialPoint};
use super::sending::Manner;
use super::specimen::{Body, body};

impl Run<'_> {
    /// The right body, called plain text.
    pub(super) async fn media_type(&mut self) {
        let words = Words {
            passed: "It refuses a body that says it is plain text.".to_owned(),
            accepted: "It validates",
            because: (
                "The validator reads every body as JSON. A web page in a browser may send plain text to it without asking first.",
                "Answer 415 unless the content type is application/json.",
            ),
            strict: false,
        };
        let call = "a body that says it is plain text";
        let right = body(self.auth);
        let begun = self.journal.begin(PointId::MediaType);
        let point = self
            .stopped(PointId::MediaType, call, Manner::AsText, &right, &words)
            .await;
        self.journal.end(begun, point);
    }

    pub(super) async fn method(&mut self) {
        let words = Words {
            passed: "It does not validate by GET.".to_owned(),
            accepted: "It answers with success to",
            because: (
                "Another page is served at the same address, or the method is not looked at.",
                "Answer 405 to every method but POST.",
            ),
            strict: false,
        };
        let begun = self.journal.begin(PointId::Method);
        let nothing = Body::default();
        let point = self
            .stopped(PointId::Method, "GET", Manner::Get, &nothing, &words)
            .await;
        let point = self.told(point);
        self.journal.end(begun, point);
    }

    /// Right credentials from a caller who does not say who it is.
    pub(super) async fn caller(&mut self) {
        let id = PointId::Caller;
        let begun = self.journal.begin(id);
        if self.sender.target.headers.is_empty() {
            let summary = "No headers were given for the caller, so none can be left out.";
            self.journal.end(begun, TrialPoint::skipped(id, summary));
            return;
        }
        let mut tried = Tried::new(id);
        let call = "a caller without its headers";
        let outcome = self
            .sender
            .send(call, Manner::Unnamed, &body(self.auth))
            .await;
        tried.add(call, &outcome);
        let point = tried.judged(&Words {
            passed: "It refuses a caller that does not send its headers.".to_owned(),
            accepted: "It validates for",
            because: (
                "The headers are not looked at, so anybody may try credentials here.",
                "Refuse every caller that does not send them, before the body is read.",
            ),
            strict: false,
        });
        self.journal.end(begun, point);
    }

    /// One call; that it is accepted is worth knowing and breaks no contract.
    async fn stopped(
        &mut self,
        id: PointId,
        call: &str,
        manner: Manner,
        body: &Body,
        words: &Words,
    ) -> TrialPoint {
        let mut tried = Tried::new(id);
        let outcome = self.sender.send(call, manner, body).await;
        tried.add(call, &outcome);
        let mut point = tried.judged(words);
        let mild = |reaction: &Reaction| {
            matches!(reaction, Reaction::Accepted(_) | Reaction::Redirected(_))
        };
        if tried.reactions.iter().any(|(_, reaction)| mild(reaction)) {
            point.status = crate::check::CheckStatus::Warning;
        }
        point
    }
}
