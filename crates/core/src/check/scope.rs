//! Scopes: asked for, granted, missing.

use std::collections::BTreeSet;

use super::report::{Cause, Check, CheckId};
use super::wording::{lasts, list};
use crate::error::Quoted;
use crate::provider::Provider;

/// What the token endpoint said about scopes.
pub(super) struct ScopeAnswer<'a> {
    /// Asked for by the connection.
    pub requested: &'a [String],
    /// RFC 6749 §5.1 `scope`, when the answer had one.
    pub granted: Option<&'a [String]>,
    /// The refusal of a request with scopes, when the same request without any was accepted.
    pub refused: Option<&'a Quoted>,
}

/// Tells requested, granted and missing scopes apart. A missing one fails; one more than was asked
/// for is worth a note.
pub(super) fn judge(provider: &Provider, answer: &ScopeAnswer<'_>) -> Check {
    let check = match (answer.refused, answer.granted) {
        (Some(refused), _) => refused_with_scopes(provider, answer, refused),
        (None, Some(granted)) => compared(provider, answer.requested, granted),
        (None, None) => unsaid(provider, answer.requested),
    };
    let check = check.with("requested", joined(answer.requested));
    check.with_some("granted", answer.granted.map(joined))
}

/// Scopes belong to tokens.
pub(super) fn unneeded() -> Check {
    Check::skipped(
        CheckId::Scope,
        "There are no scopes: what may be done is set at the account itself.",
    )
    .resting(None)
}

fn unsaid(provider: &Provider, requested: &[String]) -> Check {
    if requested.is_empty() {
        return Check::skipped(
            CheckId::Scope,
            format!(
                "You asked for no particular scope and {} named none, so there is nothing to compare.",
                provider.name
            ),
        );
    }
    // RFC 6749 §5.1: leaving `scope` out means "identical to the scope requested by the client".
    Check::passed(
        CheckId::Scope,
        format!(
            "{} granted {} as asked: its answer names none, and that means no difference.",
            provider.name,
            counted(requested.len())
        ),
    )
}

fn compared(provider: &Provider, requested: &[String], granted: &[String]) -> Check {
    let missing = difference(requested, granted);
    let extra = difference(granted, requested);
    if requested.is_empty() {
        return Check::passed(
            CheckId::Scope,
            format!(
                "You asked for no particular scope; {} granted {}.",
                provider.name,
                counted(granted.len())
            ),
        );
    }
    if missing.is_empty() {
        let summary = if extra.is_empty() {
            format!(
                "{} granted {} you asked for.",
                provider.name,
                all_of(requested)
            )
        } else {
            format!(
                "{} granted {} you asked for, and {} more.",
                provider.name,
                all_of(requested),
                extra.len()
            )
        };
        let check = Check::passed(CheckId::Scope, summary);
        return if extra.is_empty() {
            check
        } else {
            check.with("extra", extra.join(" "))
        };
    }
    lacking(provider, &missing)
        .because(not_ticked(provider, &missing))
        .because_any(just_added(provider))
}

/// The client is known, and its request was refused only when it named scopes.
fn refused_with_scopes(provider: &Provider, answer: &ScopeAnswer<'_>, refused: &Quoted) -> Check {
    let missing = answer
        .granted
        .map(|granted| difference(answer.requested, granted));
    let check = match &missing {
        Some(missing) if !missing.is_empty() => lacking(provider, missing)
            .because(not_ticked(provider, missing))
            .because_any(just_added(provider)),
        _ => {
            // Where the server named what the client may have, nothing asked for is missing from it.
            let unlisted = missing.is_none().then(|| {
                let all = difference(answer.requested, &[]);
                not_ticked(provider, &all)
            });
            Check::failed(
                CheckId::Scope,
                format!(
                    "{} accepts the client, but not together with the scopes you asked for.",
                    provider.name
                ),
            )
            .because_any(just_added(provider))
            .because_any(unlisted)
            .because(Cause::new(
                "The client may have these scopes, and may not ask for them by name.",
                "Take the scopes out of this connection: without any, everything the client may have is granted.",
            ))
        }
    };
    check
        .with_some("status", refused.status)
        .with_some("error", refused.error.as_deref())
        .with_some("error_description", refused.description.as_deref())
        .with(
            "told_apart_by",
            "The same request without scopes was accepted.",
        )
}

fn lacking(provider: &Provider, missing: &[&str]) -> Check {
    Check::failed(
        CheckId::Scope,
        format!(
            "{} did not grant {}.",
            provider.name,
            list(missing.iter().copied())
        ),
    )
    .with("missing", missing.join(" "))
}

fn not_ticked(provider: &Provider, missing: &[&str]) -> Cause {
    let near = missing
        .iter()
        .find(|scope| !is_known(provider, scope))
        .map(|scope| {
            format!(
                " {} is not in the list of scopes known for {}; a letter may be wrong.",
                list([*scope]),
                provider.name
            )
        })
        .unwrap_or_default();
    Cause::new(
        format!(
            "The client in {} is probably not allowed {}.{near}",
            provider.name,
            list(missing.iter().copied())
        ),
        format!(
            "Open the client in {}, tick {}, save it, and validate again. If you do not need {}, take {} out of this connection.",
            provider.name,
            if missing.len() == 1 {
                "this scope"
            } else {
                "these scopes"
            },
            if missing.len() == 1 { "it" } else { "them" },
            if missing.len() == 1 { "it" } else { "them" },
        ),
    )
}

fn just_added(provider: &Provider) -> Option<Cause> {
    let seconds = provider.lifetimes.scope_activation_seconds?;
    Some(Cause::new(
        format!(
            "A scope was added to the client only minutes ago. {} refuses it for a while after that.",
            provider.name
        ),
        format!("Wait {} and validate again.", lasts(u64::from(seconds))),
    ))
}

fn is_known(provider: &Provider, scope: &str) -> bool {
    provider
        .scopes
        .entries
        .iter()
        .any(|entry| entry.name == scope)
}

/// What is in `all` and not in `without`, in order and once.
fn difference<'a>(all: &'a [String], without: &'a [String]) -> Vec<&'a str> {
    let mut seen: BTreeSet<&str> = without.iter().map(String::as_str).collect();
    all.iter()
        .map(String::as_str)
        .filter(|scope| seen.insert(*scope))
        .collect()
}

fn joined(scopes: &[String]) -> String {
    scopes.join(" ")
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 scope".to_owned(),
        count => format!("{count} scopes"),
    }
}

fn all_of(requested: &[String]) -> String {
    match requested.len() {
        1 => "the scope".to_owned(),
        2 => "both scopes".to_owned(),
        count => format!("all {count} scopes"),
    }
}

#[cfg(test)]
mod tests;
