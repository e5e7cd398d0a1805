//! What there is to say about a client ID and secret, a user name and password, or a key.

use super::Kept;
use crate::connection::credentials::{Asked, Credentials, credentials};
use crate::connection::draft::{ConnectionDraft, Finding, Severity};
use crate::connection::hygiene::{self, Use};
use crate::provider::{Grant, Provider};
use crate::secret::Secret;

/// Findings about the credentials of a draft, by the names that `provider` gives them. What is `kept` is
/// not missing when it is left out.
pub(super) fn findings(provider: &Provider, draft: &ConnectionDraft, kept: Kept) -> Vec<Finding> {
    let asked = credentials(provider, draft.grant, draft.client_authentication);
    let asks_for_key = asked.key.is_some();
    let fields = [
        (
            "client_id",
            asked.identifier,
            &draft.client_id,
            kept.identifier,
        ),
        (
            "client_secret",
            asked.secret,
            &draft.client_secret,
            kept.secret,
        ),
    ];
    let mut findings = Vec::new();
    for (field, asked, value, kept) in fields {
        let given = value.as_ref().filter(|value| !value.is_empty());
        match (asked, given) {
            (Some(_), Some(value)) => {
                findings.extend(hygiene::inspect_for(field, value, usage(draft.grant)));
                findings.extend(colon(provider, draft.grant, field, value));
            }
            (Some(asked), None) if !(kept && value.is_none()) => {
                findings.push(missing(field, asked));
            }
            (None, Some(_)) => findings.push(unused(provider, asks_for_key, draft.grant, field)),
            _ => {}
        }
    }
    if let (Some(id), Some(secret)) = (&draft.client_id, &draft.client_secret) {
        findings.extend(relation(&asked, id, secret));
    }
    findings
}

fn usage(grant: Grant) -> Use {
    match grant {
        Grant::HttpBasic => Use::Basic,
        Grant::ApiKey | Grant::None => Use::Key,
        Grant::ClientCredentials | Grant::AuthorizationCode => Use::Client,
    }
}

fn missing(field: &str, asked: Asked<'_>) -> Finding {
    let remedy = asked
        .help
        .unwrap_or("Copy it from the page of the client and paste it here.");
    Finding::blocking(field, format!("{} is missing.", the(asked.label)), remedy)
}

/// "The client ID", "API key": the standard's own names take an article.
fn the(label: &str) -> String {
    match label {
        "Client ID" => "The client ID".to_owned(),
        "Client secret" => "The client secret".to_owned(),
        _ => label.to_owned(),
    }
}

/// Stored, it would look as if it were used.
fn unused(provider: &Provider, asks_for_key: bool, grant: Grant, field: &str) -> Finding {
    let name = &provider.name;
    let summary = match grant {
        Grant::None => format!("Nothing is presented to {name}, so there is nothing to store."),
        Grant::HttpBasic | Grant::ApiKey => {
            format!("{name} takes one value alone, and this one would not be used.")
        }
        Grant::ClientCredentials | Grant::AuthorizationCode if asks_for_key => {
            "A client that signs with a private key has no secret.".to_owned()
        }
        Grant::ClientCredentials | Grant::AuthorizationCode => {
            "A public client has no secret, and some servers refuse one that sends it.".to_owned()
        }
    };
    let remedy = "Leave this field empty, or choose another way to sign in.";
    Finding::blocking(field, summary, remedy)
}

/// RFC 7617 §2: the first colon ends the user name.
fn colon(provider: &Provider, grant: Grant, field: &str, value: &Secret) -> Option<Finding> {
    if grant != Grant::HttpBasic || !value.expose().contains(':') {
        return None;
    }
    let template = provider
        .static_credentials
        .as_ref()
        .map_or("{identifier}", |fields| fields.username.as_str());
    let place = match field {
        "client_id" => "{identifier}",
        _ => "{secret}",
    };
    template.contains(place).then(|| {
        Finding::blocking(
            field,
            "It holds a colon, and HTTP Basic ends a user name at the first colon.",
            "Copy the value alone, without a password or a scheme around it.",
        )
    })
}

fn relation(asked: &Credentials<'_>, id: &Secret, secret: &Secret) -> Option<Finding> {
    let (Some(first), Some(second)) = (asked.identifier, asked.secret) else {
        return None;
    };
    let labels = format!("{} and {}", first.label, asked.secret_in_a_sentence());
    if !id.is_empty() && id.expose().trim() == secret.expose().trim() {
        return Some(Finding::new(
            Severity::Warning,
            "client_secret",
            format!("{labels} are the same."),
            "Copy each from its own field on the page that shows them.",
        ));
    }
    hygiene::looks_swapped(id, secret).then(|| {
        Finding::new(
            Severity::Warning,
            "client_secret",
            format!("{labels} look exchanged."),
            format!(
                "Compare both with the page that shows them. {} is usually the longer one.",
                the(second.label)
            ),
        )
    })
}
