//! The client credentials grant (RFC 6749 §4.4).

use oauth2::Scope;
use url::Url;

use super::client::{Client, WipedRequest, carry, check_scopes};
use super::token_answer::TokenReply;
use super::token_endpoint::{self, TokenRequest, pause_before_repeat};
use super::token_error::TokenError;
use crate::ports::Clock;
use crate::provider::{BasicEncoding, ClientAuthentication};
use crate::secret::Secret;
use crate::system::network::Network;

/// A confidential client and what it asks for.
#[derive(Clone, Copy)]
pub struct ClientCredentials<'a> {
    pub token_url: &'a Url,
    pub client_id: &'a Secret,
    pub client_secret: &'a Secret,
    pub authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    /// Empty asks for everything the client may have.
    pub scopes: &'a [String],
    /// Between scopes; RFC 6749 §3.3 says a blank.
    pub separator: &'a str,
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
    let client = credentials.client();
    let request = TokenRequest {
        http: credentials.written(&client)?,
        token_url: credentials.token_url,
        separator: credentials.separator,
        withheld: &client.withheld(),
    };
    token_endpoint::exchange(network, clock, request).await
}

impl<'a> ClientCredentials<'a> {
    fn client(&self) -> Client<'a> {
        Client {
            id: self.client_id,
            secret: self.client_secret,
            authentication: self.authentication,
            basic_encoding: self.basic_encoding,
        }
    }

    /// The scopes are joined first and given as one: `oauth2` knows no separator but a blank.
    fn written(&self, client: &Client<'_>) -> Result<WipedRequest, TokenError> {
        check_scopes(self.scopes)?;
        client.written(self.token_url, |client| {
            let mut grant = client.exchange_client_credentials();
            if !self.scopes.is_empty() {
                grant = grant.add_scope(Scope::new(self.scopes.join(self.separator)));
            }
            grant.request(&carry)
        })
    }
}
