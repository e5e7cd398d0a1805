//! Telling a server that a token is not needed any more (RFC 7009).

use url::Url;

use super::client::Client;
use super::token_answer::Answer;
use super::token_endpoint::{BODY_LIMIT, pause_before_repeat};
use super::token_error::TokenError;
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

/// RFC 7009 §2.1 `token_type_hint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Refresh,
    Access,
}

/// A client, and where it takes its tokens back.
#[derive(Clone)]
pub struct Revocation<'a> {
    pub url: &'a Url,
    pub client: Client<'a>,
}

/// Has the server withdraw `token`. One that it does not know is withdrawn already (RFC 7009 §2.2).
///
/// Asked a second time only when the first request surely was not seen, or when the server itself
/// asked for a short wait (RFC 7009 §2.2.1): nothing is lost when a token is withdrawn twice.
pub async fn revoke(
    network: &Network,
    clock: &dyn Clock,
    revocation: &Revocation<'_>,
    token: &Secret,
    kind: TokenKind,
) -> Result<(), TokenError> {
    let Err(error) = revoke_once(network, clock, revocation, token, kind).await else {
        return Ok(());
    };
    let Some(pause) = pause_before_repeat(&error, network) else {
        return Err(error);
    };
    network.pause(pause).await;
    revoke_once(network, clock, revocation, token, kind).await
}

async fn revoke_once(
    network: &Network,
    clock: &dyn Clock,
    revocation: &Revocation<'_>,
    token: &Secret,
    kind: TokenKind,
) -> Result<(), TokenError> {
    let hint = match kind {
        TokenKind::Refresh => "refresh_token",
        TokenKind::Access => "access_token",
    };
    let members = [("token", token.expose()), ("token_type_hint", hint)];
    let http = revocation
        .client
        .form(revocation.url, &members, clock.now())?;
    let reply = network.send(http, BODY_LIMIT).await?;
    let withheld: Vec<_> = [token]
        .into_iter()
        .chain(revocation.client.withheld())
        .collect();
    let answer = Answer {
        reply: &reply,
        asked: revocation.url,
        withheld: &withheld,
    };
    // RFC 7009 §2.2: 200, and the body says nothing. Some servers say 204 for that.
    if reply.status == 204 {
        return Ok(());
    }
    answer.success(&[200]).map_err(|kind| TokenError {
        kind,
        status: Some(reply.status),
        clock_skew_seconds: reply.clock_skew_seconds(clock.now()),
        clock_corrected: false,
    })
}
