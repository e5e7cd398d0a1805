//! Whether a server still says of itself what the provider file has pinned (rules F3 and A14).

use url::Url;

use super::issuer::Issuer;
use super::metadata::ServerMetadata;
use crate::connection::ResolvedEndpoints;
use crate::error::{Code, Problem};
use crate::provider::{Provider, PushedRequests, ResponseIssuer};
use crate::system::network::Network;
use crate::wording::clean;

/// Reads the metadata of the provider again and compares it with what is pinned; to be called before
/// each approval. What is worth saying comes back as notes.
///
/// A provider without a metadata address has nothing to compare. Fails with
/// [`Code::AuthorizationInvalid`] when the issuer differs, an address moved, or the server no longer
/// takes S256; and as the transport does when the metadata cannot be read. A moved address is never
/// followed: someone has to look at it first.
pub async fn metadata_unchanged(
    network: &Network,
    provider: &Provider,
    endpoints: &ResolvedEndpoints,
) -> Result<Vec<String>, Problem> {
    let Some(url) = &endpoints.metadata else {
        return Ok(Vec::new());
    };
    let Some(issuer) = &endpoints.issuer else {
        return Err(Problem::new(
            Code::DraftInvalid,
            format!(
                "The provider file of {} names its metadata, but no issuer.",
                provider.name
            ),
            "Add issuer to [endpoints] of the file.",
        )
        .at("endpoints.issuer"));
    };
    let issuer = Issuer::parse(issuer)?;
    let metadata = super::read(network, url, &issuer).await?;
    compared(provider, endpoints, &metadata)
}

fn compared(
    provider: &Provider,
    endpoints: &ResolvedEndpoints,
    now: &ServerMetadata,
) -> Result<Vec<String>, Problem> {
    let mut notes = Vec::new();
    if !now.offers_s256()? {
        notes.push(
            "The server does not say whether it takes a code challenge. One is sent all the same."
                .to_owned(),
        );
    }
    let pairs = [
        (
            "authorization",
            endpoints.authorization.as_ref(),
            now.authorization_endpoint.as_ref(),
        ),
        (
            "token",
            endpoints.token.as_ref(),
            now.token_endpoint.as_ref(),
        ),
        ("jwks", endpoints.jwks.as_ref(), now.jwks_uri.as_ref()),
        (
            "userinfo",
            endpoints.userinfo.as_ref(),
            now.userinfo_endpoint.as_ref(),
        ),
        (
            "revocation",
            endpoints.revocation.as_ref(),
            now.revocation_endpoint.as_ref(),
        ),
        (
            "pushed_authorization",
            endpoints.pushed_authorization.as_ref(),
            now.pushed_authorization_request_endpoint.as_ref(),
        ),
    ];
    for (name, pinned, published) in pairs {
        match (pinned, published) {
            (Some(pinned), Some(published)) if pinned != published => {
                return Err(moved(provider, name, pinned, published, &now.issuer));
            }
            (Some(pinned), None) => notes.push(format!(
                "The server's metadata does not name its {name} address; {} of the provider file \
                 is used.",
                clean(pinned.as_str(), 300)
            )),
            _ => {}
        }
    }
    behaviour(provider, endpoints, now)?;
    Ok(notes)
}

/// What the file says of the server's behaviour decides which answers are refused.
fn behaviour(
    provider: &Provider,
    endpoints: &ResolvedEndpoints,
    now: &ServerMetadata,
) -> Result<(), Problem> {
    let Some(rules) = &provider.authorization_code else {
        return Ok(());
    };
    let pushes = rules.pushed_requests != PushedRequests::Unsupported
        && endpoints.pushed_authorization.is_some();
    if now.require_pushed_authorization_requests && !pushes {
        return Err(changed(
            provider,
            "now demands pushed authorization requests",
            &now.issuer,
        ));
    }
    match (
        rules.response_issuer,
        now.authorization_response_iss_parameter_supported,
    ) {
        (ResponseIssuer::Absent, Some(true)) => Err(changed(
            provider,
            "now names itself in its authorization response",
            &now.issuer,
        )),
        (ResponseIssuer::Sent, Some(false)) => Err(changed(
            provider,
            "no longer names itself in its authorization response",
            &now.issuer,
        )),
        _ => Ok(()),
    }
}

fn moved(provider: &Provider, name: &str, pinned: &Url, published: &Url, issuer: &str) -> Problem {
    Problem::new(
        Code::AuthorizationInvalid,
        format!(
            "The {name} address of {} moved: it was {}, and the server now names {}.",
            provider.name,
            clean(pinned.as_str(), 300),
            clean(published.as_str(), 300)
        ),
        remake(provider, issuer),
    )
    .at(format!("endpoints.{name}"))
}

fn changed(provider: &Provider, what: &str, issuer: &str) -> Problem {
    Problem::new(
        Code::AuthorizationInvalid,
        format!(
            "{} {what}, which its provider file does not expect.",
            provider.name
        ),
        remake(provider, issuer),
    )
    .at("authorization_code")
}

fn remake(provider: &Provider, issuer: &str) -> String {
    format!(
        "Nothing was sent. If the operator of the server confirms the change, read the metadata \
         again: proofkey providers new --issuer {} --id {} --replace.",
        clean(issuer, 300),
        provider.id
    )
}
