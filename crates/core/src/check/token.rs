//! What the token endpoint's answer means for a person.

mod failures;

use super::Subject;
use super::clock::Clock;
use super::refusal;
use super::report::{Check, CheckId};
use super::terms::Terms;
use super::transport::{self, Surroundings};
use super::wording::{lasts, quoted};
pub(super) use failures::{moved, unavailable};
use failures::{not_json, not_sendable, redirected, stray_base, too_many, unusable};

use crate::connection::Finding;
use crate::error::Quoted;
use crate::oauth::{TokenError, TokenErrorKind, TokenReply};
use crate::provider::{ErrorSource, ScopeUse, scopes};

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
    let terms = subject.terms();
    let (name, credentials) = (terms.name(), terms.credentials().in_a_sentence());
    let summary = match reply.expires_in {
        Some(seconds) => format!(
            "{name} accepted the {credentials} and issued an access token for {}.",
            lasts(seconds)
        ),
        None => format!(
            "{name} accepted the {credentials} and issued an access token; {}.",
            unsaid_life(subject)
        ),
    };
    let check = match Clock::of_reply(reply).worth_a_warning() {
        Some(clock) => Check::warning(CheckId::Token, format!("{summary} {}", clock.summary()))
            .because(clock.cause()),
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
        |presented| {
            if credentials.are_several() {
                format!("the {presented} go to the API as they are")
            } else {
                format!("the {presented} goes to the API as it is")
            }
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
