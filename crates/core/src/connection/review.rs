//! Everything there is to say about a draft, at once.

mod parameters;
mod redirect;
mod scopes;

pub(crate) use parameters::telling_parameter;

use super::draft::{ConnectionDraft, DraftReview, Finding, Severity};
use super::{Redirect, hygiene};
use crate::provider::{self, ClientAuthentication, Grant, Provider};
use crate::secret::Secret;

/// Longer names do not fit where they are shown.
const LONGEST_NAME: usize = 100;

/// Judges `draft` against what `provider` offers and asks for.
///
/// `changing` means that a stored connection is edited: a client ID or secret that is left out is then
/// kept, and not missing. Endpoints are there as soon as the variables alone allow it. No finding
/// quotes a secret.
pub fn review(provider: &Provider, draft: &ConnectionDraft, changing: bool) -> DraftReview {
    let mut findings = Vec::new();
    name(draft, &mut findings);
    offered(provider, draft, &mut findings);
    findings.extend(redirect::findings(provider, draft, changing));
    findings.extend(provider::findings(provider, &draft.variables));
    scopes::review(provider, draft, &mut findings);
    parameters::review(provider, draft, &mut findings);
    credentials(draft, changing, &mut findings);
    let redirect = draft.redirect.as_ref();
    DraftReview {
        findings,
        endpoints: provider::resolve(provider, &draft.variables).ok(),
        redirect_uris: redirect.map(Redirect::to_register).unwrap_or_default(),
    }
}

fn name(draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    let remedy =
        "Use a short name that says what the connection is for, such as Support dashboards.";
    if draft.name.chars().count() > LONGEST_NAME {
        let summary = "The name is longer than 100 characters.";
        findings.push(Finding::blocking("name", summary, remedy));
    }
    let hidden = |c: char| c.is_control() || crate::wording::is_unseen(c);
    if draft.name.chars().any(hidden) {
        let summary = "The name holds a line break or an invisible character.";
        findings.push(Finding::blocking("name", summary, remedy));
    }
}

fn offered(provider: &Provider, draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    if draft.provider != provider.id {
        findings.push(Finding::blocking(
            "provider",
            "The draft belongs to another provider.",
            format!(
                "Choose {}, or start again with the other one.",
                provider.name
            ),
        ));
    }
    if !provider.grants.contains(&draft.grant) {
        let offered: Vec<&str> = provider
            .grants
            .iter()
            .map(|grant| grant_name(*grant))
            .collect();
        findings.push(Finding::blocking(
            "grant",
            format!(
                "{} is not offered for {}.",
                grant_name(draft.grant),
                provider.name
            ),
            format!("Choose {}.", offered.join(" or ")),
        ));
    }
    let methods = &provider.client_authentication;
    if !methods.contains(&draft.client_authentication) {
        let offered: Vec<&str> = methods.iter().map(|method| method_name(*method)).collect();
        findings.push(Finding::blocking(
            "client_authentication",
            format!(
                "{} is not offered for {}.",
                method_name(draft.client_authentication),
                provider.name
            ),
            format!("Choose {}.", offered.join(" or ")),
        ));
    }
    public_client(draft, findings);
}

/// RFC 6749 §4.4: the client credentials grant is for clients that can prove who they are.
fn public_client(draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    let secret = draft.client_secret.as_ref();
    match draft.grant {
        _ if draft.client_authentication != ClientAuthentication::None => {}
        Grant::ClientCredentials => findings.push(Finding::blocking(
            "client_authentication",
            "A client without a secret cannot get a token by itself.",
            "Choose another client authentication, or have a person approve (authorization_code).",
        )),
        Grant::AuthorizationCode if secret.is_some_and(|secret| !secret.is_empty()) => {
            findings.push(Finding::blocking(
                "client_secret",
                "A public client has no secret, and some servers refuse one that sends it.",
                "Leave the client secret empty, or choose a client authentication that uses it.",
            ));
        }
        _ => {}
    }
}

fn credentials(draft: &ConnectionDraft, changing: bool, findings: &mut Vec<Finding>) {
    let fields = [
        ("client_id", "The client ID", &draft.client_id),
        ("client_secret", "The client secret", &draft.client_secret),
    ];
    // What a public client must not have is said with its authentication.
    let is_public =
        draft.grant.is_oauth() && draft.client_authentication == ClientAuthentication::None;
    let asked = if is_public { &fields[..1] } else { &fields[..] };
    for (field, label, value) in asked.iter().copied() {
        match value {
            Some(value) if !value.is_empty() => findings.extend(hygiene::inspect(field, value)),
            None if changing => {}
            _ => findings.push(Finding::blocking(
                field,
                format!("{label} is missing."),
                "Copy it from the page of the client and paste it here.",
            )),
        }
    }
    if let (Some(id), Some(secret)) = (&draft.client_id, &draft.client_secret) {
        findings.extend(relation(id, secret));
    }
}

fn relation(id: &Secret, secret: &Secret) -> Option<Finding> {
    if !id.is_empty() && id.expose().trim() == secret.expose().trim() {
        return Some(Finding::new(
            Severity::Warning,
            "client_secret",
            "Client ID and client secret are the same.",
            "Copy each from its own field on the page of the client.",
        ));
    }
    hygiene::looks_swapped(id, secret).then(|| {
        Finding::new(
            Severity::Warning,
            "client_secret",
            "Client ID and client secret look exchanged.",
            "Compare both with the page of the client. The secret is usually the longer one.",
        )
    })
}

fn grant_name(grant: Grant) -> &'static str {
    match grant {
        Grant::ClientCredentials => "client_credentials",
        Grant::AuthorizationCode => "authorization_code",
        Grant::HttpBasic => "http_basic",
        Grant::ApiKey => "api_key",
        Grant::None => "none",
    }
}

fn method_name(method: ClientAuthentication) -> &'static str {
    match method {
        ClientAuthentication::ClientSecretBasic => "client_secret_basic",
        ClientAuthentication::ClientSecretPost => "client_secret_post",
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        ClientAuthentication::None => "none",
    }
}
