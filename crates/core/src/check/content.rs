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
mod tests;
