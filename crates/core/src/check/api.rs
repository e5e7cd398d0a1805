//! Whether the API takes what is presented to it, and whether the right account answers.

mod account;
mod refusal;

use super::report::{Cause, Check, CheckId};
use super::terms::Terms;
use super::wording::quoted;
pub(super) use account::{account, account_unasked};
pub(super) use refusal::refused;

use crate::connection::Connection;
use crate::probe::{ProbeError, ProbeErrorKind, ProbeReply};
use crate::provider::{
    Grant, Probe, Provider, Variable, VariableKind, empty_variable, filled_scope, probe_path,
    scopes,
};

/// The best probe that the granted scopes allow. Where the server did not say which it granted, those
/// that were requested count (RFC 6749 §5.1); where none were requested either, any may work.
pub(super) fn choose<'a>(terms: Terms<'a>, granted: Option<&[String]>) -> Option<&'a Probe> {
    best(terms.provider, terms.connection, granted)
}

/// As [`choose`], for whoever asks again what was asked.
pub(crate) fn best<'a>(
    provider: &'a Provider,
    connection: &Connection,
    granted: Option<&[String]>,
) -> Option<&'a Probe> {
    let mut usable = usable(provider, connection, granted);
    usable.next()
}

/// The best probe that the granted scopes allow and that tells which account answers.
pub(crate) fn comparing<'a>(
    provider: &'a Provider,
    connection: &Connection,
    granted: Option<&[String]>,
) -> Option<&'a Probe> {
    let mut usable = usable(provider, connection, granted);
    usable.find(|probe| probe.matches.is_some())
}

fn usable<'a>(
    provider: &'a Provider,
    connection: &Connection,
    granted: Option<&[String]>,
) -> impl Iterator<Item = &'a Probe> {
    let requested = scopes(provider, connection);
    let variables = &connection.variables;
    let filled = move |scope: &String| {
        filled_scope(provider, variables, scope).unwrap_or_else(|_| scope.clone())
    };
    let unanswered = move |scope: &String| {
        let mut entries = provider.scopes.entries.iter();
        entries.any(|entry| entry.unanswered && filled(&entry.name) == *scope)
    };
    let held = move |scope: String| match granted {
        Some(granted) => {
            granted.contains(&scope) || (requested.contains(&scope) && unanswered(&scope))
        }
        None => requested.is_empty() || requested.contains(&scope),
    };
    provider.probes.iter().filter(move |probe| {
        probe.grant.is_none_or(|only| only == connection.grant)
            && probe.scope.as_ref().map(filled).is_none_or(&held)
            && probe_path(provider, variables, &probe.path).is_some()
    })
}

/// No probe fits: that proves nothing against the connection. Where a token was issued, that much is
/// proven all the same; what goes to the API as it is was then tried nowhere, and the check fails.
pub(super) fn unasked(terms: Terms<'_>) -> Check {
    let name = terms.name();
    let fitting = || {
        let probes = terms.provider.probes.iter();
        probes.filter(|probe| {
            probe
                .grant
                .is_none_or(|only| only == terms.connection.grant)
        })
    };
    let empty = fitting()
        .find_map(|probe| empty_variable(terms.provider, &terms.connection.variables, &probe.path));
    let helpful: Vec<&str> = fitting()
        .filter_map(|probe| probe.scope.as_deref())
        .collect();
    let (why, remedy) = match (empty, helpful.first()) {
        (Some(variable), _) => (
            format!(
                "“{}” is empty, so there is no call to test {name} with",
                variable.label
            ),
            Some(format!(
                "To have the API tested, fill in “{}”: something harmless to read, for example {}.",
                variable.label, variable.example
            )),
        ),
        (None, Some(scope)) => (
            format!(
                "None of the granted scopes allows a harmless test call, so the API of {name} was not asked"
            ),
            Some(format!(
                "To have the API tested too, add {} to the scopes.",
                quoted(scope, 80)
            )),
        ),
        (None, None) => (
            format!("No harmless test call is known for {name}, so its API was not asked"),
            None,
        ),
    };
    let check = if terms.connection.grant.is_oauth() {
        Check::skipped(CheckId::Api, format!("{why}."))
    } else {
        unproven(terms, &why)
    };
    let check = check.resting(terms.standard_of_the_api());
    let check = match remedy {
        Some(remedy) => check.remedied_by(remedy),
        None => check,
    };
    if helpful.is_empty() {
        check
    } else {
        check.with("scopes_with_a_test_call", helpful.join(" "))
    }
}

/// Nobody said yes to the credentials, and a report must not look as if somebody had.
fn unproven(terms: Terms<'_>, why: &str) -> Check {
    let what = terms.presented().map_or_else(
        || "that the API answers".to_owned(),
        |presented| format!("that the {presented} is accepted"),
    );
    Check::failed(CheckId::Api, format!("{why}. Nothing proves {what}.")).remedied_by(format!(
        "Add a test call to the provider file of {}, and validate again.",
        terms.name()
    ))
}

pub(super) fn accepted(terms: Terms<'_>, probe: &Probe, reply: &ProbeReply) -> Check {
    let name = terms.name();
    let summary = terms.presented().map_or_else(
        || format!("The API of {name} answers."),
        |presented| format!("The API of {name} accepts the {presented}."),
    );
    Check::passed(CheckId::Api, summary)
        .resting(terms.standard_of_the_api())
        .with("asked", &reply.asked)
        .with("status", reply.status)
        .with("proves", &probe.proves)
        .with_some("scope", probe.scope.as_deref())
}

/// Whether the answer of a call without credentials shows that they made the difference: a refusal is
/// proof, and an answer that never came or tells of the server's own trouble is none.
pub(super) fn tells_apart(anonymous: &Result<ProbeReply, ProbeError>) -> Option<bool> {
    let Err(error) = anonymous else {
        return Some(false);
    };
    let told = match error.kind {
        ProbeErrorKind::Unmet { .. } | ProbeErrorKind::Redirected { .. } => true,
        ProbeErrorKind::Refused(_) => error.status.is_some_and(refuses_the_caller),
        // A page to sign in at comes with a status of success too.
        ProbeErrorKind::NotJson { .. } => error
            .status
            .is_some_and(|status| matches!(status, 200..=299) || refuses_the_caller(status)),
        ProbeErrorKind::Transport(_)
        | ProbeErrorKind::Busy { .. }
        | ProbeErrorKind::Malformed { .. }
        | ProbeErrorKind::NotSendable { .. } => false,
    };
    told.then_some(true)
}

/// Whether a call that only the credentials tell from one that went well was refused for want of them.
/// Beside 401 and 403 that is 400, for a header that is missing, and 404, which may hide what a caller
/// must not know of (RFC 9110 §15.5.1, §15.5.5). Other statuses, 408 among them, may have other reasons.
fn refuses_the_caller(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 404)
}

/// The call went well with the credentials, and a call without them did not show that they mattered.
///
/// A token was issued to them all the same, so that this takes no more from its proof than having no
/// test call does; of what goes to the API as it is, nothing is proven.
pub(super) fn indifferent(terms: Terms<'_>, reply: &ProbeReply, answered: bool) -> Check {
    let name = terms.name();
    let presented = terms.presented().unwrap_or_else(|| "call".to_owned());
    let (summary, cause) = if answered {
        (
            format!(
                "{name} answers the test call to anybody, so nothing proves that the {presented} is accepted."
            ),
            Cause::new(
                "What the test call reads is public.",
                "Choose something to read that needs a sign-in, and validate again.",
            ),
        )
    } else {
        (
            format!(
                "{name} answered the test call, and could not be asked once more without the {presented} to compare."
            ),
            Cause::new(
                "The second call was not answered, the server had trouble of its own, or the API asks to wait.",
                "Validate again in a few minutes.",
            ),
        )
    };
    let check = if terms.connection.grant.is_oauth() {
        Check::warning(CheckId::Api, summary)
    } else {
        Check::failed(CheckId::Api, summary)
    };
    check
        .because(cause)
        .resting(terms.standard_of_the_api())
        .with("asked", &reply.asked)
        .with("status", reply.status)
}

impl Terms<'_> {
    /// Whether the call may go well without credentials for all that anybody knows. Files describe calls
    /// that ask for a token; what a person types may be public, and what is no token is proven by nothing
    /// else.
    pub(super) fn may_be_open(self, probe: &Probe) -> bool {
        let named = |variable: &Variable| probe.path.contains(&format!("{{{}}}", variable.name));
        let mut variables = self.provider.variables.iter();
        !self.connection.grant.is_oauth()
            || variables.any(|variable| variable.kind == VariableKind::Path && named(variable))
    }

    /// What the way of signing in to the API rests on.
    pub(super) fn standard_of_the_api(self) -> Option<&'static str> {
        match self.connection.grant {
            Grant::ClientCredentials | Grant::AuthorizationCode => Some("RFC 6750 §2.1"),
            Grant::HttpBasic => Some("RFC 7617"),
            Grant::ApiKey | Grant::None => None,
        }
    }
}

#[cfg(test)]
mod tests;
