//! A wish for tokens that live long.

use crate::connection::draft::{ConnectionDraft, Finding};
use crate::provider::{Grant, Provider};
use crate::wording::lasts;

/// What is wrong with the wish, if anything.
pub(super) fn finding(provider: &Provider, draft: &ConnectionDraft) -> Option<Finding> {
    let asked = draft.service_token?;
    let Some(rules) = &provider.service_tokens else {
        return Some(Finding::blocking(
            "service_token",
            format!(
                "{} issues no service tokens, as far as is known.",
                provider.name
            ),
            "Use the usual tokens.",
        ));
    };
    if draft.grant != Grant::ClientCredentials {
        return Some(Finding::blocking(
            "service_token",
            "A service token belongs to a client that signs in by itself.",
            "Choose client_credentials, or use the usual tokens.",
        ));
    }
    let allowed = rules.shortest_seconds..=rules.longest_seconds;
    (!allowed.contains(&asked.lifetime_seconds)).then(|| {
        Finding::blocking(
            "service_token.lifetime_seconds",
            format!(
                "{} issues service tokens for {} to {}, not for {}.",
                provider.name,
                lasts(rules.shortest_seconds.into()),
                lasts(rules.longest_seconds.into()),
                lasts(asked.lifetime_seconds.into()),
            ),
            "Choose a life between these. A shorter one does less harm when the token is lost.",
        )
    })
}
