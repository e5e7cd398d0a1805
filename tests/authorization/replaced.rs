//! The credentials of a client that a person approved are replaced, and nobody has to approve again. The
//! practice server's record says who signed in, and with what each token was asked for.

use jiff::SignedDuration;
use proofkey_core::Secret;
use proofkey_core::border::{AuthorizationStanding, Standing};
use proofkey_core::check::Verdict;
use proofkey_core::connection::{NewCredentials, RotationReason};
use proofkey_core::error::Code;
use proofkey_core::ports::Unwatched;
use proofkey_sandbox::{EventKind, EventOrder};
use serde_json::Value;

use crate::stage::Stage;

const ACCOUNT: &str = "oceanic";

/// What Talkdesk sends when it replaces the client's secret, or all of its credentials.
fn replaced(stage: &Stage, same_client_id: bool) -> NewCredentials {
    let order = EventOrder {
        kind: EventKind::CredentialsRotated,
        account: ACCOUNT.to_owned(),
        same_client_id,
        ..EventOrder::default()
    };
    let event = stage.sandbox.emit(&order).expect("an event");
    let event: Value = serde_json::from_str(&event.body).expect("JSON");
    let text = |name: &str| event["data"][name].as_str().expect("a text").to_owned();
    NewCredentials {
        client_id: Some(Secret::new(text("client_id"))),
        client_secret: Some(Secret::new(text("client_secret"))),
        ..NewCredentials::default()
    }
}

/// A token that the server was asked for just now, with the refresh token that is kept.
async fn refreshed(stage: &Stage) {
    let before = stage.sandbox.tally().refreshes;
    // Longer than any token lives.
    let token = stage.proofkey.access_token(&stage.id, 86_400).await;
    assert!(!token.expect("a token").cached);
    assert_eq!(stage.sandbox.tally().refreshes, before + 1);
}

fn standing(stage: &Stage) -> Standing {
    let page = stage.proofkey.page(&stage.id).expect("a page");
    page.connection.standing
}

#[tokio::test]
async fn an_approval_goes_through_a_replacement_of_the_clients_secret() {
    let stage = Stage::set(ACCOUNT).await;
    let id = stage.id.as_str();
    let consent = stage.walk("approve").await.1.expect("approved");
    let proof = stage.proofkey.validate(id, &Unwatched).await;
    assert_eq!(proof.expect("a report").verdict, Verdict::Passed);
    refreshed(&stage).await;

    let new = replaced(&stage, true);
    let begun = stage
        .proofkey
        .begin_rotation(id, new, RotationReason::Routine, None);
    begun.await.map_err(|it| it.problem).expect("begun");
    assert_eq!(standing(&stage), Standing::Proven);
    refreshed(&stage).await;
    let report = stage.proofkey.prove_incoming(id, &Unwatched).await;
    let report = report.expect("a report");
    assert_eq!(
        report.verdict,
        Verdict::Passed,
        "{:?}",
        report.first_failure()
    );
    let spent = stage.sandbox.tally().refreshes;
    stage.proofkey.switch(id).await.expect("switched");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(
        stage.view().consent.as_ref(),
        Some(&consent),
        "the same one"
    );
    assert_eq!(
        stage.sandbox.tally().refreshes,
        spent,
        "a switch asks nobody"
    );
    refreshed(&stage).await;

    // The approval is not left behind on a way back, and not spent twice.
    stage.proofkey.undo_rotation(id).await.expect("undone");
    refreshed(&stage).await;
    stage
        .proofkey
        .prove_incoming(id, &Unwatched)
        .await
        .expect("a report");
    stage.proofkey.switch(id).await.expect("switched again");

    stage.sandbox.advance(SignedDuration::from_hours(8 * 24));
    let retired = stage.proofkey.retire(id).await.expect("looked");
    assert!(retired.forgotten, "{}", retired.summary);
    refreshed(&stage).await;
    let proof = stage.proofkey.validate(id, &Unwatched).await;
    assert_eq!(proof.expect("a report").verdict, Verdict::Passed);
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_issued, tally.denied), (1, 0), "one approval");
    assert_eq!(
        (tally.refresh_tokens_reused, tally.families_revoked),
        (0, 0)
    );
    assert_eq!(stage.vault.names().len(), 1);
}

/// A refresh token belongs to the client that it was issued to (RFC 6749 §6).
#[tokio::test]
async fn another_client_is_refused_before_anything_is_written_or_asked() {
    let stage = Stage::set(ACCOUNT).await;
    let id = stage.id.as_str();
    stage.walk("approve").await.1.expect("approved");
    let new = replaced(&stage, false);
    let asked = stage.sandbox.records().len();
    let begun = stage
        .proofkey
        .begin_rotation(id, new, RotationReason::Routine, None);
    let problem = begun.await.map_err(|it| it.problem).expect_err("another");
    assert_eq!(problem.code, Code::AuthorizationRequired);
    assert_eq!(problem.field.as_deref(), Some("client_id"));
    assert_eq!(stage.vault.names().len(), 1);
    assert_eq!(stage.sandbox.records().len(), asked);
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    refreshed(&stage).await;
}

#[tokio::test]
async fn a_wrong_secret_is_found_before_the_approval_is_carried_over() {
    let stage = Stage::set(ACCOUNT).await;
    let id = stage.id.as_str();
    stage.walk("approve").await.1.expect("approved");
    let wrong = NewCredentials {
        client_secret: Some(Secret::new("Zq1xW8sQ0pLr6TzN1mXc7bJd5hGf2aEu".to_owned())),
        ..NewCredentials::default()
    };
    let begun = stage
        .proofkey
        .begin_rotation(id, wrong, RotationReason::Routine, None);
    begun.await.map_err(|it| it.problem).expect("begun");
    let report = stage.proofkey.prove_incoming(id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Failed);
    let refused = stage.proofkey.switch(id).await.expect_err("not proven");
    assert_eq!(refused.code, Code::ExportNotValidated);
    refreshed(&stage).await;
    assert_eq!(stage.sandbox.tally().families_revoked, 0);
}
