//! A person approves: every ending of an attempt, with the practice server's record as the judge.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod departing;
mod hostile;
mod issuer;
mod listener;
mod redemption;
mod replaced;
mod shared_secret;
mod stage;
mod visitor;
mod ways;

use std::time::Duration;

use proofkey_core::border::{
    AuthorizationEvent, AuthorizationStanding, AuthorizationStep, RefreshOutcome,
};
use proofkey_core::error::Code;
use proofkey_core::proofkey::{AuthorizeOptions, PracticeNetwork};
use proofkey_core::provider::Grant;
use proofkey_tests::Mood;
use stage::{Stage, options};
use tokio::net::TcpStream;
use visitor::{Browser, authority, land};

#[tokio::test]
async fn an_approval_brings_tokens_a_receipt_and_a_page_that_tells_the_truth() {
    let stage = Stage::set("oceanic").await;
    assert_eq!(stage.standing(), AuthorizationStanding::Required);
    let (shown, ended) = stage.walk("approve").await;
    let consent = ended.expect("approved");
    assert!(
        shown.body.contains("Your approval has arrived"),
        "{}",
        shown.body
    );
    let person = consent.person.as_ref().expect("somebody");
    assert_eq!(person.email.as_deref(), Some(stage.person.email.as_str()));
    assert_eq!(consent.account.as_deref(), Some("oceanic"));
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    let view = stage.view();
    assert_eq!(view.standing, AuthorizationStanding::Authorized);
    assert_eq!((view.consent, view.failure), (Some(consent), None));
    let document = stage.document();
    assert!(document.refresh_token.is_some() && document.id_token.is_some());
    assert!(document.kept.contains_key("sid"));
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_redeemed, tally.codes_replayed), (1, 0));
    assert_eq!((tally.refreshes, tally.refresh_tokens_reused), (1, 0));
}

#[tokio::test]
async fn the_steps_are_told_in_their_order_with_the_address_and_its_end() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(options()).await;
    let diary = std::sync::Arc::clone(&attempt.diary);
    let url = attempt.url.to_string();
    land(&stage.decide(&attempt, "approve").await).await;
    attempt.ended().await.expect("approved");
    let mut steps = Vec::new();
    for event in diary.events() {
        match event {
            AuthorizationEvent::Step { step } => steps.push(step),
            AuthorizationEvent::Waiting(waiting) => {
                assert_eq!(waiting.url, url);
                assert_eq!(waiting.browser.as_deref(), Some("Stub"));
                assert!(!waiting.must_paste && waiting.browser_problem.is_none());
                let patience = waiting
                    .expires_at
                    .duration_since(jiff::Timestamp::UNIX_EPOCH);
                assert!(patience.as_secs() > 0);
            }
            AuthorizationEvent::Notice { text } => panic!("{text}"),
        }
    }
    let expected = [
        AuthorizationStep::Preparing,
        AuthorizationStep::Waiting,
        AuthorizationStep::Exchanging,
        AuthorizationStep::Verifying,
        AuthorizationStep::Keeping,
        AuthorizationStep::Refreshing,
    ];
    assert_eq!(steps, expected);
}

#[tokio::test]
async fn the_listener_is_closed_after_every_ending() {
    let gone = async |uri: &url::Url| {
        let refused = TcpStream::connect(authority(uri)).await.err();
        assert_eq!(
            refused.map(|error| error.kind()),
            Some(std::io::ErrorKind::ConnectionRefused)
        );
    };
    for (account, decision) in [
        ("oceanic", "approve"),
        ("oceanic", "deny"),
        ("macguffin", "approve"),
    ] {
        let stage = Stage::set(account).await;
        let attempt = stage.begin(options()).await;
        let uri = attempt.redirect_uri();
        land(&stage.decide(&attempt, decision).await).await;
        let _ = attempt.ended().await;
        gone(&uri).await;
    }
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(options()).await;
    let uri = attempt.redirect_uri();
    attempt.cancel().await;
    gone(&uri).await;
    let attempt = stage.begin(hasty()).await;
    let uri = attempt.redirect_uri();
    attempt.ended().await.expect_err("nobody came");
    gone(&uri).await;
}

#[tokio::test]
async fn a_denial_is_quoted_kept_and_leads_to_another_try() {
    let stage = Stage::set("oceanic").await;
    let (shown, ended) = stage.walk("deny").await;
    let problem = ended.expect_err("denied");
    assert_eq!(problem.code, Code::AuthorizationDenied);
    let quoted = problem.quoted.as_ref().expect("its words");
    assert_eq!(quoted.error.as_deref(), Some("access_denied"));
    assert!(shown.body.contains("It was not approved"), "{}", shown.body);
    let failure = stage.view().failure.expect("recorded");
    assert_eq!(failure.problem, problem);
    assert_eq!(stage.standing(), AuthorizationStanding::Required);
    let (_, ended) = stage.walk("approve").await;
    ended.expect("approved");
    assert_eq!(stage.view().failure, None);
}

#[tokio::test]
async fn a_failed_attempt_leaves_an_earlier_approval_alone() {
    let stage = Stage::set("oceanic").await;
    stage.walk("approve").await.1.expect("approved");
    let before = stage.view().consent;
    stage.walk("deny").await.1.expect_err("denied");
    let after = stage.view();
    assert_eq!(
        (after.standing, after.consent),
        (AuthorizationStanding::Authorized, before)
    );
    assert!(after.failure.is_some());
    let token = stage.proofkey.access_token(&stage.id, 30).await;
    assert!(token.expect("a token").cached);
}

#[tokio::test]
async fn each_lesson_ends_with_its_own_verdict_and_page() {
    for (account, code, step, codes_redeemed) in [
        (
            "rekall",
            Code::AuthorizationDenied,
            AuthorizationStep::Waiting,
            0,
        ),
        (
            "massive",
            Code::WrongAccount,
            AuthorizationStep::Verifying,
            1,
        ),
        (
            "gringotts",
            Code::AuthorizationInvalid,
            AuthorizationStep::Verifying,
            1,
        ),
        (
            "macguffin",
            Code::TokenRefused,
            AuthorizationStep::Exchanging,
            1,
        ),
    ] {
        let stage = Stage::set(account).await;
        let (shown, ended) = stage.walk("approve").await;
        let problem = ended.expect_err(account);
        assert_eq!(problem.code, code, "{account}: {problem:?}");
        assert!(
            !shown.body.contains("Your approval has arrived"),
            "{account}"
        );
        assert_eq!(
            stage.view().failure.expect("recorded").step,
            step,
            "{account}"
        );
        assert_eq!(
            stage.sandbox.tally().codes_redeemed,
            codes_redeemed,
            "{account}"
        );
        assert!(stage.document().refresh_token.is_none(), "{account}");
        assert_eq!(stage.standing(), AuthorizationStanding::Required);
    }
}

#[tokio::test]
async fn a_missing_or_useless_refresh_token_is_known_at_once() {
    let stage = Stage::set("virtucon").await;
    let consent = stage.walk("approve").await.1.expect("approved");
    assert!(matches!(consent.refresh, RefreshOutcome::NotIssued { .. }));
    let stage = Stage::set("prestige").await;
    let consent = stage.walk("approve").await.1.expect("approved");
    assert!(matches!(consent.refresh, RefreshOutcome::Failed { .. }));
    assert_eq!(stage.view().consent, Some(consent));
}

#[tokio::test]
async fn nobody_who_comes_back_is_a_verdict_of_its_own() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(hasty()).await;
    let problem = attempt.ended().await.expect_err("nobody came");
    assert_eq!(problem.code, Code::AuthorizationTimedOut);
    assert_eq!(
        stage.view().failure.expect("recorded").step,
        AuthorizationStep::Waiting
    );
    assert_eq!(stage.sandbox.tally().codes_issued, 0);
}

#[tokio::test]
async fn another_person_is_named_and_refused_until_they_are_accepted() {
    let mut stage = Stage::set("oceanic").await;
    stage.walk("approve").await.1.expect("approved");
    let first = stage.view().consent;
    stage.person.email = stage.person.email.replace("ada", "grace");
    stage.person.password = "practice-grace".to_owned();
    let problem = stage.walk("approve").await.1.expect_err("another person");
    assert_eq!(problem.code, Code::WrongAccount);
    for name in ["Ada Lovelace", "Grace Hopper"] {
        assert!(problem.summary.contains(name), "{}", problem.summary);
    }
    assert_eq!(stage.view().consent, first);
    let accepting = AuthorizeOptions {
        accept_person: true,
        ..options()
    };
    let attempt = stage.begin(accepting).await;
    land(&stage.decide(&attempt, "approve").await).await;
    let consent = attempt.ended().await.expect("accepted");
    let person = consent.person.expect("somebody");
    assert_eq!(person.name.as_deref(), Some("Grace Hopper"));
}

/// Somebody unnamed may be anybody.
#[tokio::test]
async fn an_approval_by_nobody_named_does_not_take_the_place_of_a_persons() {
    let stage = Stage::with_scopes("oceanic", &["account:read", "refresh_token"]).await;
    let consent = stage.walk("approve").await.1.expect("approved");
    assert_eq!(consent.person, None);
    stage.edit_record(|record| {
        record["consent"]["person"] =
            serde_json::json!({"issuer": null, "subject": "ada", "name": "Ada", "email": null});
    });
    let problem = stage.walk("approve").await.1.expect_err("nobody");
    assert_eq!(problem.code, Code::WrongAccount);
    assert!(problem.summary.contains("Ada"), "{}", problem.summary);
    let kept = stage.view().consent.and_then(|consent| consent.person);
    assert_eq!(kept.and_then(|person| person.name).as_deref(), Some("Ada"));
    let accepting = AuthorizeOptions {
        accept_person: true,
        ..options()
    };
    let attempt = stage.begin(accepting).await;
    land(&stage.decide(&attempt, "approve").await).await;
    attempt.ended().await.expect("accepted");
}

/// The address bears the name of the real provider.
#[tokio::test]
async fn practice_without_a_door_sends_nobody_to_the_real_provider() {
    let stage = Stage::set("oceanic").await;
    stage.proofkey.set_practice(Some(PracticeNetwork {
        connect_to: Vec::new(),
        roots: Vec::new(),
    }));
    let (browser, mut opened) = Browser::new();
    let problem = stage.attempt(options(), browser).ended().await;
    assert_eq!(problem.expect_err("no door").code, Code::ServerUnreachable);
    assert_eq!(opened.recv().await, None);
}

#[tokio::test]
async fn a_locked_vault_loses_nothing_and_nobody_signs_in_again() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(options()).await;
    let callback = stage.decide(&attempt, "approve").await;
    stage.vault.set_mood(Mood::Locked);
    let shown = land(&callback).await;
    let problem = attempt.ended().await.expect_err("locked");
    assert_eq!(problem.code, Code::VaultDenied);
    assert!(
        shown.body.contains("Proofkey has your answer"),
        "{}",
        shown.body
    );
    stage.vault.set_mood(Mood::Working);
    assert!(stage.view().unsaved);
    stage.proofkey.retry_keeping(&stage.id).await.expect("kept");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(stage.sandbox.tally().codes_redeemed, 1);
}

#[tokio::test]
async fn a_connection_that_signs_in_by_itself_is_not_approved() {
    let stage = Stage::set("oceanic").await;
    let redirect = stage
        .proofkey
        .propose_redirect("talkdesk")
        .expect("proposed");
    let other = stage
        .proofkey
        .propose_redirect("talkdesk")
        .expect("proposed");
    assert_ne!(redirect, other);
    assert_eq!(
        stage
            .proofkey
            .propose_redirect("nobody")
            .expect_err("unknown")
            .code,
        Code::NotFound
    );
    let connection = stage.proofkey.find(&stage.id).expect("found");
    assert_eq!(connection.grant, Grant::AuthorizationCode);
    assert!(connection.redirect.is_some());
}

/// Nobody is that quick.
fn hasty() -> AuthorizeOptions {
    AuthorizeOptions {
        timeout: Duration::from_millis(300),
        ..options()
    }
}
