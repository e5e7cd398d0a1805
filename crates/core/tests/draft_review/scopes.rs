//! Which scopes may be asked for.

use proofkey_core::connection::{ConnectionDraft, DraftReview, Severity, review};
use proofkey_core::provider::ScopeUse;

use crate::{draft, talkdesk, told};

fn with_scopes(scopes: &[&str]) -> DraftReview {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    review(&talkdesk(), &ConnectionDraft { scopes, ..draft() }, false)
}

#[test]
fn a_scope_outside_the_list_is_a_note_with_the_nearest_name() {
    let review = with_scopes(&["account:read", "guardian-session:read"]);
    assert_eq!(told(&review), [("scopes", Severity::Note)]);
    assert!(review.findings[0].remedy.contains("guardian-sessions:read"));
    let review = with_scopes(&["account:read", "visual-sessions:execute"]);
    assert_eq!(told(&review), [("scopes", Severity::Note)]);
    assert!(!review.findings[0].remedy.contains("Did you mean"));
}

#[test]
fn scopes_are_checked_by_the_letters_of_rfc_6749_and_for_repeats() {
    for bad in [
        "",
        "a b",
        "a\"b",
        "a\\b",
        "a\u{e9}",
        "a\tb",
        "account:read,users:read\n",
    ] {
        let review = with_scopes(&["account:read", bad]);
        assert_eq!(told(&review), [("scopes", Severity::Blocking)], "{bad:?}");
    }
    let review = with_scopes(&["account:read", "account:read"]);
    assert_eq!(told(&review), [("scopes", Severity::Warning)]);
}

#[test]
fn scopes_that_leave_nothing_to_prove_with_are_said_to() {
    let review = with_scopes(&["apps:write"]);
    assert_eq!(told(&review), [("scopes", Severity::Warning)]);
    assert!(review.findings[0].remedy.contains("account:read"));
    assert_eq!(told(&with_scopes(&[])), [("scopes", Severity::Note)]);
}

#[test]
fn scopes_are_asked_for_as_the_grant_takes_them() {
    let mut provider = talkdesk();
    let none = ConnectionDraft {
        scopes: Vec::new(),
        ..draft()
    };
    provider.client_credentials.scope = ScopeUse::Required;
    let required = review(&provider, &none, false);
    assert_eq!(told(&required), [("scopes", Severity::Blocking)]);
    assert!(!review(&provider, &draft(), false).is_blocked());
    provider.client_credentials.scope = ScopeUse::Unsupported;
    assert_eq!(review(&provider, &none, false).findings, []);
    let unused = review(&provider, &draft(), false);
    assert_eq!(told(&unused), [("scopes", Severity::Warning)]);
}

#[test]
fn a_scope_with_a_variable_is_judged_with_its_value() {
    let of = |scope: &str| with_scopes(&["account:read", scope]);
    assert!(!of("https://{account}.example/.default").is_blocked());
    assert!(of("{nobody}/.default").is_blocked());
    let twice = with_scopes(&["account:read", "{account}:read", "acme:read"]);
    assert!(told(&twice).contains(&("scopes", Severity::Warning)));
}
