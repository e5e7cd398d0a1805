//! What it means that the API did not take the test call.

use std::time::Duration;

use crate::check::report::{Cause, Check, CheckId};
use crate::check::terms::Terms;
use crate::check::transport::{self, Surroundings};
use crate::check::wording::{lasts, quoted};
use crate::error::Quoted;
use crate::probe::{ProbeError, ProbeErrorKind};
use crate::provider::{ErrorSource, Probe};

/// The failed check for `error`.
pub(crate) fn refused(around: &Surroundings<'_>, probe: &Probe, error: &ProbeError) -> Check {
    let terms = around.terms;
    let name = terms.name();
    let known = words(error).and_then(|words| terms.known(ErrorSource::Api, &words));
    let check = match &error.kind {
        ProbeErrorKind::Transport(transport) => transport::failed(CheckId::Api, around, transport),
        ProbeErrorKind::Refused(words) => by_status(terms, probe, words),
        ProbeErrorKind::Unmet { said, words } => unmet(terms, said, words),
        ProbeErrorKind::Redirected { location_host } => {
            redirected(around, location_host.as_deref())
        }
        ProbeErrorKind::NotJson {
            content_type,
            looks_like_html,
        } => {
            let what = if *looks_like_html {
                "a web page"
            } else {
                "something else"
            };
            failed(format!(
                "{} answered with {what} instead of data.",
                around.host
            ))
            .because(wrong_base(terms))
            .because(guest_network())
            .with_some("content_type", content_type.as_deref())
        }
        ProbeErrorKind::Busy { retry_after } => busy(name, error.status, *retry_after),
        ProbeErrorKind::Malformed { reason } => failed(format!(
            "The API of {name} answered with something that cannot be read."
        ))
        .because(wrong_base(terms))
        .because(guest_network())
        .with("reason", reason),
        ProbeErrorKind::NotSendable { reason } => unsendable(reason),
    };
    check
        .explained(known)
        .resting(terms.standard_of_the_api())
        .with("asked", &error.asked)
        .with_some("status", error.status)
        .with_some("scope", probe.scope.as_deref())
}

/// What the API said, at least its status.
fn words(error: &ProbeError) -> Option<Quoted> {
    match &error.kind {
        ProbeErrorKind::Refused(words) | ProbeErrorKind::Unmet { words, .. } => {
            Some((**words).clone())
        }
        _ => error.status.map(|status| Quoted {
            status: Some(status),
            error: None,
            description: None,
        }),
    }
}

fn by_status(terms: Terms<'_>, probe: &Probe, words: &Quoted) -> Check {
    let name = terms.name();
    let check = match words.status {
        Some(401) => unauthorized(terms),
        Some(403) => forbidden(terms, probe),
        Some(404) => failed(format!(
            "The API of {name} does not know the address of the test call."
        ))
        .because(wrong_base(terms)),
        Some(500..) => failed(format!(
            "The API of {name} has a fault of its own at the moment."
        ))
        .because(Cause::new(
            format!("{name} has an outage. Your values may well be right."),
            "Look at its status page, and validate again later.",
        )),
        _ => failed(format!("The API of {name} refused the test call.")).because(wrong_base(terms)),
    };
    quoting(check, words)
}

fn unauthorized(terms: Terms<'_>) -> Check {
    let name = terms.name();
    match terms.presented() {
        Some(_) if terms.connection.grant.is_oauth() => failed(format!(
            "The API of {name} does not accept the token that {name} has just issued."
        ))
        .because(wrong_base(terms))
        .because(Cause::new(
            "The API does not know the token yet, or its gateway has an outage.",
            "Validate again in a minute.",
        )),
        Some(presented) => failed(format!(
            "The API of {name} does not accept the {presented}."
        ))
        .because(wrong_credentials(terms))
        .because(wrong_base(terms)),
        None => failed(format!("The API of {name} asks for a sign-in.")).because(Cause::new(
            "This connection presents nothing, and what the test call reads is not public.",
            "Choose a way to sign in for this connection, or something public to read.",
        )),
    }
}

fn forbidden(terms: Terms<'_>, probe: &Probe) -> Check {
    let name = terms.name();
    let Some(presented) = terms.presented() else {
        return unauthorized(terms);
    };
    let knows = format!("The API of {name} knows the {presented} and does not allow this call.");
    if !terms.connection.grant.is_oauth() {
        return failed(knows)
            .because(Cause::new(
                "The account behind it has no right to what the test call reads, or may not use the API.",
                format!("Check the rights of the account in {name}, or ask its support with the words quoted here."),
            ))
            .because(wrong_base(terms));
    }
    let lacking = match &probe.scope {
        Some(scope) => format!(
            "The token names the scope {}, and the account’s plan or the client’s settings do not include what it allows.",
            quoted(scope, 80)
        ),
        None => "The account’s plan or the client’s settings do not include this call.".to_owned(),
    };
    failed(knows)
        .because(Cause::new(
            lacking,
            format!("Check the client and its scopes in {name}, or ask its support with the words quoted here."),
        ))
        .because(wrong_base(terms))
}

/// A status of success, and an answer that is none.
fn unmet(terms: Terms<'_>, said: &str, words: &Quoted) -> Check {
    let name = terms.name();
    let status = words.status.unwrap_or(200);
    let error = words.error.as_ref();
    let error = error.map_or_else(String::new, |error| format!(", error is {error}"));
    let check = failed(format!(
        "The API of {name} answered {status} as for a success, and yet refused the call: {said}{error}."
    ));
    let check = match terms.presented() {
        Some(presented) if terms.connection.grant.is_oauth() => check.because(Cause::new(
            format!("The API does not take the {presented} for this call."),
            format!("Check what the client is allowed in {name}, and validate again."),
        )),
        Some(_) => check.because(wrong_credentials(terms)),
        None => check,
    };
    quoting(check.because(wrong_base(terms)), words)
}

fn redirected(around: &Surroundings<'_>, location: Option<&str>) -> Check {
    let terms = around.terms;
    let astray = terms.presented().map_or_else(String::new, |presented| {
        format!(", so that the {presented} does not go astray")
    });
    let check = failed(format!(
        "{} sends on to another address instead of answering. Proofkey does not follow{astray}.",
        around.host
    ));
    let check = if terms.connection.grant.is_oauth() || terms.presented().is_none() {
        check
    } else {
        check.because(Cause::new(
            "The API sends calls without a valid sign-in to its sign-in page.",
            format!(
                "Compare the {} with what {} shows.",
                terms.credentials().in_a_sentence(),
                terms.name()
            ),
        ))
    };
    check
        .because(wrong_base(terms))
        .with_some("location_host", location)
}

fn unsendable(reason: &str) -> Check {
    failed("The test call could not be sent.".to_owned())
        .because(Cause::new(
            format!("What is wrong with it: {reason}."),
            "Check the values of this connection. If they are right, the provider’s description needs a correction.",
        ))
        .with("reason", reason)
}

fn busy(name: &str, status: Option<u16>, retry_after: Option<Duration>) -> Check {
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

fn quoting(check: Check, words: &Quoted) -> Check {
    check
        .with_some("code", words.error.as_deref())
        .with_some("message", words.description.as_deref())
}

fn failed(summary: String) -> Check {
    Check::failed(CheckId::Api, summary)
}

fn wrong_credentials(terms: Terms<'_>) -> Cause {
    let credentials = terms.credentials();
    let verb = if credentials.are_several() {
        "are"
    } else {
        "is"
    };
    let phrase = credentials.in_a_sentence();
    Cause::new(
        format!(
            "The {phrase} {verb} mistyped or no longer valid, or {} signs in another way.",
            terms.name()
        ),
        format!(
            "Copy the {phrase} again from {}, and save this connection with it.",
            terms.name()
        ),
    )
}

fn wrong_base(terms: Terms<'_>) -> Cause {
    if terms.has_regions() {
        let region = terms.region();
        return Cause::new(
            format!(
                "The API base of this connection belongs to another {region} or another system."
            ),
            format!(
                "Compare the {region} and the API base of this connection with the provider’s documentation."
            ),
        );
    }
    let place = terms.place();
    Cause::new(
        "The API address of this connection leads to something else.",
        format!("Compare {place} with {}.", terms.shown_where()),
    )
}

fn guest_network() -> Cause {
    Cause::new(
        "A proxy or the sign-in page of a guest network answers in place of the server.",
        "Open any web page to see whether the network asks you to sign in, then validate again.",
    )
}
