//! A person approves: every ending of an attempt, with the practice server's record as the judge.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod hostile;
mod issuer;
mod listener;
mod redemption;
mod stage;
mod visitor;

use std::time::Duration;

use proofkey_core::border::{
    AuthorizationEvent, AuthorizationStanding, AuthorizationStep, RefreshOutcome,
};
use proofkey_core::connection::Redirect;
use proofkey_core::error::Code;
use proofkey_core::proofkey::AuthorizeOptions;
use proofkey_core::provider::Grant;
use proofkey_sandbox::Fault;
use proofkey_tests::Mood;
use stage::{Stage, options};
use tokio::net::TcpStream;
use visitor::{Browser, PATIENCE, authority, get, land};

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
            AuthorizationStep::Exchanging,
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
async fn the_address_can_be_pasted_under_the_same_checks() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(options()).await;
    let callback = stage.decide(&attempt, "approve").await;
    let uri = attempt.redirect_uri();
    let foreign = callback.as_str().replace("state=", "state=x");
    let longer_path = callback.as_str().replacen('?', "x?", 1);
    let token = format!("{uri}#access_token=a");
    for wrong in ["", "code", uri.as_str(), &foreign, &longer_path, &token] {
        let problem = attempt.paste(wrong).await.expect_err(wrong);
        assert!(matches!(
            problem.code,
            Code::DraftInvalid | Code::AuthorizationInvalid
        ));
    }
    attempt.paste(callback.as_str()).await.expect("taken");
    attempt.ended().await.expect("approved");
    assert_eq!(stage.sandbox.tally().codes_redeemed, 1);
}

#[tokio::test]
async fn without_a_browser_the_link_is_told_and_still_works() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.attempt(options(), Browser::broken());
    let waiting = waiting(&attempt.diary).await;
    assert_eq!(
        waiting.browser_problem.expect("told").code,
        Code::UserAgentUnavailable
    );
    let url = waiting.url.parse().expect("an address");
    let callback = visitor::decide(&url, &stage.person.email, &stage.person.password, "approve");
    land(&callback.await).await;
    attempt.ended().await.expect("approved");
}

#[tokio::test]
async fn where_only_https_is_taken_the_person_pastes() {
    let uri = "https://oauth.pstmn.io/v1/callback".to_owned();
    let redirect = Redirect::Pasted { uri: uri.clone() };
    let stage = Stage::with_redirect("oceanic", Some(redirect)).await;
    assert_eq!(stage.view().redirect_uris, std::slice::from_ref(&uri));
    let registered = stage.sandbox.set_fault("oceanic", Fault::RedirectStrict);
    registered.expect("known");
    let attempt = stage.begin(options()).await;
    let told = waiting(&attempt.diary).await;
    assert!(told.must_paste);
    assert_eq!(told.redirect_uri, uri);
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
async fn a_second_delivery_is_told_so_and_redeems_nothing() {
    let stage = Stage::set("oceanic").await;
    for _ in 0..5 {
        let attempt = stage.begin(options()).await;
        let callback = stage.decide(&attempt, "approve").await;
        let (first, second) = tokio::join!(get(&callback), get(&callback));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        attempt.ended().await.expect("approved");
    }
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_redeemed, tally.codes_replayed), (5, 0));
}

#[tokio::test]
async fn a_port_can_be_chosen_and_is_free_again_at_once() {
    let stage = Stage::set("oceanic").await;
    let registered = stage.view().redirect_uris;
    for _ in 0..3 {
        let attempt = stage.begin(options()).await;
        // The string that is shown is the string that is sent.
        assert_eq!(
            registered,
            [attempt.parameter("redirect_uri").expect("sent")]
        );
        land(&stage.decide(&attempt, "approve").await).await;
        attempt.ended().await.expect("approved");
    }
    let low = AuthorizeOptions {
        port: Some(80),
        ..options()
    };
    let refused = stage.attempt(low, Browser::broken()).ended().await;
    assert_eq!(refused.expect_err("low").code, Code::DraftInvalid);
    let uri: url::Url = registered[0].parse().expect("an address");
    let taken = tokio::net::TcpListener::bind(authority(&uri)).await;
    let taken = taken.expect("free");
    let refused = stage.attempt(options(), Browser::broken()).ended().await;
    let problem = refused.expect_err("taken");
    assert_eq!(problem.code, Code::ListenerFailed);
    drop(taken);
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

/// What is told when the browser is out.
async fn waiting(diary: &visitor::Diary) -> proofkey_core::border::Waiting {
    let told = async {
        loop {
            let found = diary.events().into_iter().find_map(|event| match event {
                AuthorizationEvent::Waiting(waiting) => Some(waiting),
                _ => None,
            });
            match found {
                Some(waiting) => return waiting,
                None => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("in time")
}
