//! What there is to say about the scopes of a draft.

use crate::connection::draft::{ConnectionDraft, Finding, Severity};
use crate::connection::is_scope_token;
use crate::provider::{self, Grant, Provider, ScopeUse};

/// Adds what there is to say about the chosen scopes.
pub(super) fn review(provider: &Provider, draft: &ConnectionDraft, findings: &mut Vec<Finding>) {
    if !provider::takes_scopes(provider, draft.grant) {
        findings.extend(unused(provider, draft));
        return;
    }
    if draft.scopes.is_empty() {
        findings.push(unchosen(provider, draft.grant));
        return;
    }
    let mut before = Vec::new();
    for scope in &draft.scopes {
        match provider::filled_scope(provider, &draft.variables, scope) {
            Ok(scope) => {
                findings.extend(scope_finding(provider, draft, &before, &scope));
                before.push(scope);
            }
            Err(missing) => findings.extend(unfilled(provider, scope, &missing)),
        }
    }
}

/// No request of this grant names scopes.
fn unused(provider: &Provider, draft: &ConnectionDraft) -> Option<Finding> {
    if draft.scopes.is_empty() {
        return None;
    }
    let name = &provider.name;
    Some(if draft.grant.is_oauth() {
        Finding::new(
            Severity::Warning,
            "scopes",
            format!(
                "{name} takes the scopes from the client’s own settings, so the chosen ones are not sent."
            ),
            format!("Set them at the client in {name}, and remove them here."),
        )
    } else {
        Finding::blocking(
            "scopes",
            "This way of signing in knows no scopes.",
            "Remove them. What the credential may do is set where it was made.",
        )
    })
}

fn unchosen(provider: &Provider, grant: Grant) -> Finding {
    let required = provider.client_credentials.scope == ScopeUse::Required;
    if grant == Grant::ClientCredentials && required {
        let example = provider::suggested_scopes(provider, grant)
            .into_iter()
            .next();
        return Finding::blocking(
            "scopes",
            format!(
                "{} issues no token when no scope is asked for.",
                provider.name
            ),
            match example {
                Some(example) => format!("Choose at least one, for example {example}."),
                None => "Choose at least one.".to_owned(),
            },
        );
    }
    Finding::new(
        Severity::Note,
        "scopes",
        "No scope is chosen, so the server grants everything the client may have.",
        "Choose the scopes you need, to ask for no more than those.",
    )
}

/// A required variable without a value has a finding of its own.
fn unfilled(provider: &Provider, scope: &str, missing: &str) -> Option<Finding> {
    let mut variables = provider.variables.iter();
    let asked = variables.find(|variable| variable.name == missing);
    if asked.is_some_and(|variable| !variable.optional) {
        return None;
    }
    let scope = crate::wording::clean(scope, 80);
    let label = asked.map_or(missing, |variable| &variable.label);
    Some(Finding::blocking(
        "scopes",
        format!("\"{scope}\" holds {{{missing}}}, which has no value."),
        format!("Enter a value for {label}, or write the scope out."),
    ))
}

fn scope_finding(
    provider: &Provider,
    draft: &ConnectionDraft,
    before: &[String],
    scope: &str,
) -> Option<Finding> {
    let shown = crate::wording::clean(scope, 80);
    let separator = provider.scopes.separator.as_str();
    if !is_scope_token(scope) || (separator == "," && scope.contains(',')) {
        return Some(Finding::blocking(
            "scopes",
            format!("\"{shown}\" is not a scope."),
            "A scope is one word without blanks, quotation marks or backslashes. Enter each scope by \
             itself.",
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
    let listed = provider.scopes.entries.iter().any(|entry| {
        provider::filled_scope(provider, &draft.variables, &entry.name)
            .is_ok_and(|name| name == scope)
    });
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
