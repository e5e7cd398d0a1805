use super::*;
use crate::border::{RegionSighting, Sighting};
use crate::check::fixtures::{Case, REFUSED};
use crate::check::region::tests::sighting;
use crate::check::report::RemedyAction;
use crate::connection::{Finding, Severity};
use crate::provider::AssertionAudience;

fn blank_in(field: &str) -> Finding {
    Finding {
        field: field.to_owned(),
        severity: Severity::Warning,
        summary: "There is a blank at the end (position 41).".to_owned(),
        remedy: "Remove it.".to_owned(),
        tidy: true,
    }
}

fn sightings(here: Sighting, there: Sighting) -> [RegionSighting; 2] {
    [sighting("us", here), sighting("eu", there)]
}

fn first(check: &Check) -> &Cause {
    check.causes.first().expect("a cause")
}

#[test]
fn a_refusal_without_any_evidence_is_about_the_secret() {
    let check = Case::default().judged(401, "invalid_client");
    assert_eq!(
        check.summary,
        "Talkdesk did not accept the client ID and secret."
    );
    assert!(first(&check).summary.contains("secret was replaced"));
    assert!(
        check
            .causes
            .iter()
            .any(|cause| cause.summary.contains("minutes ago"))
    );
    assert_eq!(check.evidence["error"], "invalid_client");
    assert_eq!(check.evidence["error_description"], REFUSED);
}

#[test]
fn a_blank_is_the_first_cause_and_can_be_tidied() {
    for (field, action) in [
        ("client_secret", RemedyAction::TidyClientSecret),
        ("client_id", RemedyAction::TidyClientId),
    ] {
        let mut case = Case::default();
        case.findings.push(blank_in(field));
        let check = case.judged(401, "invalid_client");
        assert_eq!(first(&check).action, Some(action));
        assert!(first(&check).summary.contains("position 41"));
    }
}

#[test]
fn swapped_credentials_come_before_everything_else() {
    let case = Case {
        swapped: true,
        findings: vec![blank_in("client_secret")],
        ..Case::default()
    };
    let check = case.judged(401, "invalid_client");
    assert_eq!(first(&check).action, Some(RemedyAction::SwapCredentials));
}

#[test]
fn an_account_in_another_region_outranks_a_wrong_secret() {
    let case = Case {
        sightings: sightings(Sighting::Absent, Sighting::Found).into(),
        ..Case::default()
    };
    let check = case.judged(401, "invalid_client");
    assert!(matches!(
        first(&check).action,
        Some(RemedyAction::SwitchRegion { .. })
    ));
    assert!(check.evidence.contains_key("region_eu"));
}

#[test]
fn the_same_name_in_two_regions_does_not_outrank_a_wrong_secret() {
    let case = Case {
        sightings: sightings(Sighting::Found, Sighting::Found).into(),
        ..Case::default()
    };
    let check = case.judged(401, "invalid_client");
    assert!(first(&check).summary.contains("secret was replaced"));
    assert!(
        check
            .causes
            .iter()
            .any(|cause| matches!(cause.action, Some(RemedyAction::SwitchRegion { .. })))
    );
}

#[test]
fn a_young_scope_is_ruled_out_once_the_request_failed_without_scopes_too() {
    let case = Case {
        refused_without_scopes: true,
        ..Case::default()
    };
    let check = case.judged(401, "invalid_client");
    assert!(
        !check
            .causes
            .iter()
            .any(|cause| cause.summary.contains("minutes ago"))
    );
    assert!(check.evidence.contains_key("told_apart_by"));
}

#[test]
fn characters_that_need_encoding_are_named_and_never_tried_the_other_way() {
    let mut case = Case::default();
    case.secrets.client_secret = Some(crate::Secret::new("s:e c+r%t".to_owned()));
    let check = case.judged(401, "invalid_client");
    assert!(
        check
            .causes
            .iter()
            .any(|cause| cause.remedy.contains("raw"))
    );
    let plain = Case::default().judged(401, "invalid_client");
    assert!(
        !plain
            .causes
            .iter()
            .any(|cause| cause.remedy.contains("raw"))
    );
}

#[test]
fn each_oauth_error_has_a_verdict_of_its_own() {
    let cases = [
        (401, "invalid_client", "did not accept"),
        (401, "unauthorized", "did not accept"),
        (400, "invalid_scope", "refuses the scopes"),
        (400, "unauthorized_client", "sign in by itself"),
        (400, "unsupported_grant_type", "sign in by itself"),
        (404, "not_found", "no account of this name"),
        (400, "invalid_request", "refused to issue"),
        (500, "server_error", "cannot answer at the moment"),
    ];
    for (status, error, words) in cases {
        let check = Case::default().judged(status, error);
        assert!(check.summary.contains(words), "{error}: {}", check.summary);
        assert_eq!(check.evidence["status"], status.to_string());
        assert!(check.remedy.is_some());
    }
}

#[test]
fn words_of_the_server_are_cleaned() {
    let quoted = Quoted {
        status: Some(400),
        error: Some("bad\u{1b}[31m".to_owned()),
        description: Some("x".repeat(5_000)),
    };
    let check = Case::default().judged_words(quoted);
    assert!(!check.evidence["error"].contains('\u{1b}'));
    assert!(check.evidence["error_description"].chars().count() <= 501);
}

#[test]
fn an_audience_that_was_guessed_is_named_where_a_signed_request_is_refused() {
    let mut case = Case::default();
    case.connection.client_authentication = ClientAuthentication::ClientSecretJwt;
    let named = |check: &Check| {
        let mut causes = check.causes.iter();
        causes.any(|cause| cause.summary.contains("no issuer is known"))
    };
    assert!(named(&case.judged(401, "invalid_client")));
    case.provider.client_assertion.audience = AssertionAudience::TokenEndpoint;
    assert!(!named(&case.judged(401, "invalid_client")));
    case.provider.client_assertion.audience = AssertionAudience::Issuer;
    case.connection.client_authentication = ClientAuthentication::ClientSecretBasic;
    assert!(!named(&case.judged(401, "invalid_client")));
}
