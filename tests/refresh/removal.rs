//! Removing withdraws what the provider can withdraw (RFC 7009), then forgets.

use proofkey_core::Code;
use proofkey_core::provider::Grant;
use proofkey_tests::Mood;

use crate::stage::{LATER, Stage};

fn leftovers(stage: &Stage) -> Vec<String> {
    let mut left = Vec::new();
    for folder in ["connections", "renewals", "intents"] {
        let entries = std::fs::read_dir(stage.home.path().join(folder)).expect("listed");
        left.extend(entries.map(|entry| {
            let entry = entry.expect("an entry");
            entry.file_name().to_string_lossy().into_owned()
        }));
    }
    left
}

async fn approved() -> Stage {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    stage.approve("ann").await.expect("kept");
    stage
}

#[tokio::test]
async fn refresh_and_access_token_are_withdrawn_in_that_order_and_nothing_is_left() {
    let stage = approved().await;
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked && removal.notes.is_empty(), "{removal:?}");
    assert_eq!(
        stage.server.tally().revoked,
        ["refresh_token", "access_token"]
    );
    assert!(stage.vault.names().is_empty());
    assert_eq!(leftovers(&stage), Vec::<String>::new());
}

#[tokio::test]
async fn a_busy_server_is_asked_once_more_and_a_broken_one_keeps_nobody_from_removing() {
    let stage = approved().await;
    stage.server.answer_revocations(&[503, 200]);
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked);
    let stage = approved().await;
    stage.server.answer_revocations(&[500, 500]);
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(!removal.revoked);
    assert!(removal.notes[0].contains("may stay valid"), "{removal:?}");
    assert!(stage.vault.names().is_empty());
    assert_eq!(leftovers(&stage), Vec::<String>::new());
}

#[tokio::test]
async fn what_has_ended_is_not_withdrawn_and_a_shut_vault_keeps_everything() {
    let stage = approved().await;
    stage.clock.set(LATER);
    stage.vault.set_mood(Mood::Locked);
    let problem = stage.proofkey.remove(&stage.id).await.expect_err("locked");
    assert_eq!(problem.code, Code::VaultDenied);
    assert!(stage.server.tally().revoked.is_empty());
    stage.vault.set_mood(Mood::Working);
    stage.proofkey.remove(&stage.id).await.expect("removed");
    assert_eq!(stage.server.tally().revoked, ["refresh_token"]);
}
