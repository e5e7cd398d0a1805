//! Handing out an access token: from the vault while it lives, fresh when it does not.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::Proofkey;
use crate::connection::Connection;
use crate::connection::credentials::credentials;
use crate::error::{Code, Problem};
use crate::provider::{Grant, Provider, TokenHeader, api_base, endpoints, explained, token_header};
use crate::renewal::{Need, Origin, Renewal, UnderWay, lives, renew_at};
use crate::secret::Secret;
use crate::vault::CachedToken;

/// An access token on its way to the caller who asked for it.
pub struct IssuedToken {
    pub access_token: Secret,
    /// `None` when the server did not say.
    pub expires_at: Option<Timestamp>,
    /// When somebody who goes on using it should ask again.
    pub renew_at: Option<Timestamp>,
    pub scopes: Option<Vec<String>>,
    /// Where it is to be used; `None` when the addresses of the connection cannot be worked out.
    pub api_base: Option<Url>,
    /// How it is presented there; `None` without a provider file.
    pub header: Option<TokenHeader>,
    /// It came from the vault, not from the server.
    pub cached: bool,
    /// Why it could not be kept: it is good, and the next call will ask the server again.
    pub unkept: Option<Problem>,
}

impl Proofkey {
    /// An access token that lives at least `min_ttl_seconds` longer.
    ///
    /// Any number of processes may ask at once: one of them asks the server, and the others take what
    /// it got. `DraftInvalid` where nothing issues tokens; `AuthorizationRequired` when a person has to approve
    /// first, or again;
    /// `TokenRefused` quotes the server; `ServerUnreachable` names the host. No failure
    /// deletes anything.
    pub async fn access_token(
        &self,
        name: &str,
        min_ttl_seconds: u64,
    ) -> Result<IssuedToken, Problem> {
        let connection = self.find(name)?;
        if !connection.grant.is_oauth() {
            return Err(self.without_token(&connection));
        }
        let seen = self.secrets_of(&connection).await?.cached_token;
        let longer_than =
            SignedDuration::from_secs(i64::try_from(min_ttl_seconds).unwrap_or(i64::MAX));
        if let Some(token) = &seen
            && lives(token, self.host.clock.now(), longer_than)
        {
            return Ok(self.issued(&connection, token.duplicate(), Origin::Vault));
        }
        let renewed = self
            .renewal(&connection)?
            .token(Need::Living { longer_than, seen })
            .await
            .map_err(|error| {
                let problem = error.problem(&connection);
                match self.provider(&connection.provider) {
                    Ok(provider) => explained(&provider, problem),
                    Err(_) => problem,
                }
            })?;
        Ok(self.issued(&connection, renewed.token, renewed.origin))
    }

    fn issued(&self, connection: &Connection, token: CachedToken, origin: Origin) -> IssuedToken {
        let renew_at = renew_at(&token);
        let (cached, unkept) = match origin {
            Origin::Vault => (true, None),
            Origin::Server(answered) => (false, answered.unkept),
        };
        let provider = self.provider(&connection.provider).ok();
        let base = |provider: &Arc<Provider>| {
            let endpoints = endpoints(provider, &connection.variables).ok()?;
            Some(api_base(provider, &endpoints, &token))
        };
        IssuedToken {
            api_base: provider.as_ref().and_then(base),
            header: provider.map(|provider| token_header(&provider, connection).clone()),
            access_token: token.access_token,
            expires_at: token.expires_at,
            renew_at,
            scopes: token.scopes,
            cached,
            unkept,
        }
    }

    /// There is nothing that issues tokens.
    fn without_token(&self, connection: &Connection) -> Problem {
        let presented = self.provider(&connection.provider).map_or_else(
            |_| "credentials".to_owned(),
            |provider| {
                credentials(
                    &provider,
                    connection.grant,
                    connection.client_authentication,
                )
                .in_a_sentence()
            },
        );
        let (why, remedy) = if connection.grant == Grant::None {
            (
                "nothing is presented to its API",
                "Call the API without one.".to_owned(),
            )
        } else {
            (
                "no server issues tokens for it",
                format!("Its {presented} goes to the API as it is: validate it, or export it."),
            )
        };
        Problem::new(
            Code::DraftInvalid,
            format!("“{}” has no access token: {why}.", connection.name),
            remedy,
        )
        .at("name")
    }

    /// The refreshes that are under way, for whoever ends the program: they go on when their callers
    /// have stopped waiting, and only as long as the program does.
    pub fn refreshes(&self) -> UnderWay {
        self.under_way.clone()
    }

    /// What it takes to renew the token of `connection`.
    pub(super) fn renewal(&self, connection: &Connection) -> Result<Arc<Renewal>, Problem> {
        Ok(Arc::new(Renewal {
            store: Arc::clone(&self.store),
            vault: Arc::clone(&self.host.vault),
            clock: Arc::clone(&self.host.clock),
            network: Arc::new(self.network(connection.practice)?),
            provider: self.provider(&connection.provider)?,
            keys: Arc::clone(self.keys(connection.practice)),
            connection: connection.clone(),
            unsaved: Arc::clone(&self.unsaved),
            under_way: self.under_way.clone(),
        }))
    }
}
