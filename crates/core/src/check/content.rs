//! Which content of a connection a proof is about.

mod departures;
mod regional;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

use self::departures::Departures;
use self::regional::regional;
use crate::connection::{
    Connection, ConnectionId, Redirect, ResolvedEndpoints, ServiceToken, Signing,
};
use crate::provider::{
    AssertionAudience, BasicEncoding, ClientAuthentication, Grant, Probe, ProbeRule, Provider,
    TokenIntrospection, resolve, service_tokens, token_header,
};
use crate::vault::Generation;

/// SHA-256, in hexadecimal, over everything of `connection` and of its `provider` that a proof depends
/// on.
///
/// Two connections have the same content id exactly when a proof of one holds for the other. The
/// name and the dates are left out; the generation of the secrets is part of it, so that a changed
/// secret makes a proof stale although the secret itself is not hashed. Of the provider it takes where
/// the secret is sent, how the token is presented and what is asked with it; its words for people may
/// change without a new proof.
pub fn content_id(connection: &Connection, provider: &Provider) -> String {
    let endpoints = resolve(provider, &connection.variables).ok();
    let content = Content {
        version: 2,
        id: &connection.id,
        provider: &connection.provider,
        grant: connection.grant,
        client_authentication: connection.client_authentication,
        basic_encoding: connection.basic_encoding,
        scopes: connection.scopes.iter().map(String::as_str).collect(),
        practice: connection.practice,
        secrets: connection.secrets,
        variables: &connection.variables,
        endpoints: endpoints.as_ref().map(Addresses::from),
        redirect: connection.redirect.as_ref(),
        parameters: &connection.parameters,
        departures: Departures::of(provider, connection.grant),
        regional: regional(connection, provider),
        signing: connection.signing.as_ref(),
        assertion: signs(connection.client_authentication).then(|| {
            let rules = &provider.client_assertion;
            (rules.audience, rules.lifetime_seconds)
        }),
        service_tokens: service_tokens(provider, connection).map(|rules| {
            let end = rules.introspection.as_ref();
            (&rules.parameters, &rules.lifetime_parameter, end)
        }),
        service_token: connection.service_token,
        token_header: {
            let header = token_header(provider, connection);
            (&header.name, &header.scheme)
        },
        scope_separator: &provider.scopes.separator,
        probes: provider.probes.iter().map(Asked::from).collect(),
        basic: provider
            .static_credentials
            .as_ref()
            .filter(|_| connection.grant == Grant::HttpBasic)
            .map(|fields| (fields.username.as_str(), fields.password.as_str())),
    };
    let mut hash = Sha256::new();
    // Strings, numbers and string-keyed maps always serialize; a `Display` of the error keeps the
    // function total without inventing an id that could collide with a real one.
    match serde_json::to_vec(&content) {
        Ok(json) => hash.update(json),
        Err(error) => hash.update(format!("unserializable: {error}")),
    }
    hash.finalize()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

fn signs(authentication: ClientAuthentication) -> bool {
    matches!(
        authentication,
        ClientAuthentication::PrivateKeyJwt | ClientAuthentication::ClientSecretJwt
    )
}

type ServiceTokenRules<'a> = (
    &'a BTreeMap<String, String>,
    &'a String,
    Option<&'a TokenIntrospection>,
);

/// A struct rather than a JSON map: its members keep their order whatever features `serde_json` is
/// built with, so that the window and the command line agree.
#[derive(Serialize)]
struct Content<'a> {
    version: u32,
    id: &'a ConnectionId,
    provider: &'a str,
    grant: Grant,
    client_authentication: ClientAuthentication,
    basic_encoding: BasicEncoding,
    /// The order of scopes means nothing (RFC 6749 §3.3).
    scopes: BTreeSet<&'a str>,
    practice: bool,
    secrets: Generation,
    variables: &'a BTreeMap<String, String>,
    /// `None` when they cannot be worked out any more; no proof passes then.
    endpoints: Option<Addresses<'a>>,
    token_header: (&'a str, &'a str),
    scope_separator: &'a str,
    /// In their order: the first whose scope was granted is used.
    probes: Vec<Asked<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect: Option<&'a Redirect>,
    /// How user name and password are put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    basic: Option<(&'a str, &'a str)>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parameters: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Departures::is_none")]
    departures: Departures<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing: Option<&'a Signing>,
    /// What the assertions of a client that signs say.
    #[serde(skip_serializing_if = "Option::is_none")]
    assertion: Option<(AssertionAudience, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_token: Option<ServiceToken>,
    /// How a service token is asked for and looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tokens: Option<ServiceTokenRules<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    regional: BTreeMap<&'a str, &'a str>,
}

/// Where requests go. What not every connection has is left out where it is not there, so that the
/// ids of the others stay as they were.
#[derive(Serialize)]
struct Addresses<'a> {
    token: Option<&'a Url>,
    api_base: &'a Url,
    authorization: Option<&'a Url>,
    jwks: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_authorization: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
}

impl<'a> From<&'a ResolvedEndpoints> for Addresses<'a> {
    fn from(endpoints: &'a ResolvedEndpoints) -> Self {
        Self {
            token: endpoints.token.as_ref(),
            api_base: &endpoints.api_base,
            authorization: endpoints.authorization.as_ref(),
            jwks: endpoints.jwks.as_ref(),
            userinfo: endpoints.userinfo.as_ref(),
            pushed_authorization: endpoints.pushed_authorization.as_ref(),
            issuer: endpoints.issuer.as_deref(),
        }
    }
}

/// A probe without its words for people.
#[derive(Serialize)]
struct Asked<'a> {
    path: &'a str,
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<Grant>,
    success_status: BTreeSet<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    requires: &'a [ProbeRule],
    matches: Option<(&'a str, &'a str)>,
}

impl<'a> From<&'a Probe> for Asked<'a> {
    fn from(probe: &'a Probe) -> Self {
        Self {
            path: &probe.path,
            scope: probe.scope.as_deref(),
            grant: probe.grant,
            success_status: probe.success_status.iter().copied().collect(),
            headers: &probe.headers,
            requires: &probe.requires,
            matches: probe
                .matches
                .as_ref()
                .map(|wanted| (wanted.pointer.as_str(), wanted.variable.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::{connection, provider};
    use crate::provider::{AnsweredBase, BodyFormat, ScopeUse};

    #[test]
    fn the_name_the_dates_and_the_order_of_scopes_do_not_matter() {
        let first = connection();
        let mut second = connection();
        second.name = "Another name".to_owned();
        second.changed_at = jiff::Timestamp::MAX;
        second.scopes.reverse();
        assert_eq!(
            content_id(&first, &provider()),
            content_id(&second, &provider())
        );
        assert_eq!(content_id(&first, &provider()).len(), 64);
    }

    #[test]
    fn everything_else_makes_another_id() {
        let changes: [fn(&mut Connection); 9] = [
            |changed| {
                let audience = ("audience".to_owned(), "x".to_owned());
                changed.parameters.extend([audience]);
            },
            |changed| changed.id = ConnectionId::from_name("other"),
            |changed| changed.provider = "zendesk".to_owned(),
            |changed| changed.grant = Grant::AuthorizationCode,
            |changed| changed.client_authentication = ClientAuthentication::ClientSecretPost,
            |changed| changed.basic_encoding = BasicEncoding::Raw,
            |changed| changed.scopes.clear(),
            |changed| changed.secrets = changed.secrets.next(),
            |changed| {
                changed
                    .variables
                    .insert("region".to_owned(), "eu".to_owned());
            },
        ];
        let mut ids = BTreeSet::from([content_id(&connection(), &provider())]);
        for change in changes {
            let mut other = connection();
            change(&mut other);
            assert!(ids.insert(content_id(&other, &provider())));
        }
        let mut practice = connection();
        practice.practice = true;
        assert!(ids.insert(content_id(&practice, &provider())));
    }

    #[test]
    fn another_place_or_another_question_makes_another_id() {
        let changes: [fn(&mut Provider); 16] = [
            |changed| changed.body_format = BodyFormat::Json,
            |changed| {
                let audience = ("audience".to_owned(), "x".to_owned());
                changed.client_credentials.parameters.extend([audience]);
            },
            |changed| changed.client_credentials.scope = ScopeUse::Unsupported,
            |changed| changed.token_response.without_token_type = true,
            |changed| {
                changed.endpoints.api_base_from = Some(AnsweredBase {
                    member: "instance_url".to_owned(),
                    hosts: vec!["api.example".to_owned()],
                });
            },
            |changed| {
                changed.endpoints.token = Some("https://{account}.{id_host}/token".to_owned());
            },
            |changed| changed.endpoints.api_base = "https://api.example".to_owned(),
            |changed| changed.endpoints.jwks = Some("https://{account}.{id_host}/k".to_owned()),
            |changed| changed.token_header.name = "x-token".to_owned(),
            |changed| changed.token_header.scheme = "Basic".to_owned(),
            |changed| changed.scopes.separator = ",".to_owned(),
            |changed| changed.probes[0].path = "/me".to_owned(),
            |changed| changed.probes[0].matches = None,
            |changed| changed.probes.reverse(),
            |changed| {
                changed.probes[0]
                    .headers
                    .insert("accept".to_owned(), "text/json".to_owned());
            },
            |changed| {
                changed.probes[0].requires.push(ProbeRule {
                    pointer: "/ok".to_owned(),
                    equals: None,
                });
            },
        ];
        let mut ids = BTreeSet::from([content_id(&connection(), &provider())]);
        for change in changes {
            let mut other = provider();
            change(&mut other);
            assert!(ids.insert(content_id(&connection(), &other)));
        }
    }

    #[test]
    fn the_providers_words_and_other_regions_do_not_matter() {
        let mut reworded = provider();
        reworded.summary = "Other words".to_owned();
        reworded.probes[0].proves = "other words".to_owned();
        reworded.regions.pop();
        // Of a grant that this connection does not have.
        reworded.scopes.always.push("openid".to_owned());
        assert_eq!(
            content_id(&connection(), &provider()),
            content_id(&connection(), &reworded)
        );
    }

    #[test]
    fn the_id_stays_the_same_between_versions_of_proofkey() {
        // A changed value here would make every stored proof stale.
        assert_eq!(
            content_id(&connection(), &provider()),
            "ddbd51f823ea09d4453d58835183760631facb3355ffe608f6a2e50fe1f43554"
        );
    }
}
