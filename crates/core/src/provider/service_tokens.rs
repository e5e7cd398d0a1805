//! Tokens that live long, as far as a connection asks for them.

use std::collections::BTreeMap;

use super::schema::{Grant, Provider, ServiceTokens, TokenHeader};
use crate::connection::{Connection, ServiceToken};

/// What `provider` says of service tokens, when `connection` asks for one.
pub fn service_tokens<'a>(
    provider: &'a Provider,
    connection: &Connection,
) -> Option<&'a ServiceTokens> {
    let asked = connection.service_token.is_some() && connection.grant == Grant::ClientCredentials;
    provider.service_tokens.as_ref().filter(|_| asked)
}

/// How an access token, or an API key, of `connection` is presented to the API. Everything that presents
/// one, and every export, asks here.
pub fn token_header<'a>(provider: &'a Provider, connection: &Connection) -> &'a TokenHeader {
    service_tokens(provider, connection).map_or(&provider.token_header, |rules| &rules.header)
}

/// The wish that [`parameters`] wrote into `parameters`: what an exported file holds of it. `None` where they
/// ask for the usual tokens.
pub fn service_token_in(
    provider: &Provider,
    parameters: &BTreeMap<String, String>,
) -> Option<ServiceToken> {
    let rules = provider.service_tokens.as_ref()?;
    let mut fixed = rules.parameters.iter();
    let asked = fixed.all(|(name, value)| parameters.get(name) == Some(value));
    let lifetime = parameters
        .get(&rules.lifetime_parameter)
        .filter(|_| asked)?;
    let lifetime_seconds = lifetime.parse().ok()?;
    Some(ServiceToken { lifetime_seconds })
}

/// The parameters that make the server issue a service token; none for the usual tokens.
pub(super) fn parameters(provider: &Provider, connection: &Connection) -> BTreeMap<String, String> {
    let (Some(rules), Some(asked)) = (
        service_tokens(provider, connection),
        connection.service_token,
    ) else {
        return BTreeMap::new();
    };
    let mut parameters = rules.parameters.clone();
    parameters.insert(
        rules.lifetime_parameter.clone(),
        asked.lifetime_seconds.to_string(),
    );
    parameters
}
