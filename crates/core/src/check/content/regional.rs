//! What the chosen region puts into requests, beside their addresses.

use std::collections::BTreeMap;

use crate::connection::Connection;
use crate::provider::{Grant, Provider, region};

/// The values of the connection's region that stand in further parameters, scopes and probe paths.
///
/// The texts themselves are part of the content as the file writes them, and what a person typed is
/// part of it too. Empty for most providers, so that the ids of their connections stay as they were.
pub(super) fn regional<'a>(
    connection: &'a Connection,
    provider: &'a Provider,
) -> BTreeMap<&'a str, &'a str> {
    let texts = texts(connection, provider);
    let named = |name: &str| {
        let placeholder = format!("{{{name}}}");
        texts.iter().any(|text| text.contains(&placeholder))
    };
    region(provider, &connection.variables)
        .into_iter()
        .flat_map(|region| &region.values)
        .filter(|(name, _)| named(name))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Every text with names in braces that becomes part of a request of this connection.
fn texts<'a>(connection: &'a Connection, provider: &'a Provider) -> Vec<&'a str> {
    let mut parameters: Vec<&BTreeMap<String, String>> = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    match (connection.grant, &provider.authorization_code) {
        (Grant::ClientCredentials, _) => parameters.push(&provider.client_credentials.parameters),
        (Grant::AuthorizationCode, Some(section)) => {
            parameters.extend([
                &section.parameters,
                &section.token_parameters,
                &section.refresh_parameters,
            ]);
            texts.extend(provider.scopes.always.iter().map(String::as_str));
        }
        _ => {}
    }
    texts.extend(connection.scopes.iter().map(String::as_str));
    texts.extend(
        parameters
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(String::as_str),
    );
    let own = |only: Option<Grant>| only.is_none_or(|only| only == connection.grant);
    for probe in provider.probes.iter().filter(|probe| own(probe.grant)) {
        texts.push(&probe.path);
        texts.extend(probe.scope.as_deref());
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::content_id;
    use crate::check::fixtures::{connection, provider};

    const NAME: &str = "realm";
    const TEXT: &str = "x-{realm}";

    /// The fixture's provider, whose regions have one more value.
    fn with_realm(us: &str, eu: &str) -> Provider {
        let mut provider = provider();
        for (region, value) in provider.regions.iter_mut().zip([us, eu]) {
            region.values.insert(NAME.to_owned(), value.to_owned());
        }
        provider
    }

    #[test]
    fn a_value_of_the_region_that_only_a_request_holds_makes_another_id() {
        let places: [fn(&mut Provider, &mut Connection); 4] = [
            |provider, _| {
                let audience = ("audience".to_owned(), TEXT.to_owned());
                provider.client_credentials.parameters.extend([audience]);
            },
            |_, connection| connection.scopes.push(TEXT.to_owned()),
            |provider, _| provider.probes[0].path = "/{realm}".to_owned(),
            |provider, _| provider.probes[0].scope = Some(TEXT.to_owned()),
        ];
        for place in places {
            let id = |us: &str, eu: &str| {
                let (mut provider, mut connection) = (with_realm(us, eu), connection());
                place(&mut provider, &mut connection);
                content_id(&connection, &provider)
            };
            assert_ne!(id("one", "two"), id("other", "two"));
            // Of a region that this connection is not in.
            assert_eq!(id("one", "two"), id("one", "other"));
        }
    }

    #[test]
    fn a_value_that_no_request_holds_leaves_the_id_as_it_was() {
        assert_eq!(
            content_id(&connection(), &with_realm("one", "two")),
            content_id(&connection(), &provider())
        );
    }
}
