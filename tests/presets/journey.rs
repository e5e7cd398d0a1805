//! The whole way of one customer, by grant.

use proofkey_core::border::{ConnectionView, RefreshOutcome};
use proofkey_core::check::{Check, CheckId, CheckStatus, Report, Verdict};
use proofkey_core::error::Code;
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::provider::RefreshPolicy;
use proofkey_tests::Customer;

use crate::record::{Judge, presented_secrets};
use crate::stage::Stage;

/// A day: longer than any access token lives, shorter than any refresh token.
const LONG: i64 = 24 * 3600;

/// Lets each customer go their way, and tells all that failed at once.
pub(crate) async fn each<F>(customers: Vec<Customer>, way: fn(Stage) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    assert!(!customers.is_empty());
    let mut failed = Vec::new();
    for customer in customers {
        let name = customer.name();
        let walked = tokio::spawn(async move { way(Stage::set(customer).await).await });
        if walked.await.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

pub(crate) async fn client_credentials(stage: Stage) {
    proven(&stage, &stage.validate().await);
    exported(&stage).await;
    let judge = Judge::of(&stage);
    let before = judge.token_requests();
    assert!(before > 0, "no token was asked for");
    stage.wait(LONG);
    let token = stage.proofkey.access_token(&stage.id, 60).await;
    let token = token.expect("a new token");
    assert!(!token.cached || token.expires_at.is_none());
    if token.expires_at.is_some() {
        assert_eq!(judge.token_requests(), before + 1);
    }
    Judge::of(&stage).everything_was_as_the_file_says();
    removed(&stage).await;
}

pub(crate) async fn approval(stage: Stage) {
    let consent = stage.authorize().await.expect("approved");
    let tally = stage.peer.tally();
    assert_eq!((tally.codes_redeemed, tally.codes_replayed), (1, 0));
    let refresh = &stage.customer.provider.refresh;
    let renewable = refresh.policy != RefreshPolicy::None;
    match consent.refresh {
        RefreshOutcome::Proven => assert_eq!((renewable, tally.refreshes), (true, 1)),
        _ => assert!(!renewable, "{:?}", consent.refresh),
    }
    proven(&stage, &stage.validate().await);
    exported(&stage).await;
    stage.wait(LONG);
    let before = stage.peer.tally().refreshes;
    let token = stage.proofkey.access_token(&stage.id, 60).await;
    let after = stage.peer.tally().refreshes;
    match token {
        // One whose end nobody told is renewed as well, where it can be.
        Ok(token) if renewable => assert_eq!((after, token.cached), (before + 1, false)),
        Ok(token) => assert_eq!((after, token.cached), (before, true)),
        Err(problem) => {
            assert!(!renewable, "{problem}");
            assert_eq!(problem.code, Code::AuthorizationRequired);
        }
    }
    assert_eq!(stage.peer.tally().refresh_tokens_reused, 0);
    let judge = Judge::of(&stage);
    judge.everything_was_as_the_file_says();
    removed(&stage).await;
}

pub(crate) async fn without_oauth(stage: Stage) {
    proven(&stage, &stage.validate().await);
    exported(&stage).await;
    let token = stage.proofkey.access_token(&stage.id, 0).await;
    assert!(token.is_err(), "there is no token");
    let judge = Judge::of(&stage);
    assert_eq!(judge.token_requests(), 0);
    judge.everything_was_as_the_file_says();
    let presented = presented_secrets(&stage);
    assert_eq!(presented > 0, stage.customer.secret.is_some());
    removed(&stage).await;
}

/// Every check as it should be, and the API called.
fn proven(stage: &Stage, report: &Report) {
    let text = serde_json::to_string(report).expect("JSON");
    assert_eq!(report.verdict, Verdict::Passed, "{}", said(report));
    for check in &report.checks {
        let fine = match check.id {
            // What ends soon is worth a warning.
            CheckId::Configuration => {
                let deadlines = !stage.customer.provider.deadlines.is_empty();
                check.status == CheckStatus::Passed
                    || deadlines && check.status == CheckStatus::Warning
            }
            CheckId::Token if !stage.customer.grant.is_oauth() => {
                check.status == CheckStatus::Skipped
            }
            CheckId::Scope | CheckId::Account => {
                matches!(check.status, CheckStatus::Passed | CheckStatus::Skipped)
            }
            CheckId::Vault => matches!(check.status, CheckStatus::Passed | CheckStatus::Skipped),
            _ => check.status == CheckStatus::Passed,
        };
        assert!(fine, "{:?}: {}", check.id, said(report));
    }
    stage.assert_nothing_leaked("the report", &text);
}

/// The checks, a line each.
pub(crate) fn said(report: &Report) -> String {
    let line = |check: &Check| {
        let Check {
            id,
            status,
            summary,
            evidence,
            ..
        } = check;
        format!("{id:?} {status:?}: {summary} {evidence:?}\n")
    };
    report.checks.iter().map(line).collect()
}

async fn exported(stage: &Stage) {
    let (id, proofkey) = (&stage.id, &stage.proofkey);
    let rendered = proofkey
        .export_text(id, ExportFormat::Json, SecretsChoice::Redacted)
        .await
        .expect("exported");
    let document: serde_json::Value = serde_json::from_str(rendered.text()).expect("JSON");
    assert!(document.is_object());
    stage.assert_nothing_leaked("the export", rendered.text());
    let view: ConnectionView = proofkey.page(id).expect("a page").connection;
    let shown = serde_json::to_string(&view).expect("JSON");
    stage.assert_nothing_leaked("the page", &shown);
}

async fn removed(stage: &Stage) {
    let had_tokens = !stage.peer.handed_out().is_empty();
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    let revocations = stage.peer.tally().revocations;
    let offered = stage.customer.provider.endpoints.revocation.is_some();
    assert_eq!(removal.revoked, revocations > 0, "{:?}", removal.notes);
    if !offered {
        assert_eq!(revocations, 0);
    } else if had_tokens && stage.customer.grant.is_oauth() {
        assert!(revocations > 0, "{:?}", removal.notes);
    }
    assert!(stage.proofkey.find(&stage.id).is_err());
}
