//! Refreshing an access token (RFC 6749 §6).

use std::collections::BTreeMap;

use jiff::Timestamp;
use oauth2::RefreshToken;
use url::Url;

use super::client::{Client, WipedRequest, carry};
use super::dialect::Dialect;
use super::token_answer::TokenReply;
use super::token_endpoint::{self, Repeatable};
use super::token_error::{TokenError, TokenErrorKind};
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

/// A client and the refresh token that it spends.
#[derive(Clone)]
pub struct Refresh<'a> {
    pub token_url: &'a Url,
    pub client: Client<'a>,
    pub refresh_token: &'a Secret,
    /// What the provider wants beside it. Scopes are never named: leaving them out asks for those
    /// that were granted, and never for more.
    pub parameters: &'a BTreeMap<String, String>,
    pub dialect: Dialect<'a>,
}

/// What a failed refresh says about the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The server did not take it, and it is as good as before.
    No,
    /// The server does not take it any more (RFC 6749 §5.2 `invalid_grant`).
    Refused,
    /// The server may have taken it and answered with another, which was lost on the way. Where
    /// refresh tokens are rotated, sending it again would look like a thief's doing, and the server
    /// would withdraw the whole approval (RFC 9700 §4.14.2).
    Perhaps,
}

/// Spends the refresh token; a second time only when the first request surely was not seen, the
/// server itself asked for a short wait (rule D17), or it refused the client, and with it what was signed by
/// a clock that is off (rule D8): a server that refuses the client has not looked at the token.
pub async fn request(
    network: &Network,
    clock: &dyn Clock,
    refresh: &Refresh<'_>,
) -> Result<TokenReply, TokenError> {
    token_endpoint::repeated(network, clock, refresh).await
}

impl Repeatable for Refresh<'_> {
    fn client(&self) -> &Client<'_> {
        &self.client
    }

    fn token_url(&self) -> &Url {
        self.token_url
    }

    fn dialect(&self) -> Dialect<'_> {
        self.dialect
    }

    fn withheld(&self) -> Vec<&Secret> {
        let own = [self.refresh_token];
        own.into_iter().chain(self.client.withheld()).collect()
    }

    fn written(&self, at: Timestamp) -> Result<WipedRequest, TokenError> {
        let token = RefreshToken::new(self.refresh_token.expose().to_owned());
        let body_format = self.dialect.body_format;
        self.client
            .written(self.token_url, body_format, at, |client| {
                let mut grant = client.exchange_refresh_token(&token);
                for (name, value) in self.parameters {
                    grant = grant.add_extra_param(name.as_str(), value.as_str());
                }
                grant.request(&carry)
            })
    }
}

impl Spent {
    /// By the error that a refresh ended with.
    pub fn judge(error: &TokenError) -> Self {
        match &error.kind {
            TokenErrorKind::Transport(transport) if transport.sent => Self::Perhaps,
            TokenErrorKind::Refused(quoted) | TokenErrorKind::OkWithError(quoted)
                if quoted.error.as_deref() == Some("invalid_grant") =>
            {
                Self::Refused
            }
            // A server that broke may have rotated before it did, and a gateway that gave up says
            // nothing about the server behind it. Only 503 means that nobody looked.
            TokenErrorKind::Refused(_) if matches!(error.status, Some(500..=502 | 504..=599)) => {
                Self::Perhaps
            }
            TokenErrorKind::NotJson { .. } => match error.status {
                Some(400..=499) => Self::No,
                // A page instead of an answer: what happened behind it is not known.
                _ => Self::Perhaps,
            },
            // The server itself says that it refused, or that it did not look.
            TokenErrorKind::Transport(_)
            | TokenErrorKind::Refused(_)
            | TokenErrorKind::OkWithError(_)
            | TokenErrorKind::Redirected { .. }
            | TokenErrorKind::TooManyRequests { .. }
            | TokenErrorKind::Unavailable { .. }
            | TokenErrorKind::NotSendable { .. } => Self::No,
            TokenErrorKind::Malformed { .. }
            | TokenErrorKind::UnsafeToken
            | TokenErrorKind::UnknownTokenType { .. }
            | TokenErrorKind::StrayApiBase { .. } => match error.status {
                Some(_) => Self::Perhaps,
                // The request could not even be written.
                None => Self::No,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Quoted;
    use crate::system::transport_error::{TransportError, TransportErrorKind};

    fn error(kind: TokenErrorKind, status: Option<u16>) -> TokenError {
        TokenError {
            kind,
            status,
            clock_skew_seconds: None,
            clock_corrected: false,
        }
    }

    fn refused(name: &str, status: u16) -> TokenError {
        let quoted = Quoted {
            status: Some(status),
            error: Some(name.to_owned()),
            description: None,
        };
        error(TokenErrorKind::Refused(Box::new(quoted)), Some(status))
    }

    #[test]
    fn only_what_was_surely_not_taken_may_be_sent_again() {
        let lost = TransportError::sent(TransportErrorKind::Closed, "id.example");
        let unsent = TransportError::unsent(TransportErrorKind::Refused, "id.example");
        let garbled = TokenErrorKind::Malformed {
            reason: "it holds no access_token".to_owned(),
        };
        for (error, spent) in [
            (TokenError::from(lost), Spent::Perhaps),
            (TokenError::from(unsent), Spent::No),
            (refused("invalid_grant", 400), Spent::Refused),
            (refused("invalid_client", 401), Spent::No),
            (refused("server_error", 400), Spent::No),
            (refused("temporarily_unavailable", 503), Spent::No),
            (refused("server_error", 500), Spent::Perhaps),
            (refused("timeout", 504), Spent::Perhaps),
            (error(garbled.clone(), Some(200)), Spent::Perhaps),
            (error(garbled, None), Spent::No),
            (
                error(TokenErrorKind::UnsafeToken, Some(200)),
                Spent::Perhaps,
            ),
        ] {
            assert_eq!(Spent::judge(&error), spent, "{error:?}");
        }
    }
}
