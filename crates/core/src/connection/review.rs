//! Everything there is to say about a draft, at once.

mod credentials;
mod parameters;
mod provable;
mod redirect;
mod scopes;
mod service_token;
mod signing;

pub(crate) use parameters::telling_parameter;

use super::Redirect;
use super::draft::{ConnectionDraft, DraftReview, Finding};
use crate::provider::{self, ClientAuthentication, Grant, Provider};

/// Longer names do not fit where they are shown.
const LONGEST_NAME: usize = 100;

/// What is stored already, so that it is not missing when a draft leaves it out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub identifier: bool,
    pub secret: bool,
    pub key: bool,
}

/// Judges `draft` against what `provider` offers and asks for.
///
/// `changing` means that a stored connection is edited: a client ID, secret or key that is left out is
/// then kept, and not missing. Endpoints are there as soon as the variables alone allow it. No finding
/// quotes a secret.
pub fn review(provider: &Provider, draft: &ConnectionDraft, changing: bool) -> DraftReview {
    let kept = Kept {
        identifier: changing,
        secret: changing,
        key: changing,
    };
    review_beside(provider, draft, changing, kept)
}

/// The same where it is known which credentials are `kept`.
pub(crate) fn review_beside(
    provider: &Provider,
    draft: &ConnectionDraft,
    changing: bool,
    kept: Kept,
) -> DraftReview {
    let mut findings = Vec::new();
    name(draft, &mut findings);
    offered(provider, draft, &mut findings);
    findings.extend(redirect::findings(provider, draft, changing));
    findings.extend(provider::findings(provider, &draft.variables));
    findings.extend(provider::missing_for(
        provider,
        draft.grant,
        &draft.variables,
    ));
    scopes::review(provider, draft, &mut findings);
    parameters::review(provider, draft, &mut findings);
    findings.extend(service_token::finding(provider, draft));
    findings.extend(provable::finding(provider, draft));
    findings.extend(credentials::findings(provider, draft, kept));
    findings.extend(signing::findings(provider, draft, kept));
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
        let offered: Vec<&str> = provider.grants.iter().map(|grant| grant.word()).collect();
        findings.push(Finding::blocking(
            "grant",
            format!(
                "{} is not offered for {}.",
                draft.grant.word(),
                provider.name
            ),
            format!("Choose {}.", offered.join(" or ")),
        ));
    }
    if !draft.grant.is_oauth() {
        findings.extend(unneeded_authentication(provider, draft));
        return;
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

/// Where nothing issues tokens, no client authenticates itself.
fn unneeded_authentication(provider: &Provider, draft: &ConnectionDraft) -> Option<Finding> {
    (draft.client_authentication != ClientAuthentication::None).then(|| {
        Finding::blocking(
            "client_authentication",
            format!(
                "{} issues no tokens here, so no client signs in to it.",
                provider.name
            ),
            "Choose none.",
        )
    })
}

/// RFC 6749 §4.4: the client credentials grant is for clients that can prove who they are.
fn public_client(draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    let is_public = draft.client_authentication == ClientAuthentication::None;
    if is_public && draft.grant == Grant::ClientCredentials {
        findings.push(Finding::blocking(
            "client_authentication",
            "A client without a secret cannot get a token by itself.",
            "Choose another client authentication, or have a person approve (authorization_code).",
        ));
    }
}

fn method_name(method: ClientAuthentication) -> &'static str {
    match method {
        ClientAuthentication::ClientSecretBasic => "client_secret_basic",
        ClientAuthentication::ClientSecretPost => "client_secret_post",
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        ClientAuthentication::ClientSecretJwt => "client_secret_jwt",
        ClientAuthentication::None => "none",
    }
}
