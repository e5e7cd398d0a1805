//! A provider file from metadata alone: what the server says of itself, and nothing that it does not
//! say.

mod authentication;
mod guide;
mod scopes;

use std::collections::BTreeMap;

use url::Url;

use super::{Discovered, ServerMetadata};
use crate::error::{Code, Problem};
use crate::oauth::signature::SignatureAlgorithm;
use crate::provider::{
    AuthorizationCode, BasicEncoding, BodyFormat, Certainty, ClientCredentialsGrant,
    CustomConnection, Endpoints, Grant, Lifetimes, Pkce, Probe, Provider, PushedRequests,
    RedirectHost, RedirectPolicy, Refresh, ResponseIssuer, Rotation, ScopeCatalogue, TokenHeader,
    TokenResponse,
};
use crate::wording::clean;
use scopes::{REFRESH_SCOPE, USUAL_SCOPES};

/// Makes a provider of what a server says of itself. `as_of` is the month in which it said so.
///
/// Fails with [`Code::AuthorizationInvalid`] when the server lists challenge methods without S256
/// (rule A4), and with [`Code::DraftInvalid`] when it offers no grant or no client authentication
/// that Proofkey has.
pub fn provider(discovered: &Discovered, id: &str, as_of: &str) -> Result<Provider, Problem> {
    let metadata = &discovered.metadata;
    let grants = grants(metadata)?;
    let scopes = scopes::catalogue(metadata);
    let authorization_code = if grants.contains(&Grant::AuthorizationCode) {
        Some(authorization_code(metadata, &scopes)?)
    } else {
        None
    };
    let name = name(&metadata.issuer);
    Ok(Provider {
        schema: 1,
        id: id.to_owned(),
        extends: None,
        also_known_as: Vec::new(),
        summary: format!("What {name} protects, by its own metadata."),
        category: "Authorization server".to_owned(),
        as_of: as_of.to_owned(),
        variables: Vec::new(),
        regions: Vec::new(),
        detection: None,
        pasted_suffixes: BTreeMap::new(),
        pasted_addresses: Vec::new(),
        endpoints: endpoints(discovered)?,
        client_authentication: authentication::methods(metadata)?,
        basic_encoding: BasicEncoding::Form,
        client_assertion: authentication::assertion(metadata),
        service_tokens: None,
        rotation: Rotation::default(),
        app_events: None,
        body_format: BodyFormat::Form,
        client_credentials: ClientCredentialsGrant::default(),
        static_credentials: None,
        token_response: TokenResponse::default(),
        refresh: Refresh::default(),
        token_header: TokenHeader {
            name: "authorization".to_owned(),
            scheme: "Bearer".to_owned(),
        },
        probes: probes(metadata, &grants, &scopes),
        guide: guide::steps(&name, &grants),
        lifetimes: Lifetimes::default(),
        deadlines: Vec::new(),
        known_errors: Vec::new(),
        custom_connection: CustomConnection::default(),
        evidence: Vec::new(),
        notes: vec![
            "The addresses come from the server's own metadata. Before each approval they are \
             compared with it again."
                .to_owned(),
        ],
        sources: vec![discovered.url.to_string()],
        grants,
        authorization_code,
        scopes,
        name,
    })
}

/// A provider id that names the server: "id-example-com", "localhost-8080-realms-acme".
pub fn suggested_id(issuer: &Url) -> String {
    let host = match issuer.host_str() {
        Some(host) if host.starts_with(|first: char| first.is_ascii_alphabetic()) => host,
        // An id begins with a letter, and an address that is no name is on this machine.
        _ => "localhost",
    };
    let port = issuer.port().map(|port| port.to_string());
    let parts = std::iter::once(host)
        .chain(port.as_deref())
        .chain(issuer.path_segments().into_iter().flatten());
    let mut id = String::new();
    for part in parts {
        for character in part.chars().chain(std::iter::once('-')) {
            let plain = character.to_ascii_lowercase();
            if plain.is_ascii_alphanumeric() {
                id.push(plain);
            } else if !id.ends_with('-') {
                id.push('-');
            }
        }
    }
    id.truncate(40);
    id.trim_end_matches('-').to_owned()
}

/// The issuer without its scheme, as people say it.
fn name(issuer: &str) -> String {
    let bare = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    clean(bare.trim_end_matches('/'), 60)
}

/// RFC 8414 §2: without a list, the authorization code is offered.
fn grants(metadata: &ServerMetadata) -> Result<Vec<Grant>, Problem> {
    let lists = |name: &str| {
        let grants = metadata.grant_types_supported.as_ref();
        grants.map(|grants| grants.iter().any(|grant| grant == name))
    };
    let answers_code = metadata
        .response_types_supported
        .as_ref()
        .is_none_or(|types| types.iter().any(|one| one == "code"));
    let mut grants = Vec::new();
    if lists("authorization_code").unwrap_or(true)
        && answers_code
        && metadata.authorization_endpoint.is_some()
    {
        grants.push(Grant::AuthorizationCode);
    }
    if lists("client_credentials").unwrap_or(false) {
        grants.push(Grant::ClientCredentials);
    }
    if grants.is_empty() {
        return Err(unusable(
            metadata,
            "offers neither the authorization code nor client credentials",
        ));
    }
    Ok(grants)
}

fn endpoints(discovered: &Discovered) -> Result<Endpoints, Problem> {
    let metadata = &discovered.metadata;
    let Some(token) = &metadata.token_endpoint else {
        return Err(unusable(metadata, "names no token endpoint"));
    };
    let api = metadata.userinfo_endpoint.as_ref().unwrap_or(token);
    let text = |url: &Option<Url>| url.as_ref().map(Url::to_string);
    Ok(Endpoints {
        token: Some(token.to_string()),
        api_base_from: None,
        api_base: api.origin().ascii_serialization(),
        authorization: text(&metadata.authorization_endpoint),
        jwks: text(&metadata.jwks_uri),
        introspection: text(&metadata.introspection_endpoint),
        revocation: text(&metadata.revocation_endpoint),
        userinfo: text(&metadata.userinfo_endpoint),
        pushed_authorization: text(&metadata.pushed_authorization_request_endpoint),
        issuer: Some(metadata.issuer.clone()),
        metadata: Some(discovered.url.to_string()),
    })
}

fn authorization_code(
    metadata: &ServerMetadata,
    scopes: &ScopeCatalogue,
) -> Result<AuthorizationCode, Problem> {
    let listed = |name: &str| scopes.entries.iter().any(|entry| entry.name == name);
    let says_s256 = metadata.offers_s256()?;
    let mut notes = vec![
        "The server does not publish which redirect addresses it takes. Register the address \
         shown here exactly as it is."
            .to_owned(),
    ];
    if !says_s256 {
        notes.push(
            "The server does not say whether it takes a code challenge. One is sent all the same."
                .to_owned(),
        );
    }
    Ok(AuthorizationCode {
        pkce: if says_s256 {
            Pkce::Supported
        } else {
            Pkce::Unknown
        },
        redirect: RedirectPolicy::Unknown,
        redirect_host: RedirectHost::Address,
        redirect_ports: Vec::new(),
        pushed_requests: pushed_requests(metadata)?,
        response_issuer: match metadata.authorization_response_iss_parameter_supported {
            Some(true) => ResponseIssuer::Sent,
            Some(false) => ResponseIssuer::Absent,
            None => ResponseIssuer::Unknown,
        },
        // OpenID Connect Core §11 has a refresh token given out only after an explicit consent.
        parameters: if listed(REFRESH_SCOPE) {
            BTreeMap::from([("prompt".to_owned(), "consent".to_owned())])
        } else {
            BTreeMap::new()
        },
        token_parameters: BTreeMap::new(),
        response_server: None,
        refresh_parameters: BTreeMap::new(),
        refresh_scope: listed(REFRESH_SCOPE).then(|| REFRESH_SCOPE.to_owned()),
        suggested_scopes: USUAL_SCOPES
            .into_iter()
            .filter(|name| listed(name))
            .map(str::to_owned)
            .collect(),
        keep: Vec::new(),
        id_token_algorithms: algorithms(metadata),
        certainty: Certainty::Documented,
        notes,
    })
}

/// RFC 9126 §5.
fn pushed_requests(metadata: &ServerMetadata) -> Result<PushedRequests, Problem> {
    let offered = metadata.pushed_authorization_request_endpoint.is_some();
    match (metadata.require_pushed_authorization_requests, offered) {
        (true, true) => Ok(PushedRequests::Required),
        (false, true) => Ok(PushedRequests::Supported),
        (false, false) => Ok(PushedRequests::Unsupported),
        (true, false) => Err(unusable(
            metadata,
            "demands pushed requests, but does not say where to",
        )),
    }
}

/// Those of the published ones that can be checked; OpenID Connect Discovery §3 has RS256 among them.
fn algorithms(metadata: &ServerMetadata) -> Vec<String> {
    if metadata.jwks_uri.is_none() {
        return Vec::new();
    }
    let listed = metadata.id_token_signing_alg_values_supported.iter();
    let mut names: Vec<String> = Vec::new();
    for name in listed.flatten() {
        if SignatureAlgorithm::from_name(name).is_some() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Userinfo is the one call that every `OpenID` provider answers, for a token of a person.
fn probes(metadata: &ServerMetadata, grants: &[Grant], scopes: &ScopeCatalogue) -> Vec<Probe> {
    let Some(url) = &metadata.userinfo_endpoint else {
        return Vec::new();
    };
    if !grants.contains(&Grant::AuthorizationCode) {
        return Vec::new();
    }
    let openid = scopes.entries.iter().any(|entry| entry.name == "openid");
    vec![Probe {
        path: match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
        scope: openid.then(|| "openid".to_owned()),
        grant: Some(Grant::AuthorizationCode),
        headers: BTreeMap::new(),
        success_status: vec![200],
        requires: Vec::new(),
        matches: None,
        proves: "the server accepts the token and says whose it is".to_owned(),
        certainty: Certainty::Documented,
    }]
}

fn unusable(metadata: &ServerMetadata, what: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("{} {what}.", clean(&metadata.issuer, 300)),
        "Proofkey cannot connect to it by its metadata alone. A provider file written by hand may \
         help; docs/providers.md lists its keys.",
    )
    .at("issuer")
}
