use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::Secret;
use crate::border::Sighting;
use crate::check::fixtures::{Case, connection, provider, secrets};
use crate::check::region::tests::sighting;
use crate::check::report::{CheckStatus, RemedyAction};
use crate::provider::{Certainty, ClientAuthentication, KnownError};
use crate::system::transport_error::{TransportError, TransportErrorKind};

fn refusal(status: u16, error: &str) -> TokenErrorKind {
    TokenErrorKind::Refused(Box::new(words(status, error)))
}

fn words(status: u16, error: &str) -> Quoted {
    Quoted {
        status: Some(status),
        error: Some(error.to_owned()),
        description: None,
    }
}

fn issued(skew: Option<i64>, expires_in: Option<u64>) -> Check {
    let (connection, provider, secrets) = (connection(), provider(), secrets());
    let subject = Subject {
        connection: &connection,
        provider: &provider,
        secrets: &secrets,
        renewal: None,
    };
    let reply = TokenReply {
        access_token: Secret::new("a.b.c".to_owned()),
        token_type: Some("bearer".to_owned()),
        api_base: None,
        expires_in,
        scopes: None,
        refresh_token: None,
        id_token: None,
        other: BTreeMap::new(),
        notes: Vec::new(),
        clock_skew_seconds: skew,
        clock_corrected: false,
        status: 200,
        elapsed: Duration::ZERO,
    };
    accepted(&subject, "acme.talkdeskid.com", &reply)
}

#[test]
fn an_issued_token_says_how_long_it_lives() {
    let check = issued(Some(0), Some(599));
    assert_eq!(check.status, CheckStatus::Passed);
    assert!(check.summary.ends_with("for 10 minutes."));
    assert_eq!(check.evidence["expires_in"], "599");
    assert!(issued(None, None).summary.contains("did not say"));
}

#[test]
fn a_clock_more_than_a_minute_off_is_named_with_its_direction() {
    assert_eq!(issued(Some(60), None).status, CheckStatus::Passed);
    assert_eq!(issued(Some(-60), None).status, CheckStatus::Passed);
    let ahead = issued(Some(61), None);
    assert_eq!(ahead.status, CheckStatus::Warning);
    assert!(ahead.summary.contains("61 seconds ahead of"));
    let behind = issued(Some(-300), None);
    assert!(behind.summary.contains("5 minutes behind"));
    assert_eq!(behind.evidence["clock_skew_seconds"], "-300");
}

#[test]
fn a_clock_explains_a_refusal_only_of_a_signed_assertion() {
    let mut case = Case {
        clock_skew_seconds: Some(92),
        ..Case::default()
    };
    let check = case.judged(401, "invalid_client");
    assert!(!check.causes[0].summary.contains("clock"));
    case.connection.client_authentication = ClientAuthentication::PrivateKeyJwt;
    let check = case.judged(401, "invalid_client");
    assert!(check.causes[0].summary.contains("ahead of"));
}

fn kinds() -> Vec<(TokenErrorKind, &'static str)> {
    let wait = Some(Duration::from_mins(2));
    vec![
        (
            TokenErrorKind::Transport(Box::new(TransportError::sent(
                TransportErrorKind::FirstByteTimeout,
                "h",
            ))),
            "in time",
        ),
        (refusal(401, "invalid_client"), "did not accept"),
        (
            TokenErrorKind::Redirected {
                location_host: Some("login.example".to_owned()),
            },
            "“login.example”",
        ),
        (
            TokenErrorKind::NotJson {
                content_type: Some("text/html".to_owned()),
                looks_like_html: true,
            },
            "a web page",
        ),
        (
            TokenErrorKind::NotJson {
                content_type: None,
                looks_like_html: false,
            },
            "something else",
        ),
        (
            TokenErrorKind::TooManyRequests {
                retry_after: wait,
                quoted: None,
            },
            "asks to wait",
        ),
        (
            TokenErrorKind::Unavailable {
                retry_after: wait,
                quoted: None,
            },
            "cannot answer",
        ),
        (
            TokenErrorKind::OkWithError(Box::new(words(200, "invalid_client"))),
            "answered 200",
        ),
        (TokenErrorKind::UnsafeToken, "not as the standard says"),
        (
            TokenErrorKind::NotSendable {
                field: "client_id".to_owned(),
                reason: "no".to_owned(),
            },
            "nothing was sent",
        ),
    ]
}

#[test]
fn every_kind_of_failure_has_a_sentence_of_its_own_and_a_way_on() {
    let mut summaries = std::collections::BTreeSet::new();
    for (kind, words) in kinds() {
        let check = Case::default().judged_kind(kind, Some(200));
        assert_eq!(check.status, CheckStatus::Failed);
        assert!(check.summary.contains(words), "{}", check.summary);
        assert!(check.remedy.is_some());
        assert!(summaries.insert(check.summary));
    }
}

#[test]
fn a_wish_to_wait_is_passed_on_in_words() {
    let check = Case::default().judged_kind(
        TokenErrorKind::TooManyRequests {
            retry_after: Some(Duration::from_mins(2)),
            quoted: None,
        },
        Some(429),
    );
    assert_eq!(check.evidence["retry_after"], "120");
    assert!(check.causes[0].remedy.starts_with("Wait 2 minutes"));
}

#[test]
fn a_page_where_no_account_is_points_at_the_region_that_has_it() {
    let case = Case {
        sightings: vec![
            sighting("us", Sighting::Absent),
            sighting("eu", Sighting::Found),
        ],
        ..Case::default()
    };
    for status in [404, 200] {
        let check = case.judged_kind(
            TokenErrorKind::NotJson {
                content_type: None,
                looks_like_html: true,
            },
            Some(status),
        );
        assert_eq!(
            check.causes[0].action,
            Some(RemedyAction::SwitchRegion {
                region: "eu".to_owned()
            })
        );
    }
}

#[test]
fn only_a_refusal_that_may_be_about_scopes_is_worth_a_second_request() {
    let (mut connection, mut provider, secrets) = (connection(), provider(), secrets());
    let asks = |connection: &_, provider: &_, kind| {
        let subject = Subject {
            connection,
            provider,
            secrets: &secrets,
            renewal: None,
        };
        let error = TokenError {
            kind,
            status: None,
            clock_skew_seconds: None,
            clock_corrected: false,
        };
        may_be_about_scopes(&subject, &error)
    };
    let refused = || refusal(401, "invalid_client");
    let scope = || refusal(400, "invalid_scope");
    assert!(asks(&connection, &provider, refused()));
    assert!(asks(&connection, &provider, scope()));
    assert!(!asks(&connection, &provider, TokenErrorKind::UnsafeToken));
    provider.lifetimes.scope_activation_seconds = None;
    assert!(!asks(&connection, &provider, refused()));
    assert!(asks(&connection, &provider, scope()));
    connection.scopes.clear();
    assert!(!asks(&connection, &provider, scope()));
}

#[test]
fn the_providers_own_explanation_of_a_refusal_comes_before_every_guess() {
    let mut case = Case::default();
    case.provider.known_errors = vec![KnownError {
        from: ErrorSource::Token,
        status: Some(401),
        error: None,
        contains: Some("authentication FAILED".to_owned()),
        cause: "The client was switched off.".to_owned(),
        remedy: "Switch it on.".to_owned(),
        certainty: Certainty::Unverified,
    }];
    let check = case.judged(401, "invalid_client");
    assert_eq!(
        check.causes[0].summary,
        "The client was switched off. (This is likely, and not confirmed.)"
    );
    assert_eq!(check.remedy.as_deref(), Some("Switch it on."));
    let generic = Case::default().judged(401, "invalid_client");
    assert_eq!(check.causes[1..], generic.causes[..]);
}
