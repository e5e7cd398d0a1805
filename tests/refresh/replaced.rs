//! Credentials of an approved client are replaced: what the server says of the client, whose approval goes
//! where, and what becomes of it when something on the way fails.

use proofkey_core::Code;
use proofkey_core::Secret;
use proofkey_core::border::AuthorizationStanding;
use proofkey_core::check::{CheckId, Report, Verdict};
use proofkey_core::connection::custody::{self, Exchange};
use proofkey_core::connection::{
    GenerationRole, HeldGeneration, Leaving, NewCredentials, RotationReason, Store,
};
use proofkey_core::ports::{Clock, Unwatched};
use proofkey_core::vault::Generation;
use proofkey_tests::Conduct;

use crate::stage::Stage;

/// Ann approved, and a new secret waits.
async fn waiting() -> Stage {
    let stage = Stage::expired().await;
    let new = NewCredentials {
        client_secret: Some(Secret::new("another-client-secret".to_owned())),
        ..NewCredentials::default()
    };
    let begun = stage
        .proofkey
        .begin_rotation(&stage.id, new, RotationReason::Routine, None);
    let begun = begun.await.map(drop).map_err(|rejected| rejected.problem);
    begun.expect("begun");
    stage
}

impl Stage {
    /// From now on the server answers the token requests like this, one after the other.
    fn answers(&self, errors: &'static [&'static str]) {
        let before = self.server.tally().token_requests;
        self.server.behave(move |number| {
            let error = errors.get(number.wrapping_sub(before));
            error.map_or(Conduct::Rotate, |error| Conduct::Refuse(error))
        });
    }

    async fn rehearsed(&self) -> Report {
        let report = self.proofkey.prove_incoming(&self.id, &Unwatched).await;
        report.expect("a report")
    }
}

fn said(report: &Report) -> &str {
    let check = report.check(CheckId::Token);
    &check.expect("the check").summary
}

#[tokio::test]
async fn a_server_that_refuses_wrong_credentials_takes_these() {
    let stage = waiting().await;
    let before = stage.server.tally().token_requests;
    stage.answers(&["invalid_grant", "invalid_client"]);
    let report = stage.rehearsed().await;
    assert_eq!(report.verdict, Verdict::Passed, "{}", said(&report));
    assert_eq!(stage.server.tally().token_requests - before, 2);
}

#[tokio::test]
async fn a_server_that_looks_at_the_token_first_says_nothing_of_the_client() {
    let stage = waiting().await;
    stage.answers(&["invalid_grant", "invalid_grant"]);
    let report = stage.rehearsed().await;
    assert_eq!(report.verdict, Verdict::Failed);
    assert!(said(&report).contains("answers wrong credentials in the same way"));
    let check = report.first_failure().expect("the check");
    let remedy = check.remedy.as_deref().expect("a way on");
    assert!(remedy.contains("by editing the connection"), "{remedy}");
    let switched = stage.proofkey.switch(&stage.id).await;
    assert_eq!(
        switched.expect_err("unproven").code,
        Code::ExportNotValidated
    );
}

#[tokio::test]
async fn wrong_credentials_are_sent_only_where_they_can_tell_something() {
    let stage = waiting().await;
    let before = stage.server.tally().token_requests;
    stage.answers(&["invalid_client"]);
    assert_eq!(stage.rehearsed().await.verdict, Verdict::Failed);
    assert_eq!(stage.server.tally().token_requests - before, 1);
}

#[tokio::test]
async fn a_report_that_cannot_be_written_does_not_part_credentials_from_their_approval() {
    let stage = waiting().await;
    // The proof of the current ones would move to this name, which is taken.
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Passed);
    let config = stage.home.path().join("connections");
    let current = stage.name().generation.0;
    let taken = config.join(format!("{}.generation-{current}.report.json", stage.id));
    std::fs::create_dir_all(taken.join("in-the-way")).expect("a folder");
    stage.answers(&["invalid_grant", "invalid_client"]);
    assert_eq!(stage.rehearsed().await.verdict, Verdict::Passed);
    stage.proofkey.switch(&stage.id).await.expect("switched");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    stage.token().await.expect("the approval went along");
    assert_eq!(stage.server.tally().reuses, 0);
}

#[tokio::test]
async fn an_approval_does_not_go_to_another_client() {
    let stage = Stage::expired().await;
    let store = Store::open(stage.home.path()).expect("store");
    let connection = stage.proofkey.find(&stage.id).expect("there");
    let mut other = stage.secrets();
    other.forget_approval();
    other.client_id = Secret::new("another-client".to_owned());
    let now = stage.clock.now();
    let waits = HeldGeneration {
        generation: Generation::FIRST,
        role: GenerationRole::Incoming,
        reason: RotationReason::Routine,
        signing: None,
        since: now,
        ends_at: None,
        replaced_by: None,
    };
    let vault = stage.vault.as_ref();
    let held = custody::hold_generation(&store, vault, &connection, waits, &other).expect("held");
    let exchange = Exchange {
        generation: held.generations[0].generation,
        left: Leaving {
            role: GenerationRole::Outgoing,
            reason: RotationReason::Routine,
            since: now,
            ends_at: None,
        },
        moves_approval: true,
    };
    let before = stage.refresh_token();
    let refused = custody::exchange_generations(&store, vault, &held, &exchange);
    let refused = refused.expect_err("another client");
    assert_eq!(refused.code, Code::AuthorizationRequired);
    assert_eq!(stage.refresh_token(), before);
    let moved = custody::read_document(vault, &held.with_generation(&held.generations[0]));
    assert!(moved.expect("there").refresh_token.is_none());
}
