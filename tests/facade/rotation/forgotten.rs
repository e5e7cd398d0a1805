//! What is forgotten is gone, and nothing is called forgotten before.

use jiff::SignedDuration;
use proofkey_core::Code;
use proofkey_core::border::RotationStep;
use proofkey_core::vault::Generation;
use proofkey_sandbox::Fault;
use proofkey_tests::Mood;

use super::{WRONG, replaced, steps, typed};
use crate::stage::Stage;

#[tokio::test]
async fn nothing_is_called_forgotten_while_the_vault_has_it() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.turned(replaced(&sandbox)).await;
    sandbox.advance(SignedDuration::from_hours(8 * 24));
    stage.vault.set_mood(Mood::Clings);
    let kept = stage.kept().await;
    assert!(!kept.summary.contains("forgotten"), "{}", kept.summary);
    let remedy = kept.remedy.expect("what happens next");
    assert!(remedy.contains("still in the vault"), "{remedy}");
    assert_eq!(stage.held().len(), 2);
    // The next look at the vault finishes it.
    stage.vault.set_mood(Mood::Working);
    assert_eq!(stage.proofkey.vault_status().await.reconciled.len(), 1);
    assert_eq!(stage.held(), ["acme.2"]);
}

#[tokio::test]
async fn new_ones_that_are_dropped_and_a_removal_say_what_stays_in_the_vault() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.begin(typed(WRONG)).await;
    stage.vault.set_mood(Mood::Clings);
    let undone = stage.undo().await;
    assert!(undone.connection.rotation.is_none());
    assert!(undone.notes[0].contains("still in the vault"));
    let removal = stage.proofkey.remove("acme").await.expect("removed");
    assert!(removal.notes[0].contains("still in the vault"));
    stage.vault.set_mood(Mood::Working);
    stage.proofkey.vault_status().await;
    assert!(stage.held().is_empty());
}

#[tokio::test]
async fn a_provider_that_tells_nothing_keeps_nobody_from_forgetting() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let switched = stage.turned(replaced(&sandbox)).await;
    assert!(steps(&switched).contains(&RotationStep::Forget));
    let fault = sandbox.set_fault("acme", Fault::Unavailable);
    fault.expect("known");
    let kept = stage.kept().await;
    let remedy = kept.remedy.expect("a way out");
    assert!(remedy.contains("without a check"), "{remedy}");
    let forgotten = stage.proofkey.forget_without_proof("acme", None).await;
    let forgotten = forgotten.expect("forgotten");
    assert!(forgotten.forgotten);
    assert_eq!(
        forgotten.summary,
        "The credentials of generation 1 were forgotten. Talkdesk was not asked and may still take them, so \
         end them there if that was not done."
    );
    assert_eq!(stage.held(), ["acme.2"]);
}

#[tokio::test]
async fn which_one_to_forget_is_said_where_several_are_held() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let forget = |generation: Option<u32>| {
        stage
            .proofkey
            .forget_without_proof("acme", generation.map(Generation))
    };
    let none = forget(None).await.expect_err("nothing is held");
    assert_eq!(none.code, Code::NotFound);
    stage.turned(replaced(&sandbox)).await;
    stage.begin(typed(WRONG)).await;
    let which = forget(None).await.expect_err("two are held");
    assert_eq!(which.code, Code::DraftInvalid);
    assert!(which.summary.contains("1 and 3"), "{}", which.summary);
    for absent in [2, 9] {
        let refused = forget(Some(absent)).await.expect_err("not held");
        assert_eq!(refused.code, Code::NotFound);
    }
    assert!(forget(Some(1)).await.expect("forgotten").forgotten);
    assert_eq!(stage.held(), ["acme.2", "acme.3"]);
}
