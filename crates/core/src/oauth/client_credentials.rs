//! The client credentials grant (RFC 6749 §4.4).

use std::collections::BTreeMap;

use jiff::Timestamp;
use oauth2::Scope;
use url::Url;

use super::client::{Client, WipedRequest, carry, check_scopes};
use super::dialect::Dialect;
use super::token_answer::TokenReply;
use super::token_endpoint::{self, Repeatable};
use super::token_error::TokenError;
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

/// A confidential client and what it asks for.
#[derive(Clone)]
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
/// seen, the server itself asked for a short wait (rule D17), or it refused what was signed by a clock that
/// is off (rule D8).
pub async fn request(
    network: &Network,
    clock: &dyn Clock,
    credentials: &ClientCredentials<'_>,
) -> Result<TokenReply, TokenError> {
    token_endpoint::repeated(network, clock, credentials).await
}

impl Repeatable for ClientCredentials<'_> {
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
        self.client.withheld().collect()
    }

    /// The scopes are joined first and given as one: `oauth2` knows no separator but a blank.
    fn written(&self, at: Timestamp) -> Result<WipedRequest, TokenError> {
        check_scopes(self.scopes)?;
        let Dialect {
            body_format,
            separator,
            ..
        } = self.dialect;
        self.client
            .written(self.token_url, body_format, at, |client| {
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
