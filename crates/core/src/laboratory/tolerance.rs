//! Calls that should be accepted although they differ from the first.

use super::examine::Run;
use super::members::Members;
use super::report::{PointId, TrialPoint};
use super::sending::{Answer, Manner};
use super::specimen::{UNKNOWN_FIELD, body, copy};
use super::unanswered::failed;
use crate::integration::Scalar;
use crate::system::transport_error::TransportError;

impl Run<'_> {
    /// Right credentials with one field more.
    pub(super) async fn unknown_field(&mut self) {
        let id = PointId::UnknownField;
        let begun = self.journal.begin(id);
        let mut auth = copy(self.auth);
        auth.insert(UNKNOWN_FIELD.to_owned(), Scalar::text("unknown"));
        let call = "a field that it does not know";
        let outcome = self
            .sender
            .send(call, Manner::AsTalkdesk, &body(&auth))
            .await;
        let point = match status(&outcome) {
            Some(200) => TrialPoint::passed(id, "A field that it does not know changes nothing."),
            Some(400..=499) => TrialPoint::warning(id, "It refuses right credentials that come with a field it does not know.")
                .because(
                    "The validator takes exactly the fields that it knows.",
                    "Leave other fields aside. When a field is added to the integration in Talkdesk, the validator then goes on working.",
                ),
            Some(other) => TrialPoint::failed(
                id,
                format!("A field that it does not know makes it answer {other}."),
            )
            .because(
                "The validator passes all fields on to the external system or a database.",
                "Read the fields that you need, and leave the others aside.",
            ),
            None => self.unanswered(id, &outcome),
        };
        self.journal
            .end(begun, point.with_some("status", status(&outcome)));
    }

    /// What was returned goes back beside the credentials, as in every later call of Talkdesk.
    pub(super) async fn sent_back(&mut self, returned: Option<&Members>) {
        let id = PointId::SentBack;
        let begun = self.journal.begin(id);
        let mut auth = copy(self.auth);
        let mut count = 0;
        for (name, scalar) in returned.into_iter().flat_map(Members::fields) {
            count += 1;
            auth.insert(name.clone(), scalar.duplicate());
        }
        if count == 0 {
            let point =
                TrialPoint::skipped(id, "It returns nothing that Talkdesk could send back.");
            self.journal.end(begun, point);
            return;
        }
        let call = "what it returned, sent back";
        let outcome = self
            .sender
            .send(call, Manner::AsTalkdesk, &body(&auth))
            .await;
        let point = match status(&outcome) {
            Some(200) => TrialPoint::passed(id, "What it returned validates when it is sent back."),
            Some(other) => TrialPoint::failed(
                id,
                format!("It answers {other} when what it returned is sent back."),
            )
            .because(
                "The validator refuses fields that it returned itself, or one of them takes the place of a field that was entered.",
                "Accept them beside the credentials, and give returned fields names of their own: Talkdesk keeps them and sends them along every time.",
            ),
            None => self.unanswered(id, &outcome),
        };
        let point = point
            .with("fields", count)
            .with_some("status", status(&outcome));
        self.journal.end(begun, point);
    }

    /// A failed point for a call that got no answer.
    pub(super) fn unanswered(
        &self,
        id: PointId,
        outcome: &Result<Answer, TransportError>,
    ) -> TrialPoint {
        match outcome {
            Err(error) => failed(id, &self.host(), error),
            Ok(_) => TrialPoint::not_reached(id),
        }
    }
}

pub(super) fn status(outcome: &Result<Answer, TransportError>) -> Option<u16> {
    outcome.as_ref().ok().map(|answer| answer.reply.status)
}
