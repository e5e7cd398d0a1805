//! The commands that `proofkey sandbox --provider ID` tells a person to paste.

use proofkey_core::connection::credentials::credentials;
use proofkey_core::connection::{ConnectionDraft, Redirect};
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_sandbox::PeerPlan;
use serde::Serialize;

/// One way of signing in.
#[derive(Serialize)]
pub(super) struct Step {
    pub(super) grant: Grant,
    pub(super) add: String,
    /// Where a person has to approve.
    pub(super) authorize: Option<String>,
}

/// A whole command to paste; the secret is public.
pub(super) fn adding(plan: &PeerPlan, draft: &ConnectionDraft) -> String {
    let provider = &plan.provider;
    let asked = credentials(provider, draft.grant, draft.client_authentication);
    let mut options = Vec::new();
    if provider.grants.first() != Some(&draft.grant) {
        options.push(format!("--grant {}", draft.grant.word()));
    }
    if draft.grant.is_oauth()
        && provider.client_authentication.first() != Some(&draft.client_authentication)
    {
        let authentication = authentication(draft.client_authentication);
        options.push(format!("--auth {authentication}"));
    }
    for (name, value) in draft
        .variables
        .iter()
        .filter(|(_, value)| !value.is_empty())
    {
        options.push(format!("--var {}", word(&format!("{name}={value}"))));
    }
    if asked.identifier.is_some() {
        options.push(format!("--client-id {}", word(&plan.client_id)));
    }
    let secret = plan.client_secret.as_deref();
    let secret = secret.filter(|_| asked.secret.is_some());
    if secret.is_some() {
        options.push("--client-secret-stdin".to_owned());
    }
    for scope in &draft.scopes {
        options.push(format!("--scope {}", word(scope)));
    }
    if let Some(Redirect::Pasted { uri }) = &draft.redirect {
        options.push(format!("--redirect-uri {}", word(uri)));
    }
    let piped = secret.map(|secret| format!("printf %s {} | ", quoted(secret)));
    let begin = format!(
        "  {}proofkey connection add {} --practice --provider {}",
        piped.unwrap_or_default(),
        draft.name,
        provider.id
    );
    folded(begin, &options)
}

pub(super) fn authorizing(draft: &ConnectionDraft) -> String {
    format!("  proofkey authorize {}", draft.name)
}

/// On as many lines as it takes to read it.
fn folded(begin: String, options: &[String]) -> String {
    const WIDTH: usize = 100;
    let mut lines = vec![begin];
    for option in options {
        let fits = |line: &String| line.len() + 1 + option.len() <= WIDTH;
        match lines.last_mut().filter(|line| fits(line)) {
            Some(line) if line.starts_with("    ") => {
                line.push(' ');
                line.push_str(option);
            }
            _ => lines.push(format!("    {option}")),
        }
    }
    lines.join(" \\\n")
}

/// As one word of a shell.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/=@+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn authentication(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::ClientSecretBasic => "client_secret_basic",
        ClientAuthentication::ClientSecretPost => "client_secret_post",
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        ClientAuthentication::ClientSecretJwt => "client_secret_jwt",
        ClientAuthentication::None => "none",
    }
}
