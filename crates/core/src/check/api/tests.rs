use super::*;
use crate::check::fixtures::{Case, connection, provider};
use crate::check::region::Elsewhere;
use crate::check::report::CheckStatus;
use crate::check::transport::Surroundings;
use crate::error::Quoted;
use crate::probe::Comparison;
use crate::provider::{Certainty, ErrorSource, KnownError};
use crate::system::transport_error::{TransportError, TransportErrorKind};

fn names(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|&scope| scope.to_owned()).collect()
}

fn verdict(kind: ProbeErrorKind, status: Option<u16>) -> Check {
    verdict_of(&Case::default(), kind, status)
}

fn verdict_of(case: &Case, kind: ProbeErrorKind, status: Option<u16>) -> Check {
    let around = Surroundings {
        terms: case.terms(),
        host: "api.talkdeskapp.com",
        elsewhere: Elsewhere::default(),
    };
    let error = ProbeError {
        kind,
        status,
        asked: "https://api.talkdeskapp.com/account".to_owned(),
    };
    refused(&around, &case.provider.probes[0], &error)
}

fn refused_with(status: u16) -> Check {
    let words = Quoted {
        status: Some(status),
        error: Some("0060002".to_owned()),
        description: Some("Forbidden".to_owned()),
    };
    verdict(ProbeErrorKind::Refused(Box::new(words)), Some(status))
}

#[test]
fn the_probe_follows_the_granted_scopes() {
    let provider = provider();
    let chosen = |requested: &[&str], granted: Option<&[&str]>| {
        let granted = granted.map(names);
        let connection = Connection {
            scopes: names(requested),
            ..connection()
        };
        let terms = Terms {
            provider: &provider,
            connection: &connection,
        };
        choose(terms, granted.as_deref()).map(|probe| probe.path.clone())
    };
    let (account, users) = (
        Some("/account".to_owned()),
        Some("/users?per_page=1".to_owned()),
    );
    assert_eq!(chosen(&[], Some(&["users:read", "account:read"])), account);
    assert_eq!(chosen(&["account:read"], Some(&["users:read"])), users);
    assert_eq!(chosen(&["users:read"], None), users);
    assert_eq!(chosen(&[], None), account);
    assert_eq!(chosen(&["contacts:read"], None), None);
}

#[test]
fn refusals_quote_the_api_and_are_told_apart() {
    let mut summaries = std::collections::BTreeSet::new();
    for status in [400, 401, 403, 404, 500] {
        let check = refused_with(status);
        assert_eq!(check.status, CheckStatus::Failed);
        assert_eq!(check.evidence["code"], "0060002");
        assert_eq!(check.evidence["message"], "Forbidden");
        assert_eq!(check.evidence["status"], status.to_string());
        assert!(check.remedy.is_some());
        assert!(summaries.insert(check.summary));
    }
}

#[test]
fn every_other_outcome_has_words_and_a_way_on() {
    let kinds = [
        ProbeErrorKind::Transport(Box::new(TransportError::unsent(
            TransportErrorKind::Refused,
            "h",
        ))),
        ProbeErrorKind::Redirected {
            location_host: Some("evil.example".to_owned()),
        },
        ProbeErrorKind::NotJson {
            content_type: None,
            looks_like_html: true,
        },
        ProbeErrorKind::Busy { retry_after: None },
        ProbeErrorKind::Malformed {
            reason: "it is empty".to_owned(),
        },
        ProbeErrorKind::NotSendable {
            reason: "no".to_owned(),
        },
    ];
    let mut summaries = std::collections::BTreeSet::new();
    for kind in kinds {
        let check = verdict(kind, Some(200));
        assert!(check.remedy.is_some(), "{check:#?}");
        assert!(summaries.insert(check.summary));
    }
}

#[test]
fn the_account_must_match_and_an_unnamed_one_is_only_a_warning() {
    let comparison = |found: Option<&str>, same| Comparison {
        variable: "account".to_owned(),
        expected: "acme".to_owned(),
        found: found.map(str::to_owned),
        same,
    };
    let case = Case::default();
    let judged = |comparison: Option<&Comparison>| account(case.terms(), comparison).status;
    assert_eq!(
        judged(Some(&comparison(Some("ACME"), true))),
        CheckStatus::Passed
    );
    assert_eq!(
        judged(Some(&comparison(Some("globex"), false))),
        CheckStatus::Failed
    );
    assert_eq!(judged(Some(&comparison(None, false))), CheckStatus::Warning);
    assert_eq!(judged(None), CheckStatus::Skipped);
    let other = account(case.terms(), Some(&comparison(Some("globex"), false)));
    assert_eq!(
        other.summary,
        "The API answers for the account “globex”, not for “acme”."
    );
}

#[test]
fn without_a_fitting_scope_the_api_is_skipped_with_the_way_to_have_it_tested() {
    let check = unasked(Case::default().terms());
    assert_eq!(check.status, CheckStatus::Skipped);
    assert!(check.remedy.expect("a remedy").contains("“account:read”"));
}

#[test]
fn what_the_provider_file_knows_of_a_refusal_comes_first() {
    let mut case = Case::default();
    case.provider.known_errors = vec![KnownError {
        from: ErrorSource::Api,
        status: None,
        error: Some("invalid_auth".to_owned()),
        contains: None,
        cause: "The app was taken out of the workspace.".to_owned(),
        remedy: "Install it again.".to_owned(),
        certainty: Certainty::Documented,
    }];
    let kind = ProbeErrorKind::Unmet {
        said: "ok is false".to_owned(),
        words: Box::new(Quoted {
            status: Some(200),
            error: Some("invalid_auth".to_owned()),
            description: None,
        }),
    };
    let check = verdict_of(&case, kind, Some(200));
    assert_eq!(
        check.summary,
        "The API of Talkdesk answered 200 as for a success, and yet refused the call: ok is false, error is invalid_auth."
    );
    assert_eq!(
        check.causes[0].summary,
        "The app was taken out of the workspace."
    );
    assert_eq!(check.remedy.as_deref(), Some("Install it again."));
    assert!(check.causes.len() > 1);
}

#[test]
fn a_scope_that_is_never_answered_still_allows_its_call() {
    let mut case = Case::default();
    case.provider.scopes.entries[0].unanswered = true;
    let granted = names(&["users:read"]);
    let probe = choose(case.terms(), Some(&granted)).expect("a probe");
    assert_eq!(probe.scope.as_deref(), Some("account:read"));
    case.connection.scopes = names(&["users:read"]);
    let probe = choose(case.terms(), Some(&granted)).expect("a probe");
    assert_eq!(probe.scope.as_deref(), Some("users:read"));
}

#[test]
fn a_probe_whose_path_has_no_value_is_left_out() {
    let mut case = Case::default();
    case.provider.probes[0].path = "/accounts/{account}".to_owned();
    let granted = names(&["account:read", "users:read"]);
    let path = |case: &Case| choose(case.terms(), Some(&granted)).map(|probe| probe.path.clone());
    assert_eq!(path(&case).as_deref(), Some("/accounts/{account}"));
    case.connection.variables.remove("account");
    assert_eq!(path(&case).as_deref(), Some("/users?per_page=1"));
}

fn unanswered(kind: ProbeErrorKind, status: Option<u16>) -> Result<ProbeReply, ProbeError> {
    Err(ProbeError {
        kind,
        status,
        asked: "https://api.talkdeskapp.com/account".to_owned(),
    })
}

fn wordless(status: u16) -> Quoted {
    Quoted {
        status: Some(status),
        error: None,
        description: None,
    }
}

#[test]
fn only_a_refusal_of_the_caller_shows_that_credentials_made_the_difference() {
    let refusal = |status| {
        unanswered(
            ProbeErrorKind::Refused(Box::new(wordless(status))),
            Some(status),
        )
    };
    let page = |status| {
        let kind = ProbeErrorKind::NotJson {
            content_type: Some("text/html".to_owned()),
            looks_like_html: true,
        };
        unanswered(kind, Some(status))
    };
    for (status, told) in [
        (400, Some(true)),
        (401, Some(true)),
        (403, Some(true)),
        (404, Some(true)),
        (405, None),
        (408, None),
        (409, None),
        (500, None),
        (502, None),
        (504, None),
        (599, None),
    ] {
        assert_eq!(tells_apart(&refusal(status)), told, "refused with {status}");
        assert_eq!(tells_apart(&page(status)), told, "a page with {status}");
    }
    assert_eq!(tells_apart(&page(200)), Some(true), "a page to sign in at");
}

#[test]
fn other_answers_to_nobody_tell_apart_only_what_they_show() {
    let unmet = ProbeErrorKind::Unmet {
        said: "user.id is null".to_owned(),
        words: Box::new(wordless(200)),
    };
    let away = ProbeErrorKind::Redirected {
        location_host: None,
    };
    let lost = ProbeErrorKind::Transport(Box::new(TransportError::unsent(
        TransportErrorKind::Refused,
        "h",
    )));
    let busy = ProbeErrorKind::Busy { retry_after: None };
    let cut = ProbeErrorKind::Malformed {
        reason: "it is empty".to_owned(),
    };
    for (kind, status, told) in [
        (unmet, Some(200), Some(true)),
        (away, Some(302), Some(true)),
        (lost, None, None),
        (busy, Some(503), None),
        (cut, Some(200), None),
    ] {
        let anonymous = unanswered(kind, status);
        assert_eq!(tells_apart(&anonymous), told, "{anonymous:?}");
    }
    let answered = ProbeReply {
        status: 200,
        elapsed: std::time::Duration::ZERO,
        asked: "https://api.talkdeskapp.com/account".to_owned(),
        comparison: None,
    };
    assert_eq!(tells_apart(&Ok(answered)), Some(false));
}
