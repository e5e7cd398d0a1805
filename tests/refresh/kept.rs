//! What an approval and a refresh leave in the vault and beside the connection.

use std::sync::Arc;

use proofkey_core::Code;
use proofkey_core::border::{AuthorizationStanding, Standing};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::Grant;
use proofkey_tests::{Conduct, Mood, approval, rotating_draft};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::stage::{LATER, START, Stage};

#[tokio::test]
async fn nobody_has_approved_until_somebody_has() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    assert_eq!(stage.standing(), AuthorizationStanding::Required);
    let problem = stage.token().await.expect_err("none");
    assert_eq!(problem.code, Code::AuthorizationRequired);
    assert!(
        problem.remedy.contains("proofkey authorize rotating"),
        "{problem:?}"
    );
    stage.approve("ann").await.expect("kept");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(
        stage.token().await.expect("the one of the approval"),
        "access-0-1"
    );
    assert_eq!(stage.secrets().kept["sid"].expose(), "session");
    assert_eq!(stage.server.tally().token_requests, 0);
}

#[tokio::test]
async fn each_refresh_keeps_the_new_refresh_token_and_one_without_keeps_the_old() {
    let stage = Stage::expired().await;
    stage.server.behave(|number| {
        if number % 2 == 0 {
            Conduct::Rotate
        } else {
            Conduct::Keep
        }
    });
    for round in 0..6_i64 {
        stage.clock.set(LATER + round * 1_000);
        let token = stage.token().await.expect("a token");
        assert_eq!(token, format!("access-0-{}", round + 2));
        assert_eq!(stage.token().await.expect("the same"), token);
    }
    assert_eq!(stage.refresh_token(), "refresh-0-3-kept-secret");
    let tally = stage.server.tally();
    assert_eq!((tally.refreshes, tally.reuses), (6, 0));
    assert_eq!(stage.secrets().kept["sid"].expose(), "session");
    assert_eq!(
        stage.secrets().cached_token.expect("kept").scopes,
        Some(vec!["read".to_owned()])
    );
}

#[tokio::test]
async fn a_clock_that_jumps_by_ten_years_costs_one_refresh_each_way() {
    const YEARS: i64 = 10 * 365 * 86_400;
    let stage = Stage::expired().await;
    for now in [START + YEARS, START - YEARS, START] {
        stage.clock.set(now);
        let token = stage.token().await.expect("a token");
        assert_eq!(stage.token().await.expect("the same"), token);
    }
    let tally = stage.server.tally();
    assert_eq!((tally.refreshes, tally.reuses), (3, 0));
}

#[tokio::test]
async fn an_approval_that_the_vault_does_not_take_waits_and_needs_no_second_sign_in() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    stage.vault.set_mood(Mood::Locked);
    let problem = stage.approve("ann").await.expect_err("locked");
    assert_eq!(problem.code, Code::VaultDenied);
    assert!(problem.remedy.contains("waits in memory"), "{problem:?}");
    let view = stage.proofkey.page(&stage.id).expect("a page").connection;
    assert!(view.authorization.expect("shown").unsaved);
    assert!(stage.proofkey.retry_keeping(&stage.id).await.is_err());
    stage.vault.set_mood(Mood::Working);
    let consent = stage.proofkey.retry_keeping(&stage.id).await.expect("kept");
    assert_eq!(consent.person.expect("known").subject, "ann");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    let again = stage.proofkey.retry_keeping(&stage.id).await;
    assert_eq!(
        again.expect_err("nothing waits").code,
        Code::AuthorizationRequired
    );
}

#[tokio::test]
async fn another_approval_makes_the_proof_stale_and_replaces_everything() {
    let stage = Stage::expired().await;
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    report.expect("a report");
    let standing = || {
        stage
            .proofkey
            .page(&stage.id)
            .expect("a page")
            .connection
            .standing
    };
    assert_eq!(standing(), Standing::Proven);
    let mut reply = approval(stage.server.approve());
    reply.other.clear();
    stage.approve_with("bob", reply).await.expect("kept");
    assert_eq!(standing(), Standing::Stale);
    assert_eq!(stage.refresh_token(), "refresh-1-0-kept-secret");
    assert!(stage.secrets().kept.is_empty());
    assert_eq!(stage.vault.names(), [stage.name()]);
}

#[tokio::test]
async fn what_was_approved_falls_with_the_scopes_and_stays_with_a_new_secret() {
    let stage = Stage::expired().await;
    let draft = || ConnectionDraft {
        client_id: None,
        client_secret: None,
        ..rotating_draft(Grant::AuthorizationCode)
    };
    let mut renewed = draft();
    renewed.client_secret = Some("another-secret".to_owned().into());
    let changed = stage.proofkey.change(&stage.id, renewed).await;
    changed
        .map_err(|rejected| rejected.problem)
        .expect("changed");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(stage.refresh_token(), "refresh-0-0-kept-secret");
    let mut wider = draft();
    wider.scopes.push("write".to_owned());
    let changed = stage.proofkey.change(&stage.id, wider).await;
    changed
        .map_err(|rejected| rejected.problem)
        .expect("changed");
    assert_eq!(stage.standing(), AuthorizationStanding::Required);
    assert!(stage.secrets().refresh_token.is_none());
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
}

#[tokio::test]
async fn no_file_holds_a_token_and_each_is_for_its_owner_alone() {
    let stage = Stage::expired().await;
    stage.server.behave(|_| Conduct::LoseAnswer);
    assert!(stage.token().await.is_err());
    let mut files = Vec::new();
    for folder in ["connections", "renewals"] {
        let entries = std::fs::read_dir(stage.home.path().join(folder)).expect("listed");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    assert_eq!(files.len(), 4, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(
            !text.contains("kept-secret") && !text.contains("access-"),
            "{text}"
        );
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&path.metadata().expect("there"));
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_caller_that_stops_waiting_costs_no_refresh_token() {
    let stage = Stage::expired().await;
    let asked = Arc::new(Notify::new());
    let asking = Arc::clone(&asked);
    stage.server.behave(move |_| {
        asking.notify_one();
        Conduct::Rotate
    });
    tokio::select! {
        biased;
        () = asked.notified() => {}
        _ = stage.token() => panic!("the server had not been asked"),
    }
    // The refresh went on without its caller; whoever comes next takes what it brought.
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (1, 0));
}

#[tokio::test]
async fn forty_callers_in_one_process_cause_one_refresh() {
    let stage = Arc::new(Stage::expired().await);
    let mut callers = JoinSet::new();
    for _ in 0..40 {
        let stage = Arc::clone(&stage);
        callers.spawn(async move { stage.token().await });
    }
    for token in callers.join_all().await {
        assert_eq!(token.expect("a token"), "access-0-2");
    }
    assert_eq!(stage.server.tally().refreshes, 1);
}
