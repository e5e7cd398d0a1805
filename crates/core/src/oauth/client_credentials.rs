//! The client credentials grant (RFC 6749 §4.4).

use std::collections::BTreeMap;

use oauth2::Scope;
use url::Url;

use super::client::{Client, WipedRequest, carry, check_scopes};
use super::dialect::Dialect;
use super::token_answer::TokenReply;
use super::token_endpoint::{self, TokenRequest, pause_before_repeat};
use super::token_error::TokenError;
use crate::ports::Clock;
use crate::system::network::Network;

/// A confidential client and what it asks for.
#[derive(Clone, Copy)]
pub struct ClientCredentials<'a> {
    pub token_url: &'a Url,
    pub client: Client<'a>,
    /// Empty asks for everything the client may have.
    pub scopes: &'a [String],
    /// Further parameters of the request.
    pub parameters: &'a BTreeMap<String, String>,
    pub dialect: Dialect<'a>,
}

/// Asks for a token; at most twice, and a second time only when the first request surely was not
/// seen or the server itself asked for a short wait (rule D17).
pub async fn request(
    network: &Network,
    clock: &dyn Clock,
    credentials: &ClientCredentials<'_>,
) -> Result<TokenReply, TokenError> {
    let error = match request_once(network, clock, credentials).await {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    let Some(pause) = pause_before_repeat(&error, network) else {
        return Err(error);
    };
    network.pause(pause).await;
    request_once(network, clock, credentials).await
}

async fn request_once(
    network: &Network,
    clock: &dyn Clock,
    credentials: &ClientCredentials<'_>,
) -> Result<TokenReply, TokenError> {
    let withheld: Vec<_> = credentials.client.withheld().collect();
    let request = TokenRequest {
        http: credentials.written()?,
        token_url: credentials.token_url,
        dialect: credentials.dialect,
        withheld: &withheld,
    };
    token_endpoint::exchange(network, clock, request).await
}

impl ClientCredentials<'_> {
    /// The scopes are joined first and given as one: `oauth2` knows no separator but a blank.
    fn written(&self) -> Result<WipedRequest, TokenError> {
        check_scopes(self.scopes)?;
        let Dialect {
            body_format,
            separator,
            ..
        } = self.dialect;
        self.client.written(self.token_url, body_format, |client| {
            let mut grant = client.exchange_client_credentials();
            if !self.scopes.is_empty() {
                grant = grant.add_scope(Scope::new(self.scopes.join(separator)));
            }
            for (name, value) in self.parameters {
                grant = grant.add_extra_param(name.as_str(), value.as_str());
            }
            grant.request(&carry)
        })
    }
}
