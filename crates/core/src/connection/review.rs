//! Everything there is to say about a draft, at once.

mod redirect;

use super::draft::{ConnectionDraft, DraftReview, Finding, Severity};
use super::{Redirect, hygiene, is_scope_token};
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
    scopes(provider, draft, &mut findings);
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
}

fn scopes(provider: &Provider, draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    if draft.scopes.is_empty() {
        findings.push(Finding::new(
            Severity::Note,
            "scopes",
            "No scope is chosen, so the server grants everything the client may have.",
            "Choose the scopes you need, for example account:read, to ask for no more than those.",
        ));
        return;
    }
    for (index, scope) in draft.scopes.iter().enumerate() {
        findings.extend(scope_finding(provider, &draft.scopes[..index], scope));
    }
    unprovable(provider, draft, findings);
}

fn scope_finding(provider: &Provider, before: &[String], scope: &str) -> Option<Finding> {
    let shown = crate::wording::clean(scope, 80);
    let separator = provider.scopes.separator.as_str();
    if !is_scope_token(scope) || (separator == "," && scope.contains(',')) {
        return Some(Finding::blocking(
            "scopes",
            format!("\"{shown}\" is not a scope."),
            "A scope is one word without blanks, quotation marks or backslashes, for example \
             account:read. Enter each scope by itself.",
        ));
    }
    if before.iter().any(|earlier| earlier == scope) {
        return Some(Finding::new(
            Severity::Warning,
            "scopes",
            format!("{shown} is listed twice."),
            "Remove one of them.",
        ));
    }
    let listed = provider
        .scopes
        .entries
        .iter()
        .any(|entry| entry.name == scope);
    (!listed).then(|| unlisted(provider, &shown, scope))
}

fn unlisted(provider: &Provider, shown: &str, scope: &str) -> Finding {
    let summary = format!("{shown} is not in the list of {}.", provider.name);
    let near = near_miss(provider, scope);
    if !provider.scopes.free_text {
        let remedy = near.map_or("Choose one from the list.".to_owned(), |near| {
            format!("Did you mean {near}?")
        });
        return Finding::blocking("scopes", summary, remedy);
    }
    let remedy = near.map_or(
        "It is asked for as typed. The server decides whether it exists.".to_owned(),
        |near| format!("Did you mean {near}? It is asked for as typed."),
    );
    Finding::new(Severity::Note, "scopes", summary, remedy)
}

/// The listed scope that is at most two typing mistakes away.
fn near_miss<'p>(provider: &'p Provider, scope: &str) -> Option<&'p str> {
    // The comparison takes time by length; nobody mistypes a scope into a page of text.
    if scope.len() > 100 {
        return None;
    }
    let names = provider
        .scopes
        .entries
        .iter()
        .map(|entry| entry.name.as_str());
    names
        .map(|name| (strsim::damerau_levenshtein(name, scope), name))
        .filter(|(distance, name)| *distance <= 2 && distance * 3 <= name.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Says so when no call that proves the token is allowed by the chosen scopes.
fn unprovable(provider: &Provider, draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    let chosen = |scope: &Option<String>| {
        scope
            .as_ref()
            .is_none_or(|scope| draft.scopes.contains(scope))
    };
    let usable = || {
        provider
            .probes
            .iter()
            .filter(|probe| probe.grant.is_none_or(|only| only == draft.grant))
    };
    if usable().any(|probe| chosen(&probe.scope)) {
        return;
    }
    let best = usable().find_map(|probe| probe.scope.as_deref());
    findings.push(Finding::new(
        Severity::Warning,
        "scopes",
        "None of the chosen scopes allows a call that proves the token with the API.",
        format!("Add {} for the proof.", best.unwrap_or("a reading scope")),
    ));
}

fn credentials(draft: &ConnectionDraft, changing: bool, findings: &mut Vec<Finding>) {
    let fields = [
        ("client_id", "The client ID", &draft.client_id),
        ("client_secret", "The client secret", &draft.client_secret),
    ];
    for (field, label, value) in fields {
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
