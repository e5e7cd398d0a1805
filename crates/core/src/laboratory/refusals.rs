//! Credentials and bodies that should be refused.

use super::examine::Run;
use super::reaction::{Tried, Words};
use super::report::PointId;
use super::sending::Manner;
use super::specimen::{altered, body, malformed, without};
use crate::check::{list, quoted};
use crate::integration::Auth;

impl Run<'_> {
    /// Every secret altered in turn, the others right.
    pub(super) async fn altered(&mut self) {
        let begun = self.journal.begin(PointId::Altered);
        let mut tried = Tried::new(PointId::Altered);
        for name in self.secrets.clone() {
            let wrong = body(&altered(self.auth, &name));
            let call = format!("a wrong {}", quoted(&name, 80));
            let outcome = self.sender.send(&call, Manner::AsTalkdesk, &wrong).await;
            tried.add(quoted(&name, 80), &outcome);
        }
        let names = list(self.secrets.iter().map(String::as_str));
        let point = tried.judged(&Words {
            passed: format!("It refuses a wrong {names} with 401."),
            accepted: "It accepts credentials with a wrong",
            because: (
                "The validator does not compare the credentials with anything, or not all of them.",
                "Ask the external system with exactly the credentials that came, and answer 200 only when it accepts them.",
            ),
            strict: true,
        });
        self.journal.end(begun, point);
    }

    /// Every secret left out in turn.
    pub(super) async fn missing(&mut self) {
        let begun = self.journal.begin(PointId::Missing);
        let mut tried = Tried::new(PointId::Missing);
        for name in self.secrets.clone() {
            let wrong = body(&without(self.auth, &name));
            let call = format!("credentials without {}", quoted(&name, 80));
            let outcome = self.sender.send(&call, Manner::AsTalkdesk, &wrong).await;
            tried.add(quoted(&name, 80), &outcome);
        }
        let names = list(self.secrets.iter().map(String::as_str));
        let point = tried.judged(&Words {
            passed: format!("It refuses credentials without {names}."),
            accepted: "It accepts credentials without",
            because: (
                "A missing field is not noticed, or stands for any value.",
                "Answer 401 when a field is missing that the external system needs.",
            ),
            strict: false,
        });
        self.journal.end(begun, point);
    }

    pub(super) async fn empty(&mut self) {
        let begun = self.journal.begin(PointId::Empty);
        let mut tried = Tried::new(PointId::Empty);
        let call = "an empty auth";
        let nothing = body(&Auth::new());
        let outcome = self.sender.send(call, Manner::AsTalkdesk, &nothing).await;
        tried.add(call, &outcome);
        let point = tried.judged(&Words {
            passed: "It refuses credentials without any field.".to_owned(),
            accepted: "It accepts",
            because: (
                "The validator does not look at the credentials, or missing fields stand for any value.",
                "Answer 401 when a field is missing that the external system needs.",
            ),
            strict: false,
        });
        let point = self.told(point);
        self.journal.end(begun, point);
    }

    pub(super) async fn malformed(&mut self) {
        let begun = self.journal.begin(PointId::Malformed);
        let mut tried = Tried::new(PointId::Malformed);
        for (what, wrong) in malformed(self.auth, self.secrets.iter().cloned()) {
            let outcome = self.sender.send(&what, Manner::AsTalkdesk, &wrong).await;
            tried.add(what, &outcome);
        }
        let count = tried.reactions.len();
        let point = tried.judged(&Words {
            passed: format!("It refuses {count} bodies that are not the contract."),
            accepted: "It accepts",
            because: (
                "The validator does not look at what a field holds. An object in place of a text may reach a database as a query.",
                "Answer 400 unless auth is an object whose fields are text, whole numbers, true or false.",
            ),
            strict: false,
        });
        let point = self.told(point);
        self.journal.end(begun, point);
    }
}
