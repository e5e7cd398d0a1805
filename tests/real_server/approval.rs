//! A person approves on the server's own pages, and the connection lives on from refresh to refresh
//! until it is removed. The server's record says what happened.

use proofkey_core::Code;
use proofkey_core::border::{AuthorizationStanding, RefreshOutcome};
use proofkey_core::check::Verdict;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::{PushedRequests, ResponseIssuer};
use proofkey_tests::Wish;
use serde_json::json;

use crate::stage::{CLIENT, NAME, Stage};

/// What the page says to a person whose approval has brought tokens.
const CONNECTED: &str = "Your approval has arrived";

/// The command line's own.
const MIN_TTL: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_lives_from_the_issuer_alone_to_its_revocation() {
    let options = json!({ "access_token_seconds": 2, "pushed_requests": "required" });
    let Some(mut stage) = Stage::set(options).await else {
        return;
    };
    let provider = stage.proofkey.provider("real").unwrap();
    let rules = provider.authorization_code.as_ref().unwrap();
    assert_eq!(rules.pushed_requests, PushedRequests::Required);
    assert_eq!(rules.response_issuer, ResponseIssuer::Sent);

    let (consent, page) = stage.authorize(Wish::Approve("ada"), false).await;
    let consent = consent.unwrap();
    assert!(page.contains(CONNECTED), "{page}");
    let person = consent.person.unwrap();
    assert_eq!(person.issuer, Some(stage.server.issuer()));
    assert_eq!(person.subject, "ada");
    assert_eq!(person.name.as_deref(), Some("Ada"));
    assert_eq!(person.email.as_deref(), Some("ada@example.com"));
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    assert_eq!(stage.server.requests("/request", 201), 1);
    assert_eq!(stage.server.count("refresh_token.consumed"), 1);

    let report = stage.proofkey.validate(NAME, &Unwatched).await.unwrap();
    assert_eq!(report.verdict, Verdict::Passed, "{report:?}");

    let before = stage.proofkey.access_token(NAME, 0).await.unwrap();
    let spent = stage.refresh_token();
    stage.outlive(before.access_token.expose()).await;
    let after = stage.proofkey.access_token(NAME, MIN_TTL).await.unwrap();
    assert!(!after.cached);
    let status = stage.server.status_for("/me", after.access_token.expose());
    assert_eq!(status, 200);
    let last = stage.refresh_token();
    assert_ne!(last, spent, "the server rotates");
    assert_eq!(stage.server.count("grant.revoked"), 0, "nothing was reused");

    let removal = stage.proofkey.remove(NAME).await.unwrap();
    assert!(removal.revoked, "{removal:?}");
    assert!(stage.server.requests("/token/revocation", 200) >= 1);
    assert_eq!(stage.server.status_of_refresh(CLIENT, &last), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cancels_is_believed_and_may_come_again() {
    let Some(mut stage) = Stage::set(json!({})).await else {
        return;
    };
    let (refused, page) = stage.authorize(Wish::Cancel, false).await;
    let problem = refused.unwrap_err();
    assert_eq!(problem.code, Code::AuthorizationDenied);
    let quoted = problem.quoted.unwrap();
    assert_eq!(quoted.error.as_deref(), Some("access_denied"));
    assert!(!page.contains(CONNECTED), "{page}");
    let view = stage.proofkey.page(NAME).unwrap().connection;
    let authorization = view.authorization.unwrap();
    assert_eq!(authorization.standing, AuthorizationStanding::Required);
    let failure = authorization.failure.unwrap();
    assert_eq!(failure.problem.code, Code::AuthorizationDenied);
    assert_eq!(stage.server.requests("/token", 200), 0);

    let (consent, _) = stage.authorize(Wish::Approve("ada"), false).await;
    consent.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_is_named_and_refused_until_that_is_wanted() {
    let Some(stage) = Stage::set(json!({ "pushed_requests": "none" })).await else {
        return;
    };
    stage
        .authorize(Wish::Approve("ada"), false)
        .await
        .0
        .unwrap();
    let kept = stage.refresh_token();

    let (refused, page) = stage.authorize(Wish::Approve("grace"), false).await;
    let problem = refused.unwrap_err();
    assert_eq!(problem.code, Code::WrongAccount);
    assert!(problem.summary.contains("Grace"), "{problem}");
    assert!(!page.contains(CONNECTED), "{page}");
    assert_eq!(
        stage.refresh_token(),
        kept,
        "the first approval is untouched"
    );
    stage.proofkey.access_token(NAME, 3600).await.unwrap();

    let (consent, _) = stage.authorize(Wish::Approve("grace"), true).await;
    assert_eq!(consent.unwrap().person.unwrap().subject, "grace");
}
