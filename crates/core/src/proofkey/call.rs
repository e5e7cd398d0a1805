//! Trying the API of a connection.

use url::Url;
use zeroize::Zeroizing;

use super::Proofkey;
use crate::border::{ApiAnswer, ApiCall};
use crate::call::{self, CallReply, Prepared};
use crate::connection::{Connection, destinations};
use crate::error::Problem;
use crate::probe::Presented;
use crate::provider::{Provider, api_base, endpoints, explained, token_header};
use crate::renewal::Need;
use crate::vault::CachedToken;

/// A token that ends sooner may have ended when it arrives, in seconds.
const SHORTEST_LIFE: u64 = 10;

impl Proofkey {
    /// Sends `call` to the API of a connection with what the connection presents there: an access token
    /// from the vault or fresh, a key, a user name with its password, or nothing.
    ///
    /// After a 401 that speaks of the token it is sent once more with a fresh one; a call that changes
    /// something only when the answer says so itself. A redirect is an answer and not followed.
    /// Every status is `Ok`. `DraftInvalid` with all that is wrong with the call; `ConfirmationMissing`
    /// when the provider file leads elsewhere than when the secrets were entered; else as
    /// [`Proofkey::access_token`] and [`call::send`]. `body` takes the place of `call.body`.
    pub async fn call(
        &self,
        name: &str,
        call: &ApiCall,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<CallReply, Vec<Problem>> {
        let connection = self.find(name)?;
        let provider = self.provider(&connection.provider)?;
        let prepared = Prepared::new(call, body, &token_header(&provider, &connection).name)?;
        let endpoints = endpoints(&provider, &connection.variables)?;
        destinations::stay(&connection, &endpoints)?;
        if !connection.grant.is_oauth() {
            return Ok(self
                .present(&connection, &provider, &endpoints.api_base, &prepared)
                .await?);
        }
        // Before anything is asked for: a path that cannot be asked costs no token.
        prepared.address(&endpoints.api_base).or_else(|problem| {
            match provider.endpoints.api_base_from {
                // The base comes with the token.
                Some(_) => Ok(endpoints.api_base.clone()),
                None => Err(problem),
            }
        })?;
        Ok(self.with_token(&connection, &provider, &prepared).await?)
    }

    /// The same for the window, with the answer as it is shown.
    pub async fn try_call(&self, name: &str, call: &ApiCall) -> Result<ApiAnswer, Vec<Problem>> {
        Ok(self.call(name, call, None).await?.view())
    }

    async fn present(
        &self,
        connection: &Connection,
        provider: &Provider,
        base: &Url,
        call: &Prepared,
    ) -> Result<CallReply, Problem> {
        let secrets = self.secrets_of(connection).await?;
        let presented = Presented::credentials(provider, connection.grant, &secrets)?;
        let network = self.network(connection.practice)?;
        call::send(&network, base, call, &presented, self.host.clock.now()).await
    }

    async fn with_token(
        &self,
        connection: &Connection,
        provider: &Provider,
        call: &Prepared,
    ) -> Result<CallReply, Problem> {
        let network = self.network(connection.practice)?;
        let endpoints = endpoints(provider, &connection.variables)?;
        let issued = self
            .access_token(&connection.id.to_string(), SHORTEST_LIFE)
            .await?;
        let base = issued.api_base.as_ref().unwrap_or(&endpoints.api_base);
        let presented = Presented::token(provider, connection, &issued.access_token);
        let first = call::send(&network, base, call, &presented, self.host.clock.now()).await?;
        if !first.speaks_of_the_token() {
            return Ok(first);
        }
        let Some(fresh) = self.fresh(connection, provider).await else {
            return Ok(first);
        };
        let base = api_base(provider, &endpoints, &fresh);
        let presented = Presented::token(provider, connection, &fresh.access_token);
        let mut second =
            call::send(&network, &base, call, &presented, self.host.clock.now()).await?;
        second.renewed = true;
        Ok(second)
    }

    /// Another token, after the API refused the one there was; `None` when there is no other to be had:
    /// what the API said is then what there is to tell.
    async fn fresh(&self, connection: &Connection, provider: &Provider) -> Option<CachedToken> {
        let renewal = self.renewal(connection).ok()?;
        match renewal.token(Need::Fresh).await {
            Ok(renewed) => Some(renewed.token),
            Err(error) => {
                let problem = explained(provider, error.problem(connection));
                tracing::debug!(cause = %problem, "no further token after the API refused the first");
                None
            }
        }
    }
}
