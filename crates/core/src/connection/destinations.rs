//! Where the secrets of a connection may go. They were entered for certain servers, and no later change of
//! an address, or of a provider file, leads them to another without asking (rules F3 and I2).

use std::collections::BTreeMap;

use url::Url;

use super::{Connection, ResolvedEndpoints};
use crate::error::{Code, Problem};
use crate::provider::{self, Provider, VariableKind};

/// The origins that a connection with these endpoints sends its credentials and tokens to, sorted.
pub fn destinations(endpoints: &ResolvedEndpoints) -> Vec<String> {
    let asked = [
        endpoints.token.as_ref(),
        Some(&endpoints.api_base),
        endpoints.pushed_authorization.as_ref(),
        endpoints.revocation.as_ref(),
        endpoints.userinfo.as_ref(),
        endpoints.introspection.as_ref(),
    ];
    let mut origins: Vec<String> = asked.into_iter().flatten().map(origin).collect();
    origins.sort();
    origins.dedup();
    origins
}

/// [`Code::ConfirmationMissing`] when a secret would go where it was not entered for.
///
/// Connections of before destinations were noted say nothing, and are let through.
pub(crate) fn stay(connection: &Connection, endpoints: &ResolvedEndpoints) -> Result<(), Problem> {
    let strange = strangers(&connection.destinations, endpoints);
    if strange.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::ConfirmationMissing,
        format!(
            "The provider file of this connection was changed: its secrets were entered for {}, and would \
             now go to {}. Nothing was sent.",
            connection.destinations.join(", "),
            strange.join(", "),
        ),
        "If the new address is right, edit the connection and enter its secrets again. If not, put the \
         provider file right.",
    ))
}

/// Whether stored secrets may stay when `old` becomes a connection of `provider` with `variables`.
///
/// They may not for another provider, for a host or address that was typed and leads elsewhere, or when the
/// provider file led them elsewhere meanwhile. An account or a region of the provider's own list may
/// change: it stays with the vendor.
pub(crate) fn may_stay(
    old: &Connection,
    provider: &Provider,
    variables: &BTreeMap<String, String>,
) -> bool {
    if old.provider != provider.id {
        return false;
    }
    let (Ok(before), Ok(after)) = (
        provider::endpoints(provider, &old.variables),
        provider::endpoints(provider, variables),
    ) else {
        // What cannot be worked out is refused for that, or is about to be put right.
        return !typed_hosts_differ(provider, &old.variables, variables);
    };
    let moved = !strangers(&destinations(&before), &after).is_empty();
    strangers(&old.destinations, &before).is_empty()
        && !(moved && typed_hosts_differ(provider, &old.variables, variables))
}

/// The destinations of `endpoints` that are not among `known`; none while nothing is known.
fn strangers(known: &[String], endpoints: &ResolvedEndpoints) -> Vec<String> {
    let mut strange = destinations(endpoints);
    strange.retain(|origin| !known.is_empty() && !known.contains(origin));
    strange
}

fn typed_hosts_differ(
    provider: &Provider,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> bool {
    let asked = provider.variables.iter().map(|it| (&it.name, it.kind));
    let of_regions = provider.regions.iter().flat_map(|region| &region.asks);
    asked
        .chain(of_regions.map(|it| (&it.name, it.kind)))
        .filter(|(_, kind)| matches!(kind, VariableKind::Host | VariableKind::HttpsUrl))
        .any(|(name, _)| before.get(name) != after.get(name))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
