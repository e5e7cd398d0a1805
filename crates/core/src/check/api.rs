//! Whether the API takes the token, and whether the right account answers.

use super::report::{Cause, Check, CheckId};
use super::transport::{self, Surroundings};
use super::wording::{lasts, quoted};
use crate::error::Quoted;
use crate::probe::{Comparison, ProbeError, ProbeErrorKind, ProbeReply};
use crate::provider::{Grant, Probe, Provider};

/// The best probe that the granted scopes allow. Where the server did not say which it granted, those
/// that were requested count (RFC 6749 §5.1); where none were requested either, any may work.
pub(super) fn choose<'a>(
    provider: &'a Provider,
    grant: Grant,
    requested: &[String],
    granted: Option<&[String]>,
) -> Option<&'a Probe> {
    provider
        .probes
        .iter()
        .find(|probe| allowed(probe, grant, requested, granted))
}

/// The best probe that the granted scopes allow and that tells which account answers.
pub(crate) fn comparing<'a>(
    provider: &'a Provider,
    grant: Grant,
    requested: &[String],
    granted: Option<&[String]>,
) -> Option<&'a Probe> {
    provider
        .probes
        .iter()
        .find(|probe| probe.matches.is_some() && allowed(probe, grant, requested, granted))
}

fn allowed(probe: &Probe, grant: Grant, requested: &[String], granted: Option<&[String]>) -> bool {
    let unknown = granted.is_none() && requested.is_empty();
    let scopes = granted.unwrap_or(requested);
    let fits = probe.grant.is_none_or(|only| only == grant);
    fits && match &probe.scope {
        Some(needed) => unknown || scopes.contains(needed),
        None => true,
    }
}

/// No probe fits: that proves nothing against the connection.
pub(super) fn unasked(provider: &Provider) -> Check {
    let helpful: Vec<&str> = provider
        .probes
        .iter()
        .filter_map(|probe| probe.scope.as_deref())
        .collect();
    let check = Check::skipped(
        CheckId::Api,
        format!(
            "None of the granted scopes allows a harmless test call, so the API of {} was not asked.",
            provider.name
        ),
    );
    match helpful.first() {
        Some(first) => check
            .remedied_by(format!(
                "To have the API tested too, add {} to the scopes.",
                quoted(first, 80)
            ))
            .with("scopes_with_a_test_call", helpful.join(" ")),
        None => check,
    }
}

pub(super) fn accepted(provider: &Provider, probe: &Probe, reply: &ProbeReply) -> Check {
    Check::passed(
        CheckId::Api,
        format!("The API of {} accepts the token.", provider.name),
    )
    .with("asked", &reply.asked)
    .with("status", reply.status)
    .with("proves", &probe.proves)
    .with_some("scope", probe.scope.as_deref())
}

pub(super) fn refused(around: &Surroundings<'_>, probe: &Probe, error: &ProbeError) -> Check {
    let name = around.provider_name;
    let check = match &error.kind {
        ProbeErrorKind::Transport(transport) => {
            transport::failed(CheckId::Api, around, transport)
        }
        ProbeErrorKind::Refused(words) => refusal(around, probe, words),
        ProbeErrorKind::Redirected { location_host } => failed(format!(
            "{} sends on to another address instead of answering. Proofkey does not follow, so that the token does not go astray.",
            around.host
        ))
        .because(wrong_base())
        .with_some("location_host", location_host.as_deref()),
        ProbeErrorKind::NotJson {
            content_type,
            looks_like_html,
        } => {
            let what = if *looks_like_html { "a web page" } else { "something else" };
            failed(format!("{} answered with {what} instead of data.", around.host))
                .because(wrong_base())
                .because(guest_network())
                .with_some("content_type", content_type.as_deref())
        }
        ProbeErrorKind::Busy { retry_after } => busy(name, error.status, *retry_after),
        ProbeErrorKind::Malformed { reason } => {
            failed(format!("The API of {name} answered with something that cannot be read."))
                .because(wrong_base())
                .because(guest_network())
                .with("reason", reason)
        }
        ProbeErrorKind::NotSendable { reason } => {
            failed("The test call could not be sent.".to_owned())
                .because(Cause::new(
                    format!("What is wrong with it: {reason}."),
                    "Check the API base of this connection. If it is right, the provider’s description needs a correction.",
                ))
                .with("reason", reason)
        }
    };
    check
        .with("asked", &error.asked)
        .with_some("status", error.status)
        .with_some("scope", probe.scope.as_deref())
}

/// The account check, from the answer that the API check got.
pub(super) fn account(provider: &Provider, comparison: Option<&Comparison>) -> Check {
    let Some(comparison) = comparison else {
        let helpful = provider
            .probes
            .iter()
            .find(|probe| probe.matches.is_some())
            .and_then(|probe| probe.scope.as_deref());
        let check = Check::skipped(
            CheckId::Account,
            "The test call that was possible does not tell which account answers.",
        );
        return match helpful {
            Some(scope) => check.remedied_by(format!(
                "To have the account compared too, add {} to the scopes.",
                quoted(scope, 80)
            )),
            None => check,
        };
    };
    let expected = quoted(&comparison.expected, 80);
    let check = match (&comparison.found, comparison.same) {
        (_, true) => Check::passed(
            CheckId::Account,
            format!("The API answers for the account {expected}."),
        ),
        (Some(found), false) => another_account(provider, &expected, found),
        (None, false) => Check::warning(
            CheckId::Account,
            format!(
                "The answer of {} does not name its account, so it could not be compared.",
                provider.name
            ),
        )
        .remedied_by("Nothing has to be done. Compare the account yourself if it matters."),
    };
    check
        .with("expected", &comparison.expected)
        .with_some("found", comparison.found.as_deref())
}

/// There was no test call, so there is no account to compare.
pub(super) fn account_unasked() -> Check {
    Check::skipped(
        CheckId::Account,
        "Without a test call there is no answer that names an account.",
    )
}

fn another_account(provider: &Provider, expected: &str, found: &str) -> Check {
    Check::failed(
        CheckId::Account,
        format!(
            "The API answers for the account {}, not for {expected}.",
            quoted(found, 80)
        ),
    )
    .because(Cause::new(
        "The client ID and secret belong to a client of another account.",
        format!(
            "Create the client in {} while signed in to {expected}, or change the account of this connection.",
            provider.name
        ),
    ))
    .because(Cause::new(
        "The account was renamed, and its old address still works.",
        "Use the account name that the API shows.",
    ))
}

fn refusal(around: &Surroundings<'_>, probe: &Probe, words: &Quoted) -> Check {
    let name = around.provider_name;
    let check = match words.status {
        Some(401) => failed(format!(
            "The API of {name} does not accept the token that {name} has just issued."
        ))
        .because(wrong_base())
        .because(Cause::new(
            "The API does not know the token yet, or its gateway has an outage.",
            "Validate again in a minute.",
        )),
        Some(403) => failed(format!(
            "The API of {name} knows the token and does not allow this call."
        ))
        .because(Cause::new(
            match &probe.scope {
                Some(scope) => format!(
                    "The token names the scope {}, and the account’s plan or the client’s settings do not include what it allows.",
                    quoted(scope, 80)
                ),
                None => "The account’s plan or the client’s settings do not include this call.".to_owned(),
            },
            format!("Check the client and its scopes in {name}, or ask its support with the words quoted here."),
        ))
        .because(wrong_base()),
        Some(404) => failed(format!("The API of {name} does not know the address of the test call."))
            .because(wrong_base()),
        Some(500..) => failed(format!("The API of {name} has a fault of its own at the moment."))
            .because(Cause::new(
                format!("{name} has an outage. Your values may well be right."),
                "Look at its status page, and validate again later.",
            )),
        _ => failed(format!("The API of {name} refused the test call."))
            .because(wrong_base()),
    };
    check
        .with_some("code", words.error.as_deref())
        .with_some("message", words.description.as_deref())
}

fn busy(name: &str, status: Option<u16>, retry_after: Option<std::time::Duration>) -> Check {
    let wait = retry_after.map_or_else(
        || "a few minutes".to_owned(),
        |wait| lasts(wait.as_secs().max(1)),
    );
    let summary = if status == Some(429) {
        format!("The API of {name} has had too many requests and asks to wait.")
    } else {
        format!("The API of {name} cannot answer at the moment.")
    };
    failed(summary)
        .because(Cause::new(
            "Another program uses the API very often, or it is being maintained. Your values may well be right.",
            format!("Wait {wait} and validate again."),
        ))
        .with_some("retry_after", retry_after.map(|wait| wait.as_secs()))
}

fn failed(summary: String) -> Check {
    Check::failed(CheckId::Api, summary)
}

fn wrong_base() -> Cause {
    Cause::new(
        "The API base of this connection belongs to another region or another system.",
        "Compare the region and the API base of this connection with the provider’s documentation.",
    )
}

fn guest_network() -> Cause {
    Cause::new(
        "A proxy or the sign-in page of a guest network answers in place of the server.",
        "Open any web page to see whether the network asks you to sign in, then validate again.",
    )
}

#[cfg(test)]
mod tests;
