//! What is said of scopes, by what was asked for and what was granted.

use super::*;
use crate::check::fixtures::Case;
use crate::check::report::CheckStatus;

fn names(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|&scope| scope.to_owned()).collect()
}

fn judged(requested: &[&str], granted: Option<&[&str]>, refused: Option<&Quoted>) -> Check {
    let requested = names(requested);
    let granted = granted.map(names);
    judge(
        Case::default().terms(),
        &ScopeAnswer {
            requested: &requested,
            granted: granted.as_deref(),
            refused,
        },
    )
}

fn unauthorized() -> Quoted {
    Quoted {
        status: Some(401),
        error: Some("invalid_client".to_owned()),
        description: Some("Client authentication failed".to_owned()),
    }
}

#[test]
fn all_granted_passes_in_any_order() {
    let check = judged(&["a", "b"], Some(&["b", "a"]), None);
    assert_eq!(check.status, CheckStatus::Passed);
    assert_eq!(check.summary, "Talkdesk granted both scopes you asked for.");
}

#[test]
fn a_missing_scope_fails_and_is_named() {
    let check = judged(
        &["account:read", "users:read"],
        Some(&["account:read"]),
        None,
    );
    assert_eq!(check.status, CheckStatus::Failed);
    assert_eq!(check.summary, "Talkdesk did not grant “users:read”.");
    assert_eq!(check.evidence["missing"], "users:read");
    assert_eq!(check.evidence["granted"], "account:read");
    assert!(check.causes[0].remedy.contains("tick this scope"));
    assert!(check.causes[1].summary.contains("minutes ago"));
}

#[test]
fn a_missing_scope_that_is_not_known_may_be_misspelt() {
    let check = judged(&["user:read"], Some(&[]), None);
    assert!(check.causes[0].summary.contains("a letter may be wrong"));
}

#[test]
fn one_scope_more_than_asked_for_is_noted() {
    let check = judged(&["a"], Some(&["a", "b"]), None);
    assert_eq!(check.status, CheckStatus::Passed);
    assert_eq!(check.evidence["extra"], "b");
}

#[test]
fn an_answer_without_scopes_means_as_asked() {
    assert_eq!(judged(&["a"], None, None).status, CheckStatus::Passed);
    assert_eq!(judged(&[], None, None).status, CheckStatus::Skipped);
    assert_eq!(judged(&[], Some(&["a"]), None).status, CheckStatus::Passed);
}

#[test]
fn a_client_refused_only_with_scopes_lacks_one_of_them() {
    let refused = unauthorized();
    let check = judged(&["a", "b"], Some(&["a"]), Some(&refused));
    assert_eq!(check.status, CheckStatus::Failed);
    assert_eq!(check.evidence["missing"], "b");
    assert_eq!(check.evidence["error"], "invalid_client");
}

#[test]
fn a_client_refused_only_with_scopes_it_has_got_them_minutes_ago() {
    let refused = unauthorized();
    let check = judged(&["a"], Some(&["a"]), Some(&refused));
    assert!(check.causes[0].summary.contains("minutes ago"));
    assert!(check.causes[0].remedy.contains("5 minutes"));
}

#[test]
fn a_scope_that_the_server_never_names_is_not_missing() {
    let mut case = Case::default();
    case.provider.scopes.entries[0].unanswered = true;
    let requested = names(&["account:read", "users:read"]);
    let granted = names(&["users:read"]);
    let answer = ScopeAnswer {
        requested: &requested,
        granted: Some(&granted),
        refused: None,
    };
    let check = judge(case.terms(), &answer);
    assert_eq!(check.status, CheckStatus::Passed);
    assert_eq!(check.evidence["unanswered"], "account:read");
    assert_eq!(
        check.summary,
        "Talkdesk granted both scopes you asked for. It never names “account:read”."
    );
}

#[test]
fn a_scope_of_another_grant_is_said_to_be_one() {
    let mut case = Case::default();
    case.provider.scopes.entries[0].grant = Some(Grant::AuthorizationCode);
    let requested = names(&["account:read"]);
    let answer = ScopeAnswer {
        requested: &requested,
        granted: Some(&[]),
        refused: None,
    };
    let check = judge(case.terms(), &answer);
    assert_eq!(
        check.causes[0].summary,
        "“account:read” is granted only when a person approves."
    );
}
