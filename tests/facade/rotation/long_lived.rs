//! Service tokens while credentials are replaced: they live for months, so none is left behind unsaid, and
//! none passes for the credentials that it was issued for.

use proofkey_core::border::ConnectionView;
use proofkey_core::check::{CheckId, Verdict};
use proofkey_core::connection::{ConnectionDraft, ServiceToken, Severity};
use proofkey_core::ports::Unwatched;
use proofkey_sandbox::{EventOrder, Sandbox};

use super::{WRONG, new_ones, replaced, rotated, typed};
use crate::stage::{Stage, acme};

/// A proven connection with a service token for thirty days.
async fn long_lived() -> (Stage, Sandbox) {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let wish = ServiceToken {
        lifetime_seconds: 30 * 86_400,
    };
    let draft = ConnectionDraft {
        service_token: Some(wish),
        ..acme(&sandbox)
    };
    stage.add(draft).await;
    let report = stage.proofkey.validate("acme", &Unwatched).await;
    let report = report.expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.checks);
    (stage, sandbox)
}

/// How many service tokens the server was asked for.
fn asked_for(sandbox: &Sandbox) -> usize {
    let records = sandbox.records();
    let opaque = |body: &[u8]| String::from_utf8_lossy(body).contains("token_type=opaque");
    records.iter().filter(|record| opaque(&record.body)).count()
}

/// The credentials of acme, and all that came before, end at the server alone.
fn end_there(sandbox: &Sandbox) {
    let order = EventOrder {
        compromised: true,
        ..EventOrder::default()
    };
    rotated("acme", sandbox, &order);
}

#[tokio::test]
async fn the_token_of_the_proof_is_the_one_that_is_used_after_the_switch() {
    let (stage, sandbox) = long_lived().await;
    stage.begin(replaced(&sandbox)).await;
    let first_end = stage.view("acme").service_token_ends_at;
    for _ in 0..2 {
        assert_eq!(stage.prove_new().await.verdict, Verdict::Passed);
    }
    assert_eq!(asked_for(&sandbox), 2, "one for each set of credentials");
    let switched: ConnectionView = stage.switch().await;
    assert!(switched.service_token_ends_at.is_some());
    assert_ne!(switched.service_token_ends_at, first_end);
    let token = stage.proofkey.access_token("acme", 60).await;
    assert!(token.expect("a token").cached);
    assert_eq!(asked_for(&sandbox), 2);
}

#[tokio::test]
async fn old_credentials_are_not_judged_by_the_token_that_they_left() {
    let (stage, sandbox) = long_lived().await;
    let order = EventOrder {
        compromised: true,
        ..EventOrder::default()
    };
    let new = new_ones(&rotated("acme", &sandbox, &order));
    stage.turned(new).await;
    let before = asked_for(&sandbox);
    let retired = stage.forgotten().await;
    assert_eq!(asked_for(&sandbox), before, "looking asks for no other one");
    let [note] = retired.notes.as_slice() else {
        panic!("{:?}", retired.notes);
    };
    let said =
        "A service token that Talkdesk issued for these credentials stays valid there until ";
    assert!(note.starts_with(said), "{note}");
}

#[tokio::test]
async fn a_kept_token_does_not_prove_credentials_that_wait() {
    let (stage, sandbox) = long_lived().await;
    stage.turned(replaced(&sandbox)).await;
    stage.undo().await;
    assert_eq!(stage.prove_new().await.verdict, Verdict::Passed);
    end_there(&sandbox);
    let report = stage.prove_new().await;
    let failed = report.first_failure().map(|check| check.id);
    assert_eq!(failed, Some(CheckId::Token));
}

#[tokio::test]
async fn what_is_removed_or_dropped_says_which_tokens_stay_valid() {
    let (stage, sandbox) = long_lived().await;
    stage.begin(typed(WRONG)).await;
    assert!(stage.undo().await.notes.is_empty(), "it never had a token");
    stage.begin(replaced(&sandbox)).await;
    stage.prove_new().await;
    assert_eq!(stage.undo().await.notes.len(), 1);
    stage.turned(replaced(&sandbox)).await;
    let removal = stage.proofkey.remove("acme").await.expect("removed");
    assert_eq!(removal.notes.len(), 2, "{:?}", removal.notes);
    for note in removal.notes {
        assert!(note.contains("stays valid there until"), "{note}");
    }
}

#[tokio::test]
async fn a_change_says_which_service_token_stays_valid() {
    let (stage, sandbox) = long_lived().await;
    let usual = || acme(&sandbox);
    let left = |stage: &Stage| {
        let reviewed = stage.proofkey.review(&usual(), Some("acme"));
        let mut findings = reviewed.expect("read").findings;
        findings.retain(|finding| finding.field == "service_token");
        findings
    };
    let findings = left(&stage);
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert_eq!(finding.severity, Severity::Warning);
    let said = &finding.summary;
    assert!(said.contains("stays valid there until "), "{said}");
    let changed = stage.proofkey.change("acme", usual()).await;
    let changed = changed.map_err(|rejected| rejected.problem);
    assert_eq!(changed.expect("changed").service_token_ends_at, None);
    assert!(left(&stage).is_empty(), "it was said once");
}
