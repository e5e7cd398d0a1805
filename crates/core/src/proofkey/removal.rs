//! Removing a connection: its tokens are withdrawn where the provider can, then everything is
//! forgotten.

use std::sync::Arc;

use super::{Proofkey, blocking};
use crate::border::Removal;
use crate::connection::{Connection, custody, destinations};
use crate::error::{Code, Problem};
use crate::oauth::TokenError;
use crate::oauth::client::Client;
use crate::oauth::revocation::{self, Revocation, TokenKind};
use crate::ports::Clock;
use crate::provider::{Grant, Provider, endpoints};
use crate::renewal::may_live;
use crate::secret::Secret;
use crate::system::network::Network;
use crate::vault::SecretDocument;

impl Proofkey {
    /// Withdraws the tokens of a connection, then forgets it, its report and its secrets.
    ///
    /// A provider that cannot be reached keeps nobody from removing; what may stay valid there is said
    /// in the notes. When the vault does not answer, nothing is removed.
    pub async fn remove(&self, name: &str) -> Result<Removal, Problem> {
        let (connection, turn) = self.settled(name).await?;
        let removal = match self.secrets_of(&connection).await {
            Ok(document) => self.withdraw(&connection, &document).await,
            Err(problem) if problem.code == Code::SecretMissing => Removal::default(),
            Err(problem) => return Err(problem),
        };
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        blocking(move || {
            custody::remove_with_secrets(&store, vault.as_ref(), &connection.id)?;
            store.end_turn(&connection.id, turn)
        })
        .await?;
        Ok(removal)
    }

    async fn withdraw(&self, connection: &Connection, document: &SecretDocument) -> Removal {
        let tokens = self.valid_tokens(document);
        if tokens.is_empty() {
            return Removal::default();
        }
        let route = match self.route(connection, document) {
            Ok(Some(route)) => route,
            Ok(None) => {
                return Removal {
                    revoked: false,
                    notes: not_offered(connection, document).into_iter().collect(),
                };
            }
            Err(problem) => {
                return Removal {
                    revoked: false,
                    notes: vec![left_valid(&tokens, "the provider", &problem.summary)],
                };
            }
        };
        route.withdraw(self.host.clock.as_ref(), tokens).await
    }

    /// The refresh token first: a server may withdraw what came from it along with it.
    fn valid_tokens<'a>(&self, document: &'a SecretDocument) -> Vec<(TokenKind, &'a Secret)> {
        let now = self.host.clock.now();
        let access = document
            .cached_token
            .as_ref()
            .filter(|token| may_live(token, now));
        (document.refresh_token.iter())
            .map(|token| (TokenKind::Refresh, token))
            .chain(access.map(|token| (TokenKind::Access, &token.access_token)))
            .collect()
    }

    /// Where tokens are withdrawn; `None` when the provider has no such place.
    fn route<'a>(
        &self,
        connection: &Connection,
        document: &'a SecretDocument,
    ) -> Result<Option<Route<'a>>, Problem> {
        let provider = self.provider(&connection.provider)?;
        let endpoints = endpoints(&provider, &connection.variables)?;
        let record = self.store.authorization(&connection.id)?;
        let server = record.and_then(|record| record.server);
        let elsewhere = server.is_some_and(|server| !server.withdraws_at(&endpoints))
            || destinations::stay(connection, &endpoints).is_err();
        let Some(url) = endpoints.revocation.clone() else {
            return Ok(None);
        };
        if elsewhere {
            return Err(Problem::new(
                Code::AuthorizationRequired,
                "the provider file leads to another server now than the one where it was approved",
                "Withdraw the approval in the provider’s own settings.",
            ));
        }
        Ok(Some(Route {
            url,
            client: Client::of(&provider, &endpoints, connection, document)?,
            network: self.network(connection.practice)?,
            provider,
        }))
    }
}

struct Route<'a> {
    url: url::Url,
    client: Client<'a>,
    network: Network,
    provider: Arc<Provider>,
}

impl Route<'_> {
    async fn withdraw(&self, clock: &dyn Clock, tokens: Vec<(TokenKind, &Secret)>) -> Removal {
        let asked = Revocation {
            url: &self.url,
            client: self.client.clone(),
        };
        let mut removal = Removal::default();
        let (mut left, mut why) = (Vec::new(), None);
        for (kind, token) in tokens {
            match revocation::revoke(&self.network, clock, &asked, token, kind).await {
                Ok(()) => removal.revoked = true,
                Err(error) => {
                    left.push((kind, token));
                    why.get_or_insert(error);
                }
            }
        }
        if let Some(error) = why {
            let note = left_valid(&left, &self.provider.name, &reason(&error));
            removal.notes.push(note);
        }
        removal
    }
}

/// Worth saying only of tokens that a person gave: those of a client end within minutes.
fn not_offered(connection: &Connection, document: &SecretDocument) -> Option<String> {
    (connection.grant == Grant::AuthorizationCode && document.refresh_token.is_some()).then(|| {
        "The provider has no way for Proofkey to withdraw the approval. If nothing else uses it, withdraw it in the provider’s own settings.".to_owned()
    })
}

fn left_valid(tokens: &[(TokenKind, &Secret)], provider: &str, reason: &str) -> String {
    let what = match tokens {
        [(TokenKind::Access, _)] => "The access token stays valid until it ends",
        [(TokenKind::Refresh, _)] => "The refresh token may stay valid",
        _ => "The refresh token and the access token may stay valid",
    };
    let reason = reason.trim_end_matches('.');
    format!(
        "{what}, because {provider} did not withdraw it ({reason}). Withdraw the approval in the provider’s own settings."
    )
}

fn reason(error: &TokenError) -> String {
    match error.quoted().and_then(|quoted| quoted.error.as_ref()) {
        Some(error) => format!("it answered {error}"),
        None => error.to_string(),
    }
}
