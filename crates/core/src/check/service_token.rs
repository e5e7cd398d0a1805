//! A token that lives long: it is kept and used until its end, and its server says whether it is good.
//!
//! Each request for one would leave another that lives for months, so a proof asks for none while the
//! kept one is good.

use jiff::Timestamp;

use super::prove::Run;
use super::reach::host;
use super::report::{Cause, Check, CheckId};
use super::terms::Terms;
use super::wording::lasts;
use crate::connection::ResolvedEndpoints;
use crate::oauth::document::DocumentError;
use crate::oauth::introspection::{Introspected, introspect};
use crate::provider::{TokenIntrospection, service_tokens};
use crate::renewal::lives;
use crate::vault::CachedToken;

/// What these verdicts rest on.
const STANDARD: &str = "RFC 7662 §2.2";

/// One that ends sooner is replaced by a proof.
const WORTH_KEEPING: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl Run<'_> {
    /// The kept service token, when it lives and its server, asked where it can be, does not say no.
    pub(super) async fn kept_service_token(
        &self,
        endpoints: &ResolvedEndpoints,
    ) -> Option<CachedToken> {
        let subject = self.subject;
        service_tokens(subject.provider, subject.connection)?;
        let kept = subject.secrets.cached_token.as_ref()?;
        if !lives(kept, self.clock.now(), WORTH_KEEPING) {
            return None;
        }
        let answered = match self.introspection(endpoints) {
            Some(asked) => self.introspected(asked, kept).await.ok(),
            None => None,
        };
        let refused = answered.is_some_and(|said| !said.active);
        (!refused).then(|| kept.duplicate())
    }

    /// The check `api` by introspection; `None` where the provider says nothing of one.
    pub(super) async fn api_by_introspection(
        &self,
        endpoints: &ResolvedEndpoints,
        token: &CachedToken,
    ) -> Option<Check> {
        let asked = self.introspection(endpoints)?;
        let terms = self.subject.terms();
        let host = host(asked.0);
        let check = match self.introspected(asked, token).await {
            Ok(said) if said.active => good(terms, said, self.clock.now()),
            Ok(_) => withdrawn(terms),
            Err(error) => unanswered(terms, &error),
        };
        Some(check.with("host", host).resting(Some(STANDARD)))
    }

    fn introspection<'e>(
        &self,
        endpoints: &'e ResolvedEndpoints,
    ) -> Option<(&'e url::Url, &TokenIntrospection)> {
        let rules = service_tokens(self.subject.provider, self.subject.connection)?;
        endpoints
            .introspection
            .as_ref()
            .zip(rules.introspection.as_ref())
    }

    async fn introspected(
        &self,
        (url, rules): (&url::Url, &TokenIntrospection),
        token: &CachedToken,
    ) -> Result<Introspected, DocumentError> {
        introspect(self.network, url, rules, &token.access_token).await
    }
}

/// The kept token is used again.
pub(super) fn kept(terms: Terms<'_>, token: &CachedToken, now: Timestamp) -> Check {
    let name = terms.name();
    let left = token.expires_at.map_or(0, |end| seconds_left(end, now));
    Check::passed(
        CheckId::Token,
        format!(
            "The service token that {name} issued earlier is kept and used for another {}. No new one was asked for.",
            lasts(left)
        ),
    )
    .with_some("expires_at", token.expires_at)
}

/// The account cannot be compared: few APIs take such a token.
pub(super) fn account_unasked(terms: Terms<'_>) -> Check {
    Check::skipped(
        CheckId::Account,
        format!(
            "Few APIs of {} take a service token, so the account was not compared.",
            terms.name()
        ),
    )
}

fn good(terms: Terms<'_>, said: Introspected, now: Timestamp) -> Check {
    let name = terms.name();
    let life = said.expires_at.map_or_else(String::new, |end| {
        format!(" for another {}", lasts(seconds_left(end, now)))
    });
    Check::passed(
        CheckId::Api,
        format!("{name} says that the service token is good{life}. No API was asked with it."),
    )
    .with_some("expires_at", said.expires_at)
}

fn withdrawn(terms: Terms<'_>) -> Check {
    let name = terms.name();
    Check::failed(
        CheckId::Api,
        format!("{name} issued a service token and says that it is not good."),
    )
    .because(Cause::new(
        "The client may not have service tokens, or they were withdrawn.",
        format!("Ask the administrator of {name} whether this client may use service tokens, or use the usual tokens."),
    ))
}

fn unanswered(terms: Terms<'_>, error: &DocumentError) -> Check {
    Check::failed(
        CheckId::Api,
        format!(
            "{} could not be asked whether the service token is good: {error}.",
            terms.name()
        ),
    )
    .remedied_by("Validate again in a few minutes. If it stays so, use the usual tokens.")
}

fn seconds_left(end: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(end.duration_since(now).as_secs()).unwrap_or(0)
}
