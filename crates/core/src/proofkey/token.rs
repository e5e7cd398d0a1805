//! Handing out an access token: from the vault while it lives, fresh when it does not.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Proofkey, blocking};
use crate::connection::{Connection, custody};
use crate::error::Problem;
use crate::oauth::client_credentials::{self, ClientCredentials};
use crate::provider;
use crate::secret::Secret;
use crate::vault::{CachedToken, SecretDocument};

/// An access token on its way to the caller who asked for it.
pub struct IssuedToken {
    pub access_token: Secret,
    /// `None` when the server did not say.
    pub expires_at: Option<Timestamp>,
    pub scopes: Option<Vec<String>>,
    /// It came from the vault, not from the server.
    pub cached: bool,
}

impl Proofkey {
    /// An access token that lives at least `min_ttl_seconds` longer.
    ///
    /// [`Code::TokenRefused`] quotes the server; [`Code::ServerUnreachable`] names the host.
    pub async fn access_token(
        &self,
        name: &str,
        min_ttl_seconds: u64,
    ) -> Result<IssuedToken, Problem> {
        let connection = self.find(name)?;
        let mut document = self.secrets_of(&connection).await?;
        if let Some(token) = document.cached_token.take()
            && self.lives_longer(&token, min_ttl_seconds)
        {
            return Ok(IssuedToken {
                access_token: token.access_token,
                expires_at: token.expires_at,
                scopes: token.scopes,
                cached: true,
            });
        }
        let token = self.fresh_token(&connection, &document).await?;
        let kept = token.duplicate();
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        blocking(move || custody::keep_token(&store, vault.as_ref(), &connection, kept)).await?;
        Ok(IssuedToken {
            access_token: token.access_token,
            expires_at: token.expires_at,
            scopes: token.scopes,
            cached: false,
        })
    }

    /// A token of unknown life is never taken from the vault.
    fn lives_longer(&self, token: &CachedToken, min_ttl_seconds: u64) -> bool {
        let wanted = SignedDuration::from_secs(i64::try_from(min_ttl_seconds).unwrap_or(i64::MAX));
        token
            .expires_at
            .is_some_and(|end| end.duration_since(self.host.clock.now()) > wanted)
    }

    async fn fresh_token(
        &self,
        connection: &Connection,
        document: &SecretDocument,
    ) -> Result<CachedToken, Problem> {
        let provider = &self.provider(&connection.provider)?;
        let endpoints = provider::endpoints(provider, &connection.variables)?;
        let client_secret = document.required_client_secret()?;
        let network = self.network(connection.practice)?;
        let request = ClientCredentials {
            token_url: &endpoints.token,
            client_id: &document.client_id,
            client_secret,
            authentication: connection.client_authentication,
            basic_encoding: connection.basic_encoding,
            scopes: &connection.scopes,
            separator: &provider.scopes.separator,
        };
        let asked_at = self.host.clock.now();
        let reply = client_credentials::request(&network, self.host.clock.as_ref(), &request)
            .await
            .map_err(Problem::from)?;
        Ok(CachedToken::new(
            reply.access_token,
            reply.expires_in,
            reply.scopes,
            asked_at,
        ))
    }
}
