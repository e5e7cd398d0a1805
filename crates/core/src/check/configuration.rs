//! What can be said about a connection before anything is sent.

use super::ends;
use super::report::{Cause, Check, CheckId, RemedyAction};
use super::terms::Terms;
use crate::border::ProviderWarning;
use crate::connection::credentials::{Asked, presents_secret};
use crate::connection::signing::{ALGORITHM, KEY_ID, PASSPHRASE, PRIVATE_KEY, PUBLIC_KEY};
use crate::connection::{
    Connection, ConnectionDraft, DraftReview, Finding, ResolvedEndpoints, Severity, SigningDraft,
};
use crate::error::Problem;
use crate::provider::Grant;
use crate::secret::Secret;
use crate::vault::SecretDocument;

/// The connection as if it had just been typed, so that one review serves the form and the proof.
///
/// A secret that an installation brought beside a key is not presented, so nobody would type it.
pub(crate) fn draft(connection: &Connection, secrets: Option<&SecretDocument>) -> ConnectionDraft {
    let presented = presents_secret(connection.grant, connection.client_authentication);
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
            .filter(|_| presented)
            .map(Secret::duplicate),
        signing: signing(connection, secrets),
        service_token: connection.service_token,
    }
}

fn signing(connection: &Connection, secrets: Option<&SecretDocument>) -> SigningDraft {
    let Some(stored) = &connection.signing else {
        return SigningDraft::default();
    };
    SigningDraft {
        private_key: secrets
            .and_then(|secrets| secrets.private_key.as_ref())
            .map(Secret::duplicate),
        key_id: stored.key_id.clone(),
        algorithm: Some(stored.algorithm),
        ..SigningDraft::default()
    }
}

/// The provider file leads the secrets to a server that they were not entered for.
pub(super) fn strayed(problem: &Problem) -> Check {
    Check::failed(CheckId::Configuration, &problem.summary).because(Cause::new(
        "The file of this provider names another address than when the secrets were entered.",
        &problem.remedy,
    ))
}

/// A blocking finding fails; a warning, such as a blank at the end of the secret, is only said: the
/// value may be right, and the server has the last word.
///
/// What ends at the provider soon is said too, while there is time to do something.
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
    warnings.extend(ends::near(ends));
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
    let check = check.with_some("deadlines", ends::all(ends));
    addressed(terms, review, check)
}

/// With where the values lead, and what they were judged by.
fn addressed(terms: Terms<'_>, review: &DraftReview, check: Check) -> Check {
    let check = match terms.connection.grant {
        Grant::HttpBasic => check.resting(Some("RFC 7617 §2")),
        Grant::ApiKey | Grant::None => check.resting(None),
        Grant::ClientCredentials | Grant::AuthorizationCode => check,
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
        PRIVATE_KEY | PASSPHRASE | PUBLIC_KEY => label(credentials.key, "Private key"),
        KEY_ID => "Key ID: ".to_owned(),
        ALGORITHM => "Algorithm: ".to_owned(),
        _ => String::new(),
    };
    let cause = Cause::new(format!("{subject}{}", finding.summary), &finding.remedy);
    match (finding.tidy, finding.field.as_str()) {
        (true, "client_id") => cause.doing(RemedyAction::TidyClientId),
        (true, "client_secret") => cause.doing(RemedyAction::TidyClientSecret),
        _ => cause,
    }
}

fn sentence_start(phrase: &str) -> String {
    let mut characters = phrase.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), characters.as_str())
    })
}

#[cfg(test)]
mod tests;
