//! What can be said about a connection before anything is sent.

use super::report::{Cause, Check, CheckId, RemedyAction};
use super::terms::Terms;
use crate::border::ProviderWarning;
use crate::connection::credentials::Asked;
use crate::connection::{
    Connection, ConnectionDraft, DraftReview, Finding, ResolvedEndpoints, Severity,
};
use crate::provider::{Certainty, Grant};
use crate::secret::Secret;
use crate::vault::SecretDocument;

/// The connection as if it had just been typed, so that one review serves the form and the proof.
pub(super) fn draft(connection: &Connection, secrets: Option<&SecretDocument>) -> ConnectionDraft {
    ConnectionDraft {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        grant: connection.grant,
        client_authentication: connection.client_authentication,
        basic_encoding: Some(connection.basic_encoding),
        scopes: connection.scopes.clone(),
        practice: connection.practice,
        redirect: connection.redirect.clone(),
        parameters: connection.parameters.clone(),
        variables: connection.variables.clone(),
        client_id: secrets
            .map(|secrets| &secrets.client_id)
            .filter(|id| !id.is_empty())
            .map(Secret::duplicate),
        client_secret: secrets
            .and_then(|secrets| secrets.client_secret.as_ref())
            .map(Secret::duplicate),
    }
}

/// A blocking finding fails; a warning, such as a blank at the end of the secret, is only said: the
/// value may be right, and the server has the last word.
///
/// What ends at the provider within [`NEAR_DAYS`] is said too, while there is time to do something.
pub(super) fn judge(
    terms: Terms<'_>,
    review: &DraftReview,
    swapped: bool,
    ends: &[ProviderWarning],
) -> Check {
    let of = |severity| {
        review
            .findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    let mut warnings = causes(terms, of(Severity::Warning), swapped);
    let odd = !warnings.is_empty();
    warnings.extend(ends.iter().filter(|end| is_near(end)).map(ending));
    let check = if review.is_blocked() || review.endpoints.is_none() {
        blocked(terms, of(Severity::Blocking).count())
            .because_any(of(Severity::Blocking).map(|finding| cause(terms, finding)))
            .because_any(warnings)
    } else if warnings.is_empty() {
        Check::passed(
            CheckId::Configuration,
            "The values are complete and well formed.",
        )
    } else {
        Check::warning(
            CheckId::Configuration,
            if odd {
                "The values are complete, but something about them looks unusual.".to_owned()
            } else {
                format!(
                    "The values are complete and well formed. {} announces an end.",
                    terms.name()
                )
            },
        )
        .because_any(warnings)
    };
    let notes: Vec<&str> = of(Severity::Note)
        .map(|finding| finding.summary.as_str())
        .collect();
    let check = if notes.is_empty() {
        check
    } else {
        check.with("notes", notes.join(" "))
    };
    let check = match terms.connection.grant {
        Grant::HttpBasic => check.resting(Some("RFC 7617 §2")),
        Grant::ApiKey | Grant::None => check.resting(None),
        Grant::ClientCredentials | Grant::AuthorizationCode => check,
    };
    let check = if ends.is_empty() {
        check
    } else {
        let ends: Vec<String> = ends.iter().map(dated).collect();
        check.with("deadlines", ends.join(" "))
    };
    let token_url = |endpoints: &ResolvedEndpoints| {
        endpoints
            .token
            .clone()
            .filter(|_| terms.connection.grant.is_oauth())
    };
    match &review.endpoints {
        Some(endpoints) => check
            .with_some("token_url", token_url(endpoints))
            .with("api_base", &endpoints.api_base),
        None => check,
    }
}

/// What speaks against client ID and secret themselves when the server refused them.
pub(super) fn suspicions(terms: Terms<'_>, findings: &[Finding], swapped: bool) -> Vec<Cause> {
    let about_credentials = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .filter(|finding| matches!(finding.field.as_str(), "client_id" | "client_secret"));
    causes(terms, about_credentials, swapped)
}

/// Where ID and secret are in each other's field, that is the first cause, and what looks odd about
/// the secret follows from it and is left out.
fn causes<'a>(
    terms: Terms<'_>,
    findings: impl Iterator<Item = &'a Finding>,
    swapped: bool,
) -> Vec<Cause> {
    let swap = swapped.then(|| {
        Cause::new(
            format!(
                "{} look swapped: each has the shape of the other.",
                sentence_start(&terms.credentials().in_a_sentence())
            ),
            "Swap them, then validate again.",
        )
        .doing(RemedyAction::SwapCredentials)
    });
    let others = findings
        .filter(|finding| !swapped || finding.tidy || finding.field != "client_secret")
        .map(|finding| cause(terms, finding));
    swap.into_iter().chain(others).collect()
}

fn blocked(terms: Terms<'_>, count: usize) -> Check {
    let summary = match count {
        0 => "The addresses to sign in at could not be worked out from the values.".to_owned(),
        1 => "One value has to be put right first; nothing was sent.".to_owned(),
        count => format!("{count} values have to be put right first; nothing was sent."),
    };
    let check = Check::failed(CheckId::Configuration, summary);
    if count == 0 {
        check.because(if terms.has_regions() {
            Cause::new(
                "The provider's description was changed, or the region is not one of its regions any more.",
                "Edit the connection, choose the region again, and validate.",
            )
        } else {
            Cause::new(
                "The provider's description was changed since the connection was saved.",
                "Edit the connection, look at its values, and save it again.",
            )
        })
    } else {
        check
    }
}

fn cause(terms: Terms<'_>, finding: &Finding) -> Cause {
    let credentials = terms.credentials();
    let label = |asked: Option<Asked<'_>>, usual: &str| {
        format!("{}: ", asked.map_or(usual, |asked| asked.label))
    };
    let subject = match finding.field.as_str() {
        "client_id" => label(credentials.identifier, "Client ID"),
        "client_secret" => label(credentials.secret, "Client secret"),
        "scopes" => "Scopes: ".to_owned(),
        _ => String::new(),
    };
    let cause = Cause::new(format!("{subject}{}", finding.summary), &finding.remedy);
    match (finding.tidy, finding.field.as_str()) {
        (true, "client_id") => cause.doing(RemedyAction::TidyClientId),
        (true, "client_secret") => cause.doing(RemedyAction::TidyClientSecret),
        _ => cause,
    }
}

/// The days before an end on which a proof begins to warn.
const NEAR_DAYS: i32 = 90;

/// What holds already without a day is said with the provider itself, and would be no news here.
fn is_near(end: &ProviderWarning) -> bool {
    end.days_left.is_some_and(|left| left <= NEAR_DAYS)
}

fn ending(end: &ProviderWarning) -> Cause {
    let unsure = match end.certainty {
        Certainty::Documented | Certainty::Observed => "",
        Certainty::Inferred | Certainty::Unverified => " This is not confirmed.",
    };
    Cause::new(format!("{}{unsure}", dated(end)), &end.remedy)
}

/// "From 2027-02-16 (in 86 days): the old addresses stop answering."
fn dated(end: &ProviderWarning) -> String {
    let (Some(on), Some(left)) = (&end.on, end.days_left) else {
        return end.summary.clone();
    };
    match left {
        ..0 => format!("Since {on}: {}", end.summary),
        0 => format!("From today ({on}): {}", end.summary),
        1 => format!("From tomorrow ({on}): {}", end.summary),
        days => format!("From {on} (in {days} days): {}", end.summary),
    }
}

fn sentence_start(phrase: &str) -> String {
    let mut characters = phrase.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), characters.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::Case;
    use crate::check::report::CheckStatus;

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

    fn end(on: Option<&str>, days_left: Option<i32>) -> ProviderWarning {
        ProviderWarning {
            on: on.map(str::to_owned),
            days_left,
            summary: "The old addresses stop answering.".to_owned(),
            remedy: "Move to the new ones.".to_owned(),
            grant: None,
            certainty: Certainty::Documented,
            source: "https://vendor.example/end".to_owned(),
        }
    }

    #[test]
    fn an_end_is_a_warning_when_it_comes_near_and_evidence_before() {
        for (days, status, said) in [
            (
                Some(91),
                CheckStatus::Passed,
                "From 2027-02-16 (in 91 days): ",
            ),
            (
                Some(90),
                CheckStatus::Warning,
                "From 2027-02-16 (in 90 days): ",
            ),
            (
                Some(1),
                CheckStatus::Warning,
                "From tomorrow (2027-02-16): ",
            ),
            (Some(0), CheckStatus::Warning, "From today (2027-02-16): "),
            (Some(-3), CheckStatus::Warning, "Since 2027-02-16: "),
            (None, CheckStatus::Passed, ""),
        ] {
            let ends = [end(days.map(|_| "2027-02-16"), days)];
            let check = judge(
                Case::default().terms(),
                &review(Vec::new(), true),
                false,
                &ends,
            );
            assert_eq!(check.status, status, "{check:#?}");
            assert_eq!(
                check.evidence["deadlines"],
                format!("{said}The old addresses stop answering.")
            );
            let remedy = check.remedy.as_deref();
            assert_eq!(
                remedy,
                (status == CheckStatus::Warning).then_some("Move to the new ones.")
            );
        }
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
}
