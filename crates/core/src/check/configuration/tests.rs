use super::*;
use crate::check::fixtures::Case;
use crate::check::report::CheckStatus;
use crate::provider::Certainty;

fn finding(field: &str, severity: Severity, tidy: bool) -> Finding {
    Finding {
        field: field.to_owned(),
        severity,
        summary: "There is a blank at the end (position 41).".to_owned(),
        remedy: "Remove it.".to_owned(),
        tidy,
    }
}

fn review(findings: Vec<Finding>, resolved: bool) -> DraftReview {
    let url = |text: &str| url::Url::parse(text).expect("a URL");
    DraftReview {
        findings,
        endpoints: resolved.then(|| ResolvedEndpoints {
            token: Some(url("https://acme.talkdeskid.com/oauth/token")),
            api_base: url("https://api.talkdeskapp.com"),
            authorization: None,
            jwks: None,
            revocation: None,
            introspection: None,
            userinfo: None,
            pushed_authorization: None,
            issuer: None,
            metadata: None,
        }),
        redirect_uris: Vec::new(),
    }
}

fn judge_plainly(review: &DraftReview, swapped: bool) -> Check {
    judge(Case::default().terms(), review, swapped, &[])
}

#[test]
fn an_end_that_is_near_makes_a_warning_of_values_that_are_right() {
    let end = ProviderWarning {
        on: Some("2027-02-16".to_owned()),
        days_left: Some(3),
        summary: "The old addresses stop answering.".to_owned(),
        remedy: "Move to the new ones.".to_owned(),
        grant: None,
        certainty: Certainty::Documented,
        source: "https://vendor.example/end".to_owned(),
    };
    let clean = review(Vec::new(), true);
    let check = judge(Case::default().terms(), &clean, false, &[end]);
    assert_eq!(check.status, CheckStatus::Warning);
    assert!(
        check.summary.ends_with("Talkdesk announces an end."),
        "{check:#?}"
    );
    assert_eq!(check.remedy.as_deref(), Some("Move to the new ones."));
    assert!(check.evidence["deadlines"].contains("in 3 days"));
}

#[test]
fn clean_values_pass_and_name_where_they_lead() {
    let check = judge_plainly(&review(Vec::new(), true), false);
    assert_eq!(check.status, CheckStatus::Passed);
    assert_eq!(
        check.evidence["token_url"],
        "https://acme.talkdeskid.com/oauth/token"
    );
}

#[test]
fn a_blank_in_the_secret_is_a_warning_that_can_be_tidied() {
    let check = judge_plainly(
        &review(
            vec![finding("client_secret", Severity::Warning, true)],
            true,
        ),
        false,
    );
    assert_eq!(check.status, CheckStatus::Warning);
    assert_eq!(check.causes[0].action, Some(RemedyAction::TidyClientSecret));
    assert!(check.causes[0].summary.contains("position 41"));
}

#[test]
fn all_blocking_findings_are_listed_before_the_warnings() {
    let check = judge_plainly(
        &review(
            vec![
                finding("client_id", Severity::Warning, true),
                finding("variables.account", Severity::Blocking, false),
                finding("scopes", Severity::Blocking, false),
            ],
            true,
        ),
        false,
    );
    assert_eq!(check.status, CheckStatus::Failed);
    assert_eq!(check.causes.len(), 3);
    assert_eq!(check.causes[2].action, Some(RemedyAction::TidyClientId));
    assert!(check.summary.starts_with("2 values"));
}

#[test]
fn addresses_that_cannot_be_worked_out_fail_even_without_a_finding() {
    let check = judge_plainly(&review(Vec::new(), false), false);
    assert_eq!(check.status, CheckStatus::Failed);
    assert!(check.remedy.is_some());
}

#[test]
fn only_findings_about_the_credentials_explain_a_refusal() {
    let case = Case::default();
    let causes = suspicions(
        case.terms(),
        &[
            finding("scopes", Severity::Warning, false),
            finding("client_id", Severity::Note, false),
            finding("client_id", Severity::Warning, true),
        ],
        false,
    );
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].action, Some(RemedyAction::TidyClientId));
}

#[test]
fn swapped_credentials_replace_what_looks_odd_about_the_secret() {
    let findings = [
        finding("client_secret", Severity::Warning, false),
        finding("client_secret", Severity::Warning, true),
    ];
    let case = Case::default();
    let causes = suspicions(case.terms(), &findings, true);
    assert_eq!(causes[0].action, Some(RemedyAction::SwapCredentials));
    assert_eq!(causes[1].action, Some(RemedyAction::TidyClientSecret));
    assert_eq!(causes.len(), 2);
}
