//! Scopes: asked for, granted, missing.

use std::collections::BTreeSet;

use super::report::{Cause, Check, CheckId};
use super::terms::Terms;
use super::wording::{lasts, list};
use crate::error::Quoted;
use crate::provider::{ErrorSource, Grant, ScopeEntry, filled_scope};

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
pub(super) fn judge(terms: Terms<'_>, answer: &ScopeAnswer<'_>) -> Check {
    let check = match (answer.refused, answer.granted) {
        (Some(refused), _) => refused_with_scopes(terms, answer, refused),
        (None, Some(granted)) => compared(terms, answer.requested, granted),
        (None, None) => unsaid(terms, answer.requested),
    };
    let check = check.with("requested", joined(answer.requested));
    check.with_some("granted", answer.granted.map(joined))
}

/// Scopes belong to tokens.
pub(super) fn unneeded() -> Check {
    Check::skipped(
        CheckId::Scope,
        "No scopes are asked for: they belong to tokens.",
    )
    .resting(None)
}

fn unsaid(terms: Terms<'_>, requested: &[String]) -> Check {
    if requested.is_empty() {
        return Check::skipped(
            CheckId::Scope,
            format!(
                "You asked for no particular scope and {} named none, so there is nothing to compare.",
                terms.name()
            ),
        );
    }
    // RFC 6749 §5.1: leaving `scope` out means "identical to the scope requested by the client".
    Check::passed(
        CheckId::Scope,
        format!(
            "{} granted {} as asked: its answer names none, and that means no difference.",
            terms.name(),
            counted(requested.len())
        ),
    )
}

fn compared(terms: Terms<'_>, requested: &[String], granted: &[String]) -> Check {
    let (unnamed, missing) = told_apart(terms, difference(requested, granted));
    let extra = difference(granted, requested);
    if requested.is_empty() {
        return Check::passed(
            CheckId::Scope,
            format!(
                "You asked for no particular scope; {} granted {}.",
                terms.name(),
                counted(granted.len())
            ),
        );
    }
    if missing.is_empty() {
        let summary = if extra.is_empty() {
            format!(
                "{} granted {} you asked for.",
                terms.name(),
                all_of(requested)
            )
        } else {
            format!(
                "{} granted {} you asked for, and {} more.",
                terms.name(),
                all_of(requested),
                extra.len()
            )
        };
        let check = if unnamed.is_empty() {
            Check::passed(CheckId::Scope, summary)
        } else {
            let unnamed = unnamed.iter().copied();
            let summary = format!("{summary} It never names {}.", list(unnamed.clone()));
            let unnamed: Vec<&str> = unnamed.collect();
            Check::passed(CheckId::Scope, summary).with("unanswered", unnamed.join(" "))
        };
        return if extra.is_empty() {
            check
        } else {
            check.with("extra", extra.join(" "))
        };
    }
    lacking(terms, &missing)
        .because_any(of_another_grant(terms, &missing))
        .because(not_ticked(terms, &missing))
        .because_any(just_added(terms))
}

/// The client is known, and its request was refused only when it named scopes.
fn refused_with_scopes(terms: Terms<'_>, answer: &ScopeAnswer<'_>, refused: &Quoted) -> Check {
    let missing = answer
        .granted
        .map(|granted| told_apart(terms, difference(answer.requested, granted)).1);
    // Any other refusal was told apart from one of the client just now.
    let known = terms
        .known(ErrorSource::Token, refused)
        .filter(|_| refused.error.as_deref() == Some("invalid_scope"));
    let check = match &missing {
        Some(missing) if !missing.is_empty() => lacking(terms, missing)
            .because_any(of_another_grant(terms, missing))
            .because(not_ticked(terms, missing))
            .because_any(just_added(terms)),
        _ => {
            // Where the server named what the client may have, nothing asked for is missing from it.
            let unlisted = missing.is_none().then(|| {
                let all = difference(answer.requested, &[]);
                not_ticked(terms, &all)
            });
            Check::failed(
                CheckId::Scope,
                format!(
                    "{} accepts the client, but not together with the scopes you asked for.",
                    terms.name()
                ),
            )
            .because_any(just_added(terms))
            .because_any(unlisted)
            .because(Cause::new(
                "The client may have these scopes, and may not ask for them by name.",
                "Take the scopes out of this connection: without any, everything the client may have is granted.",
            ))
        }
    };
    check
        .explained(known)
        .with_some("status", refused.status)
        .with_some("error", refused.error.as_deref())
        .with_some("error_description", refused.description.as_deref())
        .with(
            "told_apart_by",
            "The same request without scopes was accepted.",
        )
}

fn lacking(terms: Terms<'_>, missing: &[&str]) -> Check {
    Check::failed(
        CheckId::Scope,
        format!(
            "{} did not grant {}.",
            terms.name(),
            list(missing.iter().copied())
        ),
    )
    .with("missing", missing.join(" "))
}

/// A scope of the list that another grant alone may ask for.
fn of_another_grant(terms: Terms<'_>, missing: &[&str]) -> Option<Cause> {
    let grant = terms.connection.grant;
    let other = |scope: &&&str| {
        entry(terms, scope).is_some_and(|entry| entry.grant.is_some_and(|only| only != grant))
    };
    let scope = missing.iter().find(other)?;
    let how = if grant == Grant::ClientCredentials {
        "when a person approves"
    } else {
        "by a client that signs in by itself"
    };
    Some(Cause::new(
        format!("{} is granted only {how}.", list([*scope])),
        "Take it out of this connection, or choose the other grant.",
    ))
}

/// Those that the server never names although it grants them, and the rest.
fn told_apart<'a>(terms: Terms<'_>, missing: Vec<&'a str>) -> (Vec<&'a str>, Vec<&'a str>) {
    missing
        .into_iter()
        .partition(|scope| entry(terms, scope).is_some_and(|entry| entry.unanswered))
}

/// The entry of the provider's list, by its name with the variables filled in.
fn entry<'a>(terms: Terms<'a>, scope: &str) -> Option<&'a ScopeEntry> {
    let variables = &terms.connection.variables;
    terms.provider.scopes.entries.iter().find(|entry| {
        filled_scope(terms.provider, variables, &entry.name).is_ok_and(|name| name == scope)
    })
}

fn not_ticked(terms: Terms<'_>, missing: &[&str]) -> Cause {
    let near = missing
        .iter()
        .find(|scope| entry(terms, scope).is_none())
        .map(|scope| {
            format!(
                " {} is not in the list of scopes known for {}; a letter may be wrong.",
                list([*scope]),
                terms.name()
            )
        })
        .unwrap_or_default();
    Cause::new(
        format!(
            "The client in {} is probably not allowed {}.{near}",
            terms.name(),
            list(missing.iter().copied())
        ),
        format!(
            "Open the client in {}, tick {}, save it, and validate again. If you do not need {}, take {} out of this connection.",
            terms.name(),
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

fn just_added(terms: Terms<'_>) -> Option<Cause> {
    let seconds = terms.provider.lifetimes.scope_activation_seconds?;
    Some(Cause::new(
        format!(
            "A scope was added to the client only minutes ago. {} refuses it for a while after that.",
            terms.name()
        ),
        format!("Wait {} and validate again.", lasts(u64::from(seconds))),
    ))
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
