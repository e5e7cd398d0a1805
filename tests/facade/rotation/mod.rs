//! Credentials are replaced while somebody goes on asking for tokens. The practice Talkdesk decides what is
//! good when, and its record says who asked.

mod acknowledged;
mod forgotten;
mod long_lived;
mod routine;
mod signed;
mod way_back;

use proofkey_core::border::{
    ConnectionView, GenerationPlace, GenerationView, Retirement, RotationStep, Undone,
};
use proofkey_core::check::{Report, Verdict};
use proofkey_core::connection::{ConnectionDraft, NewCredentials, RotationReason, SigningDraft};
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::{Problem, Secret};
use proofkey_sandbox::{EventKind, EventOrder, Sandbox};
use serde_json::Value;

use crate::stage::{Stage, draft};

/// A secret that no server knows.
const WRONG: &str = "Zq1xW8sQ0pLr6TzN1mXc7bJd5hGf2aEu";

/// What Talkdesk says when it replaces the credentials of `account`.
fn rotated(account: &str, sandbox: &Sandbox, order: &EventOrder) -> Value {
    let order = EventOrder {
        kind: EventKind::CredentialsRotated,
        account: account.to_owned(),
        ..order.clone()
    };
    let event = sandbox.emit(&order).expect("an event");
    serde_json::from_str(&event.body).expect("JSON")
}

/// The new ones that replace those of acme.
fn replaced(sandbox: &Sandbox) -> NewCredentials {
    new_ones(&rotated("acme", sandbox, &EventOrder::default()))
}

/// Other ones, as if a person had typed them.
fn typed(client_secret: &str) -> NewCredentials {
    NewCredentials {
        client_secret: Some(Secret::new(client_secret.to_owned())),
        ..NewCredentials::default()
    }
}

fn new_ones(event: &Value) -> NewCredentials {
    let text = |name: &str| event["data"][name].as_str().expect("a text").to_owned();
    NewCredentials {
        client_id: Some(Secret::new(text("client_id"))),
        client_secret: Some(Secret::new(text("client_secret"))),
        ..NewCredentials::default()
    }
}

/// The key pair that an event brings.
fn key_of(event: &Value) -> SigningDraft {
    let text = |name: &str| event["data"][name].as_str().expect("a text").to_owned();
    SigningDraft {
        private_key: Some(Secret::new(text("private_key"))),
        key_id: Some(text("key_id")),
        algorithm: SigningAlgorithm::from_name(&text("key_algorithm")),
        ..SigningDraft::default()
    }
}

/// A practice connection under the same name to wallace, whose client has a key and the scope for apps.
fn wallace(sandbox: &Sandbox) -> ConnectionDraft {
    let cards = sandbox.accounts();
    let card = cards.iter().find(|card| card.account == "wallace");
    let card = card.expect("wallace");
    let mut of_wallace = draft(&card.client_id, &card.client_secret);
    of_wallace.practice = true;
    let account = ("account".to_owned(), card.account.clone());
    of_wallace.variables.extend([account]);
    of_wallace
}

/// The steps of a replacement of the one connection of the stage.
impl Stage {
    async fn try_begin(
        &self,
        new: NewCredentials,
        reason: RotationReason,
    ) -> Result<ConnectionView, Problem> {
        let begun = self.proofkey.begin_rotation("acme", new, reason, None);
        begun.await.map_err(|rejected| rejected.problem)
    }

    async fn begin(&self, new: NewCredentials) -> ConnectionView {
        let begun = self.try_begin(new, RotationReason::Routine).await;
        begun.expect("begun")
    }

    async fn prove_new(&self) -> Report {
        let report = self.proofkey.prove_incoming("acme", &Unwatched).await;
        report.expect("a report")
    }

    async fn switch(&self) -> ConnectionView {
        self.proofkey.switch("acme").await.expect("switched")
    }

    /// The new ones are current, and the old ones are kept.
    async fn turned(&self, new: NewCredentials) -> ConnectionView {
        self.begin(new).await;
        assert_eq!(self.prove_new().await.verdict, Verdict::Passed);
        self.switch().await
    }

    async fn undo(&self) -> Undone {
        self.proofkey.undo_rotation("acme").await.expect("undone")
    }

    async fn undo_refused(&self) -> Problem {
        let undone = self.proofkey.undo_rotation("acme").await;
        undone.expect_err("refused")
    }

    async fn retire(&self) -> Retirement {
        self.proofkey.retire("acme").await.expect("looked")
    }

    async fn kept(&self) -> Retirement {
        let kept = self.retire().await;
        assert!(!kept.forgotten, "{}", kept.summary);
        kept
    }

    async fn forgotten(&self) -> Retirement {
        let retired = self.retire().await;
        assert!(retired.forgotten, "{}", retired.summary);
        retired
    }

    fn held(&self) -> Vec<String> {
        let names = self.vault.names();
        names.iter().map(ToString::to_string).collect()
    }
}

fn at(view: &ConnectionView, place: GenerationPlace) -> Option<&GenerationView> {
    let rotation = view.rotation.as_ref()?;
    rotation.generations.iter().find(|one| one.place == place)
}

fn steps(view: &ConnectionView) -> Vec<RotationStep> {
    view.rotation
        .as_ref()
        .map_or_else(Vec::new, |rotation| rotation.steps.clone())
}
