//! Whether a call is known that will prove the connection with the API.

use crate::connection::credentials::credentials;
use crate::connection::draft::{ConnectionDraft, Finding, Severity};
use crate::provider::{Probe, Provider, asked_scopes, empty_variable};

/// Says so when no call that proves the connection can be made with what was typed.
pub(super) fn finding(provider: &Provider, draft: &ConnectionDraft) -> Option<Finding> {
    let fitting: Vec<&Probe> = provider
        .probes
        .iter()
        .filter(|probe| probe.grant.is_none_or(|only| only == draft.grant))
        .collect();
    let empty = |probe: &Probe| empty_variable(provider, &draft.variables, &probe.path);
    let usable: Vec<&Probe> = fitting
        .iter()
        .copied()
        .filter(|probe| empty(probe).is_none())
        .collect();
    let Some(first) = usable.first() else {
        let variable = fitting.into_iter().find_map(empty)?;
        return Some(unasked(
            provider,
            draft,
            &variable.name,
            &variable.label,
            &variable.example,
        ));
    };
    let asked = asked_scopes(provider, draft.grant, &draft.variables, &draft.scopes);
    let chosen = |probe: &&Probe| {
        probe
            .scope
            .as_ref()
            .is_none_or(|scope| asked.contains(scope))
    };
    if asked.is_empty() || usable.iter().any(chosen) {
        return None;
    }
    Some(Finding::new(
        Severity::Warning,
        "scopes",
        "None of the chosen scopes allows a call that proves the token with the API.",
        format!(
            "Add {} for the proof.",
            first.scope.as_deref().unwrap_or("a reading scope")
        ),
    ))
}

fn unasked(
    provider: &Provider,
    draft: &ConnectionDraft,
    name: &str,
    label: &str,
    example: &str,
) -> Finding {
    let presented = credentials(provider, draft.grant, draft.client_authentication);
    let proven = if draft.grant.is_oauth() {
        "the API takes the token".to_owned()
    } else if presented.secret.is_some() {
        format!("the {} is accepted", presented.in_a_sentence())
    } else {
        "the API answers".to_owned()
    };
    Finding::new(
        Severity::Warning,
        format!("variables.{name}"),
        format!("Without a value for “{label}”, nothing shows whether {proven}."),
        format!("Enter something harmless to read, for example {example}."),
    )
}
