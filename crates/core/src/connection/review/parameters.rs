//! What there is to say about the additional parameters of a draft.

use crate::connection::draft::{ConnectionDraft, Finding, Severity};
use crate::provider::{Grant, Provider, is_parameter_name, is_reserved_parameter};
use crate::secret::Secret;
use crate::wording::clean;

/// More are no parameters of one request any more.
const MOST: usize = 20;
const LONGEST_VALUE: usize = 1024;
/// A shorter secret would be found in ordinary words.
const TELLING: usize = 6;

/// Adds what there is to say about additional parameters.
pub(super) fn review(provider: &Provider, draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    if draft.parameters.is_empty() {
        return;
    }
    if !draft.grant.is_oauth() {
        findings.push(Finding::blocking(
            "parameters",
            "This way of signing in sends no request that parameters could be added to.",
            "Remove them.",
        ));
        return;
    }
    if draft.parameters.len() > MOST {
        findings.push(Finding::blocking(
            "parameters",
            format!("There are more than {MOST} additional parameters."),
            "Keep those that the provider asks for.",
        ));
    }
    for (name, value) in &draft.parameters {
        findings.extend(one(provider, draft, name, value));
    }
}

/// The first parameter whose value would tell `secret` to whoever sees the request.
pub(crate) fn telling_parameter(draft: &ConnectionDraft, secret: &Secret) -> Option<Finding> {
    let mut parameters = draft.parameters.iter();
    let (name, _) = parameters.find(|(_, value)| tells(value, secret))?;
    let name = clean(name, 60);
    Some(secret_in(&format!("parameters.{name}"), &name))
}

fn one(provider: &Provider, draft: &ConnectionDraft, name: &str, value: &str) -> Option<Finding> {
    let field = format!("parameters.{}", clean(name, 60));
    let blocking =
        |summary: String, remedy: &str| Some(Finding::blocking(field.clone(), summary, remedy));
    let shown = clean(name, 60);
    if name.is_empty() {
        return blocking(
            "A parameter has no name.".to_owned(),
            "Name it, or remove it.",
        );
    }
    if is_reserved_parameter(name) {
        return blocking(
            format!("{shown} is set by Proofkey itself."),
            "Remove it. What belongs there has a field of its own.",
        );
    }
    if !is_parameter_name(name) {
        return blocking(
            format!("\"{shown}\" is not the name of a parameter."),
            "Use at most 100 letters, digits, hyphens, dots and underscores, for example audience.",
        );
    }
    if value.is_empty() {
        // RFC 6749 §3.1: sent without a value is not sent.
        return blocking(format!("{shown} has no value."), "Enter one, or remove it.");
    }
    if value.len() > LONGEST_VALUE || value.chars().any(char::is_control) {
        return blocking(
            format!(
                "The value of {shown} holds a line break or another control character, or is longer than 1,024 bytes."
            ),
            "Enter it on one line, as the provider’s documentation writes it.",
        );
    }
    let secret = draft.client_secret.as_ref();
    if secret.is_some_and(|secret| tells(value, secret)) {
        return Some(secret_in(&field, &shown));
    }
    replaced(provider, draft.grant, name).then(|| {
        Finding::new(
            Severity::Note,
            field,
            format!(
                "{} is usually sent another value for {shown}.",
                provider.name
            ),
            "Yours is sent instead.",
        )
    })
}

fn tells(value: &str, secret: &Secret) -> bool {
    let secret = secret.expose().trim();
    secret.len() >= TELLING && value.contains(secret)
}

/// Parameters are shown, exported, and may stand in the address of a browser.
fn secret_in(field: &str, name: &str) -> Finding {
    Finding::blocking(
        field,
        format!("The value of {name} holds the client secret. Parameters are not kept as secrets."),
        "Remove it. The client secret is sent where it belongs.",
    )
}

fn replaced(provider: &Provider, grant: Grant, name: &str) -> bool {
    let section = provider.authorization_code.as_ref();
    match grant {
        Grant::ClientCredentials => provider.client_credentials.parameters.contains_key(name),
        Grant::AuthorizationCode => {
            section.is_some_and(|section| section.parameters.contains_key(name))
        }
        Grant::HttpBasic | Grant::ApiKey | Grant::None => false,
    }
}
