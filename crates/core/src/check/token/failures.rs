//! A token endpoint that answered with anything but a token or a refusal.

use super::Attempt;
use crate::check::refusal::misplaced;
use crate::check::report::{Cause, Check, CheckId};
use crate::check::terms::Terms;
use crate::check::wording::{lasts, quoted};

pub(super) fn redirected(attempt: &Attempt<'_>, location: Option<&str>) -> Check {
    let to = location.map_or_else(String::new, |host| format!(" to {}", quoted(host, 120)));
    Check::failed(
        CheckId::Token,
        format!(
            "{} sends on{to} instead of answering. Proofkey does not follow, so that no secret goes astray.",
            attempt.around.host
        ),
    )
    .because_any(attempt.around.elsewhere.cause())
    .because(elsewhere(attempt.terms()))
    .because(guest_network())
    .with_some("location_host", location)
}

/// The token endpoint is somewhere else than where it was asked for.
fn elsewhere(terms: Terms<'_>) -> Cause {
    if !terms.has_label() {
        return terms.mistyped().unwrap_or_else(|| moved(terms));
    }
    Cause::new(
        "The account lives at another address, or there is no account of this name.",
        format!("Compare {} with {}.", terms.place(), terms.shown_where()),
    )
}

/// Nothing that the person typed leads there.
pub(in crate::check) fn moved(terms: Terms<'_>) -> Cause {
    Cause::new(
        format!(
            "{} has moved its token endpoint since its description was written.",
            terms.name()
        ),
        "Compare the address in the details with the provider’s documentation.",
    )
}

pub(super) fn not_json(attempt: &Attempt<'_>, status: Option<u16>, html: bool) -> Check {
    let host = attempt.around.host;
    let what = if html { "a web page" } else { "something else" };
    let check = Check::failed(
        CheckId::Token,
        format!("{host} answered with {what} instead of a token."),
    );
    if status == Some(404) {
        check.because(misplaced(attempt)).because(guest_network())
    } else {
        check
            .because_any(attempt.around.elsewhere.cause())
            .because_any(attempt.around.elsewhere.nowhere())
            .because(guest_network())
            .because(maintenance(attempt))
    }
}

pub(super) fn too_many(attempt: &Attempt<'_>, retry_after: Option<u64>) -> Check {
    Check::failed(
        CheckId::Token,
        format!(
            "{} has had too many requests and asks to wait.",
            attempt.name()
        ),
    )
    .because(Cause::new(
        "Another program uses the same client and asks for tokens very often, or the checks were run many times in a row.",
        format!(
            "Wait {} and validate again. If it stays so, find the program that asks for a new token at every call.",
            wait(retry_after)
        ),
    ))
}

/// A fault of the server’s own.
pub(in crate::check) fn unavailable(attempt: &Attempt<'_>, retry_after: Option<u64>) -> Check {
    Check::failed(
        CheckId::Token,
        format!("{} cannot answer at the moment.", attempt.name()),
    )
    .because(Cause::new(
        format!(
            "{} has an outage or is being maintained. Your values may well be right.",
            attempt.name()
        ),
        format!(
            "Wait {} and validate again; its status page may say more.",
            wait(retry_after)
        ),
    ))
}

pub(super) fn unusable(attempt: &Attempt<'_>, reason: &str) -> Check {
    Check::failed(
        CheckId::Token,
        format!(
            "{} answered, but not as the standard says, so the answer is not used.",
            attempt.around.host
        ),
    )
    .because(Cause::new(
        format!("What is wrong with it: {reason}."),
        format!(
            "Check the address in the details. If it is right, copy them and ask the support of {}.",
            attempt.name()
        ),
    ))
    .because(guest_network())
    .with("reason", reason)
}

/// Where the answer leads is where the token would go next.
pub(super) fn stray_base(attempt: &Attempt<'_>, member: &str, named: &str, reason: &str) -> Check {
    let name = attempt.name();
    Check::failed(
        CheckId::Token,
        format!(
            "{name} issued a token and says that its API is at {}, which {reason}. The token was not used.",
            quoted(named, 120)
        ),
    )
    .because(Cause::new(
        format!("{} is not {name}, or something on the way changed its answer.", attempt.around.host),
        "Compare the address of the account with the one you see when you sign in.",
    ))
    .because(Cause::new(
        format!("{name} has moved its API to an address that Proofkey does not know yet."),
        "If the provider’s documentation names this host, add it to endpoints.api_base_from in the provider file.",
    ))
    .with(member, named)
}

fn guest_network() -> Cause {
    Cause::new(
        "A proxy or the sign-in page of a guest network answers in place of the server.",
        "Open any web page to see whether the network asks you to sign in, then validate again.",
    )
}

fn maintenance(attempt: &Attempt<'_>) -> Cause {
    Cause::new(
        format!("{} shows a page because of maintenance.", attempt.name()),
        "Look at its status page, and validate again later.",
    )
}

pub(super) fn not_sendable(reason: &str) -> Check {
    Check::failed(
        CheckId::Token,
        "A value cannot be sent as it is, so nothing was sent.",
    )
    .because(Cause::new(
        reason,
        "Edit the values of this connection and enter it again.",
    ))
}

fn wait(retry_after: Option<u64>) -> String {
    retry_after.map_or_else(
        || "a few minutes".to_owned(),
        |seconds| lasts(seconds.max(1)),
    )
}
