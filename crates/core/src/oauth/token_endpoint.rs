//! One request to a token endpoint (RFC 6749 §3.2), bounded and judged. Every grant ends here.

use http::Request;
use jiff::{SignedDuration, Timestamp};
use url::Url;
use zeroize::Zeroizing;

use super::client::{Client, WipedRequest};
use super::dialect::Dialect;
use super::token_answer::{Answer, TokenReply};
use super::token_error::{TokenError, TokenErrorKind};
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

/// A longer answer than this is none (rule D12).
pub const BODY_LIMIT: usize = 256 * 1024;

/// A request that is ready to go, with what is needed to judge its answer.
pub struct TokenRequest<'a> {
    pub http: Request<Zeroizing<Vec<u8>>>,
    pub token_url: &'a Url,
    pub dialect: Dialect<'a>,
    /// Secrets in the request: a server that repeats one is not quoted with it.
    pub withheld: &'a [&'a Secret],
}

/// Sends `request` once, follows nothing, and reads the answer.
pub async fn exchange(
    network: &Network,
    clock: &dyn Clock,
    request: TokenRequest<'_>,
) -> Result<TokenReply, TokenError> {
    let reply = network.send(request.http, BODY_LIMIT).await?;
    let clock_skew_seconds = reply.clock_skew_seconds(clock.now());
    let answer = Answer {
        reply: &reply,
        asked: request.token_url,
        withheld: request.withheld,
    };
    match answer.read(&request.dialect) {
        Ok(token) => Ok(TokenReply {
            clock_skew_seconds,
            ..token
        }),
        Err(kind) => Err(TokenError {
            kind,
            status: Some(reply.status),
            clock_skew_seconds,
            clock_corrected: false,
        }),
    }
}

/// A grant that loses nothing when it is asked for twice: never an authorization code.
pub(super) trait Repeatable {
    fn client(&self) -> &Client<'_>;
    fn token_url(&self) -> &Url;
    fn dialect(&self) -> Dialect<'_>;
    /// What must never come back in a quotation of the server.
    fn withheld(&self) -> Vec<&Secret>;
    /// The request, signed anew where the client signs; `at` is the time of the server.
    fn written(&self, at: Timestamp) -> Result<WipedRequest, TokenError>;
}

/// Asks for a token; at most twice. A second time when the first request surely was not seen or the server
/// asked for a short wait (rule D17), and when it refused what was signed by a clock that is off
/// (rule D8).
pub(super) async fn repeated(
    network: &Network,
    clock: &dyn Clock,
    grant: &(impl Repeatable + Sync),
) -> Result<TokenReply, TokenError> {
    let error = match once(network, clock, grant, SignedDuration::ZERO).await {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    if let Some(ahead) = grant.client().correction(&error) {
        let mut outcome = once(network, clock, grant, ahead).await;
        match &mut outcome {
            Ok(reply) => reply.clock_corrected = true,
            Err(error) => error.clock_corrected = true,
        }
        return outcome;
    }
    let Some(pause) = pause_before_repeat(&error, network) else {
        return Err(error);
    };
    network.pause(pause).await;
    once(network, clock, grant, SignedDuration::ZERO).await
}

/// `ahead` is how far the clock is ahead of the server's.
async fn once(
    network: &Network,
    clock: &dyn Clock,
    grant: &(impl Repeatable + Sync),
    ahead: SignedDuration,
) -> Result<TokenReply, TokenError> {
    let now = clock.now();
    let at = now.checked_sub(ahead).unwrap_or(now);
    let request = TokenRequest {
        http: grant.written(at)?,
        token_url: grant.token_url(),
        dialect: grant.dialect(),
        withheld: &grant.withheld(),
    };
    exchange(network, clock, request).await
}

/// How long to wait before the one further try that rule D17 allows; `None` when there is none.
///
/// Only for a grant that loses nothing when it is asked twice: never for an authorization code.
pub(super) fn pause_before_repeat(
    error: &TokenError,
    network: &Network,
) -> Option<std::time::Duration> {
    let deadlines = network.deadlines();
    match &error.kind {
        TokenErrorKind::Transport(transport) => transport.may_repeat().then_some(deadlines.pause),
        TokenErrorKind::TooManyRequests { retry_after, .. }
        | TokenErrorKind::Unavailable { retry_after, .. } => {
            retry_after.filter(|wait| *wait <= deadlines.longest_retry_after)
        }
        _ => None,
    }
}
