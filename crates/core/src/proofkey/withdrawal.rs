//! Tokens of secrets that are about to be forgotten: withdrawn where the provider can, and spoken of where
//! they stay valid.

use std::sync::Arc;

use jiff::Timestamp;

use super::Proofkey;
use crate::border::Removal;
use crate::connection::{Connection, Finding, Severity, destinations};
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
use crate::wording::day;

impl Proofkey {
    /// Withdraws every token in `document` that may be valid, and says what stays so.
    pub(super) async fn withdraw(
        &self,
        connection: &Connection,
        document: &SecretDocument,
    ) -> Removal {
        let tokens = self.valid_tokens(document);
        if tokens.is_empty() {
            return Removal::default();
        }
        let service = self.service_token_end(connection, document);
        let route = match self.route(connection, document) {
            Ok(Some(route)) => route,
            Ok(None) => {
                let notes = not_offered(connection, document).into_iter();
                return Removal {
                    revoked: false,
                    notes: notes.chain(service).collect(),
                };
            }
            Err(problem) => {
                let left = Left {
                    tokens: &tokens,
                    service,
                    person: connection.grant == Grant::AuthorizationCode,
                };
                return Removal {
                    revoked: false,
                    notes: vec![left.said("the provider", &problem.summary)],
                };
            }
        };
        route
            .withdraw(self.host.clock.as_ref(), tokens, service)
            .await
    }

    /// The same for credentials that stand beside the current ones. Usual tokens of theirs end within
    /// minutes, so only a service token is worth a request or a word.
    pub(super) async fn part_with(
        &self,
        candidate: &Connection,
        document: &SecretDocument,
    ) -> Vec<String> {
        if self.service_token_end(candidate, document).is_none() {
            return Vec::new();
        }
        self.withdraw(candidate, document).await.notes
    }

    /// What is to be said before a change of `connection`: its kept service token is dropped with the old
    /// content. It is not withdrawn, because a program may live on it.
    pub(super) fn service_token_left(&self, connection: &Connection) -> Option<Finding> {
        let ends_at = connection.service_token_ends_at?;
        (ends_at > self.host.clock.now()).then_some(())?;
        let provider = self.provider(&connection.provider).ok();
        let name = provider.as_ref().map_or("the provider", |it| &it.name);
        Some(Finding {
            field: "service_token".to_owned(),
            severity: Severity::Warning,
            summary: format!(
                "The service token that {name} issued stays valid there {}; with a change, Proofkey gives it up.",
                until(Some(ends_at))
            ),
            remedy: "Hand on the next one to the programs that use it.".to_owned(),
            tidy: false,
        })
    }

    /// The note about a service token that stays valid.
    fn service_token_end(
        &self,
        connection: &Connection,
        document: &SecretDocument,
    ) -> Option<String> {
        connection.service_token?;
        let token = document.cached_token.as_ref()?;
        may_live(token, self.host.clock.now()).then_some(())?;
        let provider = self.provider(&connection.provider).ok();
        let name = provider.as_ref().map_or("the provider", |it| &it.name);
        Some(service_token_stays(name, token.expires_at))
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
            person: connection.grant == Grant::AuthorizationCode,
        }))
    }
}

struct Route<'a> {
    url: url::Url,
    client: Client<'a>,
    network: Network,
    provider: Arc<Provider>,
    /// A person approved what is withdrawn.
    person: bool,
}

impl Route<'_> {
    async fn withdraw(
        &self,
        clock: &dyn Clock,
        tokens: Vec<(TokenKind, &Secret)>,
        service: Option<String>,
    ) -> Removal {
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
            let left = Left {
                tokens: &left,
                service,
                person: self.person,
            };
            removal
                .notes
                .push(left.said(&self.provider.name, &reason(&error)));
        }
        removal
    }
}

/// Tokens that the provider did not withdraw.
struct Left<'a, 's> {
    tokens: &'a [(TokenKind, &'s Secret)],
    /// What to say of the access token where it is a service token.
    service: Option<String>,
    /// A person approved them.
    person: bool,
}

impl Left<'_, '_> {
    fn said(self, provider: &str, reason: &str) -> String {
        let reason = reason.trim_end_matches('.');
        if let Some(service) = self.service {
            return format!("{service} It was not withdrawn ({reason}).");
        }
        let what = match self.tokens {
            [(TokenKind::Access, _)] => "The access token stays valid until it ends",
            [(TokenKind::Refresh, _)] => "The refresh token may stay valid",
            _ => "The refresh token and the access token may stay valid",
        };
        let remedy = if self.person {
            " Withdraw the approval in the provider’s own settings."
        } else {
            ""
        };
        format!("{what}, because {provider} did not withdraw it ({reason}).{remedy}")
    }
}

/// Worth saying only of tokens that a person gave: those of a client end within minutes.
fn not_offered(connection: &Connection, document: &SecretDocument) -> Option<String> {
    (connection.grant == Grant::AuthorizationCode && document.refresh_token.is_some()).then(|| {
        "The provider has no way for Proofkey to withdraw the approval. If nothing else uses it, withdraw it in the provider’s own settings.".to_owned()
    })
}

fn service_token_stays(provider: &str, ends_at: Option<Timestamp>) -> String {
    let until = until(ends_at);
    format!(
        "A service token that {provider} issued for these credentials stays valid there {until}. If somebody \
         else may have it, ask {provider} how to end it."
    )
}

fn until(ends_at: Option<Timestamp>) -> String {
    ends_at.map_or_else(
        || "until it ends".to_owned(),
        |end| format!("until {}", day(&end.strftime("%F").to_string())),
    )
}

fn reason(error: &TokenError) -> String {
    match error.quoted().and_then(|quoted| quoted.error.as_ref()) {
        Some(error) => format!("it answered {error}"),
        None => error.to_string(),
    }
}
