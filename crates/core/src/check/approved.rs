//! The token of a connection that a person approved: it is refreshed, once, like any other time.

use jiff::Timestamp;

use super::Subject;
use super::clock::Clock;
use super::report::{Cause, Check, CheckId, RemedyAction};
use super::token::unsaid_life;
use super::wording::lasts;
use crate::error::Problem;
use crate::provider::{ErrorSource, RefreshPolicy, scopes};
use crate::renewal::{Origin, RenewalError, Renewed};
use crate::vault::CachedToken;

/// What these verdicts rest on.
pub(super) const STANDARD: &str = "RFC 6749 §6";

/// The refresh token was taken.
pub(super) fn renewed(subject: &Subject<'_>, host: &str, renewed: &Renewed) -> Check {
    let name = subject.terms().name();
    let Origin::Server(answered) = &renewed.origin else {
        return Check::passed(
            CheckId::Token,
            format!("Somebody else refreshed the token of {name} just now, and theirs is used."),
        )
        .with("host", host)
        .with("grant", "refresh_token");
    };
    let life = match answered.expires_in {
        Some(seconds) => format!(" for {}", lasts(seconds)),
        None => format!("; {}", unsaid_life(subject)),
    };
    let summary = format!("{name} took the refresh token and issued an access token{life}.");
    let clock = Clock {
        skew_seconds: answered.clock_skew_seconds,
        corrected: answered.clock_corrected,
    };
    let check = match (clock.worth_a_warning(), &answered.unkept) {
        (Some(clock), _) => {
            Check::warning(CheckId::Token, format!("{summary} {}", clock.summary()))
                .because(clock.cause())
        }
        (None, Some(problem)) => {
            Check::warning(CheckId::Token, format!("{summary} It could not be kept."))
                .because(Cause::new(&problem.summary, &problem.remedy))
        }
        (None, None) => Check::passed(CheckId::Token, summary),
    };
    let check = check
        .with("host", host)
        .with("grant", "refresh_token")
        .with("status", answered.status)
        .with_some("expires_in", answered.expires_in)
        .with_some("rotated", answered.rotated.map(yes_or_no))
        .with_some("clock_skew_seconds", answered.clock_skew_seconds);
    if answered.notes.is_empty() {
        check
    } else {
        check.with("notes", answered.notes.join(" "))
    }
}

/// There is no refresh token, and the access token of the approval still lives, as far as is known.
pub(super) fn living(subject: &Subject<'_>, token: &CachedToken, now: Timestamp) -> Check {
    let name = &subject.provider.name;
    let Some(end) = token.expires_at else {
        return Check::passed(
            CheckId::Token,
            format!("{name} gave no refresh token, and did not say that the access token of the approval ends. It is used until it is refused."),
        )
        .with("grant", "authorization_code");
    };
    let life = u64::try_from(end.duration_since(now).as_secs()).unwrap_or(0);
    if subject.provider.refresh.policy == RefreshPolicy::None {
        return Check::passed(
            CheckId::Token,
            format!(
                "The access token of the approval lives for another {}. {name} gives no refresh tokens: somebody signs in again then.",
                lasts(life)
            ),
        )
        .with("grant", "authorization_code");
    }
    Check::warning(
        CheckId::Token,
        format!(
            "The access token of the approval lives for another {}, and there is no refresh token to get the next one with.",
            lasts(life)
        ),
    )
    .because(no_refresh_token(subject))
    .with("grant", "authorization_code")
}

/// There is no token to go on with.
pub(super) fn failed(subject: &Subject<'_>, host: &str, error: &RenewalError) -> Check {
    let state = match error {
        RenewalError::NotApproved => "not_approved",
        RenewalError::NoRefreshToken => "no_refresh_token",
        RenewalError::Refused(_) => "refused",
        RenewalError::Interrupted => "interrupted",
        RenewalError::Elsewhere => "elsewhere",
        RenewalError::Unbelieved(_) => "unbelieved",
        RenewalError::Token(_) | RenewalError::Here(_) => "not_tried",
        RenewalError::NotKept(_) => "not_kept",
    };
    let problem = error.clone().problem(subject.connection);
    let check = Check::failed(CheckId::Token, problem.summary.clone());
    let check = match cause(subject, error, &problem.remedy) {
        Some(cause) => check.because(cause),
        // The summary is the whole story.
        None => check.remedied_by(&problem.remedy),
    };
    let check = check
        .with("host", host)
        .with("grant", "refresh_token")
        .with("state", state);
    let known = problem
        .quoted
        .as_ref()
        .and_then(|words| subject.terms().known(ErrorSource::Token, words));
    quoting(check, &problem).explained(known)
}

/// What lies behind `error`, where more is known than its own summary says.
fn cause(subject: &Subject<'_>, error: &RenewalError, remedy: &str) -> Option<Cause> {
    let words = match error {
        RenewalError::NoRefreshToken => return Some(no_refresh_token(subject)),
        RenewalError::Refused(_) => return Some(refused(subject)),
        RenewalError::NotApproved => format!(
            "Saving a connection does not approve it: a person has to sign in to {} and agree, once.",
            subject.terms().name()
        ),
        RenewalError::Interrupted => {
            "Proofkey or the computer was stopped, or the network went away, while the server was answering.".to_owned()
        }
        RenewalError::Elsewhere => {
            "The provider file was edited or replaced after a person had approved.".to_owned()
        }
        RenewalError::Unbelieved(_) => {
            "Nothing of the answer was kept, because it is not certain that it belongs to the person who approved.".to_owned()
        }
        RenewalError::NotKept(_) => {
            "The server has issued new tokens and no longer takes the old ones. The new ones are held until Proofkey ends.".to_owned()
        }
        RenewalError::Token(_) | RenewalError::Here(_) => return None,
    };
    let cause = Cause::new(words, remedy);
    Some(if error.needs_approval() {
        cause.doing(RemedyAction::Authorize)
    } else {
        cause
    })
}

fn quoting(check: Check, problem: &Problem) -> Check {
    let Some(quoted) = &problem.quoted else {
        return check;
    };
    check
        .with_some("status", quoted.status)
        .with_some("error", quoted.error.as_deref())
        .with_some("error_description", quoted.description.as_deref())
}

fn no_refresh_token(subject: &Subject<'_>) -> Cause {
    let section = subject.provider.authorization_code.as_ref();
    let scope = section.and_then(|section| section.refresh_scope.as_ref());
    let scopes = scopes(subject.provider, subject.connection);
    match scope.filter(|scope| !scopes.contains(scope)) {
        Some(scope) => Cause::new(
            format!("The server gave no refresh token, because the scope “{scope}” was not asked for."),
            format!("Add the scope “{scope}” to this connection and authorize it again."),
        ),
        None => Cause::new(
            format!("{} gave no refresh token with the approval.", subject.terms().name()),
            "Allow refresh tokens for this client at the provider and authorize again, or sign in again each time the access token ends.",
        ),
    }
    .doing(RemedyAction::Authorize)
}

fn refused(subject: &Subject<'_>) -> Cause {
    Cause::new(
        format!(
            "The approval ended: it was withdrawn in {}, the person’s password or rights changed, or it was not used for too long.",
            subject.terms().name()
        ),
        "Authorize the connection again.",
    )
    .doing(RemedyAction::Authorize)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests;
