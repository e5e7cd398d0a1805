//! The proof of an approved connection.

use proofkey_core::check::{CheckId, CheckStatus, RemedyAction, Verdict};
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::Grant;
use proofkey_tests::{Conduct, approval};

use crate::stage::{START, Stage};

#[tokio::test]
async fn a_proof_is_one_refresh_and_says_so() {
    let stage = Stage::expired().await;
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let token = report.check(CheckId::Token).expect("checked");
    assert_eq!(token.status, CheckStatus::Passed);
    assert_eq!(token.evidence["grant"], "refresh_token");
    assert_eq!(token.evidence["rotated"], "yes");
    assert_eq!(token.standard.as_deref(), Some("RFC 6749 §6"));
    assert_eq!(stage.refresh_token(), "refresh-0-1-kept-secret");
    assert_eq!(
        stage.token().await.expect("the token of the proof"),
        "access-0-2"
    );
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.granted), (1, 0));
}

#[tokio::test]
async fn without_a_refresh_token_the_proof_warns_while_the_token_lives_and_fails_after() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let (access, _) = stage.server.approve();
    let reply = approval((access, String::new()));
    stage.approve_with("ann", reply).await.expect("kept");
    let prove = || stage.proofkey.validate(&stage.id, &Unwatched);
    let report = prove().await.expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let token = report.check(CheckId::Token).expect("checked");
    assert_eq!(token.status, CheckStatus::Warning);
    stage.clock.set(START + 600);
    let report = prove().await.expect("a report");
    let token = report.check(CheckId::Token).expect("checked");
    assert_eq!(token.status, CheckStatus::Failed);
    assert_eq!(token.causes[0].action, Some(RemedyAction::Authorize));
    assert_eq!(stage.server.tally().token_requests, 0);
}

#[tokio::test]
async fn a_proof_of_what_nobody_approved_or_no_longer_holds_offers_to_authorize() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let offers = async || {
        let report = stage
            .proofkey
            .validate(&stage.id, &Unwatched)
            .await
            .expect("a report");
        let token = report.first_failure().expect("failed").clone();
        assert_eq!(token.id, CheckId::Token);
        assert_eq!(token.causes[0].action, Some(RemedyAction::Authorize));
        token.evidence["state"].clone()
    };
    assert_eq!(offers().await, "not_approved");
    stage.approve("ann").await.expect("kept");
    stage.server.behave(|_| Conduct::Refuse("invalid_grant"));
    assert_eq!(offers().await, "refused");
    stage.approve("ann").await.expect("kept");
    stage.server.behave(|_| Conduct::Refuse("invalid_client"));
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    let token = report.first_failure().expect("failed");
    assert_eq!(token.evidence["error"], "invalid_client");
    assert_eq!(token.standard.as_deref(), Some("RFC 6749 §6"));
}

#[tokio::test]
async fn a_token_that_the_api_refuses_is_refreshed_once_and_tried_once_more() {
    let stage = Stage::expired().await;
    stage.server.refuse_api(1);
    let prove = || stage.proofkey.validate(&stage.id, &Unwatched);
    let report = prove().await.expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let tally = stage.server.tally();
    assert_eq!((tally.refreshes, tally.api_requests), (2, 2));
    // What is handed out afterwards is the token that the API took.
    assert_eq!(stage.token().await.expect("kept"), "access-0-3");

    stage.server.refuse_api(usize::MAX);
    let report = prove().await.expect("a report");
    let api = report.check(CheckId::Api).expect("checked");
    assert_eq!(api.status, CheckStatus::Failed, "{api:#?}");
    let tally = stage.server.tally();
    assert_eq!(
        (tally.refreshes, tally.api_requests, tally.reuses),
        (4, 4, 0)
    );
}

#[tokio::test]
async fn what_the_provider_file_knows_of_a_refusal_is_said_first_wherever_it_is_met() {
    let stage = Stage::expired().await;
    let refuse = || stage.server.behave(|_| Conduct::Refuse("account_disabled"));
    refuse();
    let problem = stage.token().await.expect_err("refused");
    assert!(
        problem
            .summary
            .ends_with("The account of the client was switched off."),
        "{problem}"
    );
    assert_eq!(problem.remedy, "Have it switched on again.");
    refuse();
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    let report = report.expect("a report");
    let check = report.check(CheckId::Token).expect("it");
    assert_eq!(
        check.causes[0].summary,
        "The account of the client was switched off."
    );
    assert_eq!(check.remedy.as_deref(), Some("Have it switched on again."));
}
