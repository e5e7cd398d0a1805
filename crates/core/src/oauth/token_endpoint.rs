//! One request to a token endpoint (RFC 6749 §3.2), bounded and judged. Every grant ends here.

use http::Request;
use url::Url;
use zeroize::Zeroizing;

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
        }),
    }
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
