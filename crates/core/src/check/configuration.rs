//! What can be said about a connection before anything is sent.

use super::report::{Cause, Check, CheckId, RemedyAction};
use crate::connection::{Connection, ConnectionDraft, DraftReview, Finding, Severity};
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
        client_id: secrets.map(|secrets| secrets.client_id.duplicate()),
        client_secret: secrets
            .and_then(|secrets| secrets.client_secret.as_ref())
            .map(Secret::duplicate),
    }
}

/// A blocking finding fails; a warning, such as a blank at the end of the secret, is only said: the
/// value may be right, and the server has the last word.
pub(super) fn judge(review: &DraftReview, swapped: bool) -> Check {
    let of = |severity| {
        review
            .findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    let warnings = causes(of(Severity::Warning), swapped);
    let check = if review.is_blocked() || review.endpoints.is_none() {
        blocked(of(Severity::Blocking).count())
            .because_any(of(Severity::Blocking).map(cause))
            .because_any(warnings)
    } else if warnings.is_empty() {
        Check::passed(
            CheckId::Configuration,
            "The values are complete and well formed.",
        )
    } else {
        Check::warning(
            CheckId::Configuration,
            "The values are complete, but something about them looks unusual.",
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
    match &review.endpoints {
        Some(endpoints) => check
            .with_some("token_url", endpoints.token.as_ref())
            .with("api_base", &endpoints.api_base),
        None => check,
    }
}

/// What speaks against client ID and secret themselves when the server refused them.
pub(super) fn suspicions(findings: &[Finding], swapped: bool) -> Vec<Cause> {
    let about_credentials = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .filter(|finding| matches!(finding.field.as_str(), "client_id" | "client_secret"));
    causes(about_credentials, swapped)
}

/// Where ID and secret are in each other's field, that is the first cause, and what looks odd about
/// the secret follows from it and is left out.
fn causes<'a>(findings: impl Iterator<Item = &'a Finding>, swapped: bool) -> Vec<Cause> {
    let swap = swapped.then(|| {
        Cause::new(
            "Client ID and secret look swapped: each has the shape of the other.",
            "Swap them, then validate again.",
        )
        .doing(RemedyAction::SwapCredentials)
    });
    let others = findings
        .filter(|finding| !swapped || finding.tidy || finding.field != "client_secret")
        .map(cause);
    swap.into_iter().chain(others).collect()
}

fn blocked(count: usize) -> Check {
    let summary = match count {
        0 => "The addresses to sign in at could not be worked out from the values.".to_owned(),
        1 => "One value has to be put right first; nothing was sent.".to_owned(),
        count => format!("{count} values have to be put right first; nothing was sent."),
    };
    let check = Check::failed(CheckId::Configuration, summary);
    if count == 0 {
        check.because(Cause::new(
            "The provider's description was changed, or the region is not one of its regions any more.",
            "Edit the connection, choose the region again, and validate.",
        ))
    } else {
        check
    }
}

fn cause(finding: &Finding) -> Cause {
    let subject = match finding.field.as_str() {
        "client_id" => "Client ID: ",
        "client_secret" => "Client secret: ",
        "scopes" => "Scopes: ",
        _ => "",
    };
    let cause = Cause::new(format!("{subject}{}", finding.summary), &finding.remedy);
    match (finding.tidy, finding.field.as_str()) {
        (true, "client_id") => cause.doing(RemedyAction::TidyClientId),
        (true, "client_secret") => cause.doing(RemedyAction::TidyClientSecret),
        _ => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::report::CheckStatus;
    use crate::connection::ResolvedEndpoints;

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

    #[test]
    fn clean_values_pass_and_name_where_they_lead() {
        let check = judge(&review(Vec::new(), true), false);
        assert_eq!(check.status, CheckStatus::Passed);
        assert_eq!(
            check.evidence["token_url"],
            "https://acme.talkdeskid.com/oauth/token"
        );
    }

    #[test]
    fn a_blank_in_the_secret_is_a_warning_that_can_be_tidied() {
        let check = judge(
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
        let check = judge(
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
        let check = judge(&review(Vec::new(), false), false);
        assert_eq!(check.status, CheckStatus::Failed);
        assert!(check.remedy.is_some());
    }

    #[test]
    fn only_findings_about_the_credentials_explain_a_refusal() {
        let causes = suspicions(
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
        let causes = suspicions(&findings, true);
        assert_eq!(causes[0].action, Some(RemedyAction::SwapCredentials));
        assert_eq!(causes[1].action, Some(RemedyAction::TidyClientSecret));
        assert_eq!(causes.len(), 2);
    }
}
