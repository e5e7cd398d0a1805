//! Undoing: one step, to what works, and never so that credentials are lost.

use proofkey_core::Code;
use proofkey_core::border::{GenerationPlace, RotationStep, Standing};
use proofkey_core::vault::Generation;
use proofkey_sandbox::{EventOrder, Fault, Sandbox};

use super::{at, new_ones, replaced, rotated, steps};
use crate::stage::{Stage, acme};

async fn switched() -> (Stage, Sandbox) {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.turned(replaced(&sandbox)).await;
    (stage, sandbox)
}

#[tokio::test]
async fn undoing_twice_does_not_lose_what_was_in_use() {
    let (stage, _sandbox) = switched().await;
    let in_use = stage.secrets("acme");
    let back = stage.undo().await.connection;
    let waits = at(&back, GenerationPlace::Incoming).expect("it waits");
    assert!(waits.was_current);
    let offered = [
        RotationStep::Switch,
        RotationStep::Prove,
        RotationStep::Forget,
    ];
    assert_eq!(steps(&back), offered);
    let again = stage.undo_refused().await;
    assert_eq!(again.code, Code::DraftInvalid);
    assert!(again.summary.contains("generation 2"), "{}", again.summary);
    assert_eq!(stage.held().len(), 2);
    stage.switch().await;
    assert_eq!(stage.secrets("acme"), in_use);
}

#[tokio::test]
async fn what_was_in_use_goes_only_when_a_person_says_so() {
    let (stage, _sandbox) = switched().await;
    stage.undo().await;
    let forget = stage
        .proofkey
        .forget_without_proof("acme", Some(Generation(2)));
    let forgotten = forget.await.expect("forgotten");
    assert!(forgotten.forgotten, "{}", forgotten.summary);
    assert!(forgotten.connection.rotation.is_none());
    assert_eq!(stage.held(), ["acme.1"]);
}

#[tokio::test]
async fn credentials_that_the_provider_ended_are_not_gone_back_to() {
    let (stage, sandbox) = switched().await;
    let in_use = stage.secrets("acme");
    // Ended there at once, and nobody here was told.
    let order = EventOrder {
        compromised: true,
        ..EventOrder::default()
    };
    rotated("acme", &sandbox, &order);
    let refused = stage.undo_refused().await;
    assert_eq!(refused.code, Code::ExportNotValidated);
    assert!(
        refused.summary.contains("did not pass"),
        "{}",
        refused.summary
    );
    assert_eq!(stage.secrets("acme"), in_use);
}

#[tokio::test]
async fn nobody_goes_back_while_the_provider_does_not_answer() {
    let (stage, sandbox) = switched().await;
    let fault = sandbox.set_fault("acme", Fault::Unavailable);
    fault.expect("known");
    let refused = stage.undo_refused().await;
    assert_eq!(refused.code, Code::ExportNotValidated);
    let view = stage.view("acme");
    assert_eq!((view.generation.0, view.standing), (2, Standing::Proven));
}

#[tokio::test]
async fn an_undo_goes_one_step_back_and_not_past_an_edit() {
    let (stage, sandbox) = switched().await;
    let edit = proofkey_core::connection::ConnectionDraft {
        client_id: None,
        client_secret: None,
        scopes: Vec::new(),
        ..acme(&sandbox)
    };
    let edited = stage.proofkey.change("acme", edit).await;
    let edited = edited.map_err(|rejected| rejected.problem).expect("edited");
    assert_eq!(edited.generation.0, 3);
    assert!(!steps(&edited).contains(&RotationStep::Undo));
    let refused = stage.undo_refused().await;
    assert_eq!(refused.code, Code::DraftInvalid);
    assert!(
        refused.summary.contains("one step back only"),
        "{}",
        refused.summary
    );
}

#[tokio::test]
async fn of_two_replacements_the_last_is_undone() {
    let (stage, sandbox) = switched().await;
    stage
        .turned(new_ones(&rotated("acme", &sandbox, &EventOrder::default())))
        .await;
    assert_eq!(stage.held().len(), 3);
    let back = stage.undo().await.connection;
    assert_eq!(back.generation.0, 2);
    assert_eq!(stage.undo_refused().await.code, Code::DraftInvalid);
    assert_eq!(stage.held().len(), 3);
}
