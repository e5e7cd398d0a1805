//! What the token endpoint's answer means for a person.

use super::Subject;
use super::refusal::{self, misplaced};
use super::report::{Cause, Check, CheckId};
use super::terms::Terms;
use super::transport::{self, Surroundings};
use super::wording::{lasts, quoted};
use crate::connection::Finding;
use crate::error::Quoted;
use crate::oauth::{TokenError, TokenErrorKind, TokenReply};
use crate::provider::{ErrorSource, ScopeUse, scopes};

/// Further apart than this, clocks are named as a cause (FAPI 2.0 tolerates 60 s).
const CLOCK_TOLERANCE_SECONDS: u64 = 60;

/// What is known when the token endpoint did not give a token.
pub(super) struct Attempt<'a> {
    pub subject: &'a Subject<'a>,
    pub around: &'a Surroundings<'a>,
    /// Of the configuration check.
    pub findings: &'a [Finding],
    /// Client ID and secret look as if each were in the other's field.
    pub swapped: bool,
    /// The same request without scopes was refused as well.
    pub refused_without_scopes: bool,
}

/// A token was issued.
pub(super) fn accepted(subject: &Subject<'_>, host: &str, reply: &TokenReply) -> Check {
    let name = subject.terms().name();
    let summary = match reply.expires_in {
        Some(seconds) => format!(
            "{name} accepted the client ID and secret and issued an access token for {}.",
            lasts(seconds)
        ),
        None => format!(
            "{name} accepted the client ID and secret and issued an access token; {}.",
            unsaid_life(subject)
        ),
    };
    let check = match reply.clock_skew_seconds.filter(is_off) {
        Some(skew) => Check::warning(CheckId::Token, format!("{summary} {}", clock_summary(skew)))
            .because(clock_cause(skew)),
        None => Check::passed(CheckId::Token, summary),
    };
    let check = check
        .with("host", host)
        .with("status", reply.status)
        .with_some("token_type", reply.token_type.as_ref())
        .with_some("expires_in", reply.expires_in)
        .with_some("clock_skew_seconds", reply.clock_skew_seconds);
    if reply.notes.is_empty() {
        check
    } else {
        check.with("notes", reply.notes.join(" "))
    }
}

/// What is known of the life of a token when the server did not tell it.
pub(super) fn unsaid_life(subject: &Subject<'_>) -> String {
    match subject.provider.lifetimes.assumed_seconds {
        Some(seconds) => format!(
            "it did not say for how long, and {} is taken for its life",
            lasts(u64::from(seconds))
        ),
        None => "it did not say for how long".to_owned(),
    }
}

/// Nothing issues tokens.
pub(super) fn unneeded(terms: Terms<'_>) -> Check {
    let credentials = terms.credentials();
    let why = terms.presented().map_or_else(
        || "this connection presents nothing".to_owned(),
        |presented| match credentials.are_several() {
            true => format!("the {presented} go to the API as they are"),
            false => format!("the {presented} goes to the API as it is"),
        },
    );
    Check::skipped(CheckId::Token, format!("No token is asked for: {why}.")).resting(None)
}

/// No token was issued.
pub(super) fn failed(attempt: &Attempt<'_>, error: &TokenError) -> Check {
    let retry_after = error.retry_after().map(|wait| wait.as_secs());
    let check = match &error.kind {
        TokenErrorKind::Transport(transport) => {
            return transport::failed(CheckId::Token, attempt.around, transport);
        }
        TokenErrorKind::Refused(refused) => refusal::judge(attempt, error, refused),
        TokenErrorKind::OkWithError(refused) => {
            let mut check = refusal::judge(attempt, error, refused);
            check.summary = format!(
                "{} answered 200 as for a success, and yet with an error instead of a token.",
                attempt.name()
            );
            check
        }
        TokenErrorKind::Redirected { location_host } => {
            redirected(attempt, location_host.as_deref())
        }
        TokenErrorKind::NotJson {
            content_type,
            looks_like_html,
        } => not_json(attempt, error.status, *looks_like_html)
            .with_some("content_type", content_type.as_deref()),
        TokenErrorKind::TooManyRequests { .. } => too_many(attempt, retry_after),
        TokenErrorKind::Unavailable { .. } => unavailable(attempt, retry_after),
        TokenErrorKind::Malformed { reason } => unusable(attempt, reason),
        TokenErrorKind::UnsafeToken => unusable(
            attempt,
            "the access token has characters that cannot be sent in a header",
        ),
        TokenErrorKind::UnknownTokenType { token_type } => unusable(
            attempt,
            &format!(
                "the token is of the unknown type {}",
                quoted(token_type, 40)
            ),
        ),
        TokenErrorKind::StrayApiBase {
            member,
            named,
            reason,
        } => stray_base(attempt, member, named, reason),
        TokenErrorKind::NotSendable { field, reason } => not_sendable(reason).with("field", field),
    };
    let check = check
        .with("host", attempt.around.host)
        .with_some("status", error.status)
        .with_some("retry_after", retry_after)
        .with_some("clock_skew_seconds", error.clock_skew_seconds);
    let check = attempt.around.elsewhere.describe(check);
    match words(error) {
        Some(words) => check.explained(attempt.terms().known(ErrorSource::Token, &words)),
        None => check,
    }
}

/// What the server said, at least its status.
fn words(error: &TokenError) -> Option<Quoted> {
    let said = error.quoted().cloned();
    said.or_else(|| {
        error.status.map(|status| Quoted {
            status: Some(status),
            error: None,
            description: None,
        })
    })
}

/// The answer may come from a place that does not know the account: other regions are worth asking.
pub(super) fn may_be_elsewhere(error: &TokenError) -> bool {
    match &error.kind {
        TokenErrorKind::Refused(refused) | TokenErrorKind::OkWithError(refused) => {
            refusal::rejects_client(refused) || refused.status == Some(404)
        }
        TokenErrorKind::Redirected { .. } | TokenErrorKind::NotJson { .. } => true,
        _ => false,
    }
}

/// The refusal may be about the scopes and not about the client, so that the same request without
/// scopes tells them apart. `invalid_scope` says it outright; where a scope takes a while to become
/// active, any refusal of the client can mean it.
pub(super) fn may_be_about_scopes(subject: &Subject<'_>, error: &TokenError) -> bool {
    let (TokenErrorKind::Refused(refused) | TokenErrorKind::OkWithError(refused)) = &error.kind
    else {
        return false;
    };
    let slow = subject
        .provider
        .lifetimes
        .scope_activation_seconds
        .is_some();
    let required = subject.provider.client_credentials.scope == ScopeUse::Required;
    !required
        && !scopes(subject.provider, subject.connection).is_empty()
        && (refusal::is(refused, "invalid_scope") || (slow && refusal::rejects_client(refused)))
}

fn redirected(attempt: &Attempt<'_>, location: Option<&str>) -> Check {
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
pub(super) fn moved(terms: Terms<'_>) -> Cause {
    Cause::new(
        format!(
            "{} has moved its token endpoint since its description was written.",
            terms.name()
        ),
        "Compare the address in the details with the provider’s documentation.",
    )
}

fn not_json(attempt: &Attempt<'_>, status: Option<u16>, html: bool) -> Check {
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

fn too_many(attempt: &Attempt<'_>, retry_after: Option<u64>) -> Check {
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
pub(super) fn unavailable(attempt: &Attempt<'_>, retry_after: Option<u64>) -> Check {
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

fn unusable(attempt: &Attempt<'_>, reason: &str) -> Check {
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
fn stray_base(attempt: &Attempt<'_>, member: &str, named: &str, reason: &str) -> Check {
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

fn not_sendable(reason: &str) -> Check {
    Check::failed(
        CheckId::Token,
        "A value cannot be sent as it is, so nothing was sent.",
    )
    .because(Cause::new(
        reason,
        "Edit the values of this connection and enter it again.",
    ))
}

pub(super) fn clock_summary(skew: i64) -> String {
    format!(
        "This computer’s clock is {} {} that of the server.",
        lasts(skew.unsigned_abs()),
        // The skew is our time minus the server's.
        if skew > 0 { "ahead of" } else { "behind" }
    )
}

pub(super) fn clock_cause(skew: i64) -> Cause {
    Cause::new(
        format!(
            "{} Signed requests and the life of tokens depend on it.",
            clock_summary(skew)
        ),
        "Let this computer set its date and time from the network.",
    )
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "it is a filter of an Option"
)]
pub(super) fn is_off(skew: &i64) -> bool {
    skew.unsigned_abs() > CLOCK_TOLERANCE_SECONDS
}

fn wait(retry_after: Option<u64>) -> String {
    retry_after.map_or_else(
        || "a few minutes".to_owned(),
        |seconds| lasts(seconds.max(1)),
    )
}

impl Attempt<'_> {
    pub(super) fn name(&self) -> &str {
        self.subject.terms().name()
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        self.subject.terms()
    }
}

/// The server's words when it refused, whatever the status.
pub(super) fn refused(error: &TokenError) -> Option<&Quoted> {
    match &error.kind {
        TokenErrorKind::Refused(refused) | TokenErrorKind::OkWithError(refused) => Some(refused),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
