//! One renewal at a time, in this process and in all others (rule E1).

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::life::{lives, may_live};
use super::{RenewalError, Tokens, UnderWay, UnsavedTokens};
use crate::connection::store::Turn;
use crate::connection::{Connection, ResolvedEndpoints, Store, custody, destinations};
use crate::error::{Code, Problem};
use crate::oauth::client::Client;
use crate::oauth::client_credentials::{self, ClientCredentials};
use crate::oauth::jwks::KeyCache;
use crate::oauth::{Dialect, TokenReply};
use crate::ports::Clock;
use crate::provider::{self, Grant, ParameterUse, Provider, endpoints};
use crate::system::network::Network;
use crate::system::threads::blocking;
use crate::vault::{CachedToken, SecretDocument, Vault};

/// How long one waits for the others. Each of them may take as long as a request may.
const PATIENCE: Duration = Duration::from_mins(2);

/// Everything that a renewal of one connection needs. It is owned, so that a renewal that began goes on
/// when its caller stops waiting: an answer that nobody reads is a refresh token lost.
pub struct Renewal {
    pub store: Arc<Store>,
    pub vault: Arc<dyn Vault>,
    pub clock: Arc<dyn Clock>,
    pub network: Arc<Network>,
    pub provider: Arc<Provider>,
    pub keys: Arc<KeyCache>,
    pub connection: Connection,
    pub unsaved: Arc<UnsavedTokens>,
    pub under_way: UnderWay,
}

/// What kind of token is wanted.
pub enum Need {
    /// One that lives longer than this. A token other than `seen`, which somebody else got while this
    /// caller waited, is as good as one of its own whatever its life.
    Living {
        longer_than: SignedDuration,
        seen: Option<CachedToken>,
    },
    /// One from the server, now.
    Fresh,
}

/// A token, and where it came from.
pub struct Renewed {
    pub token: CachedToken,
    pub origin: Origin,
}

pub enum Origin {
    /// It was in the vault, or somebody else had put it there.
    Vault,
    Server(Answered),
}

/// What is worth telling of the answer that a token came with.
pub struct Answered {
    pub status: u16,
    pub expires_in: Option<u64>,
    pub notes: Vec<String>,
    pub clock_skew_seconds: Option<i64>,
    /// As [`TokenReply::clock_corrected`].
    pub clock_corrected: bool,
    /// For a refresh: whether a new refresh token came along.
    pub rotated: Option<bool>,
    /// The token is good and could not be kept; the next caller will ask for another.
    pub unkept: Option<Problem>,
}

impl Renewal {
    /// A token as it is needed. Waits for its turn, looks at the vault again, and asks the server only
    /// when nobody else has done so meanwhile.
    pub async fn token(self: &Arc<Self>, need: Need) -> Result<Renewed, RenewalError> {
        let renewal = Arc::clone(self);
        let task = tokio::spawn(async move { renewal.in_turn(&need).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    async fn in_turn(&self, need: &Need) -> Result<Renewed, RenewalError> {
        let (turn, connection, document) = self.begin().await?;
        if let (Need::Living { longer_than, seen }, Some(token)) = (need, &document.cached_token)
            && (lives(token, self.clock.now(), *longer_than)
                || self.is_another(token, seen.as_ref())
                || is_all_there_is(&connection, &document, token))
        {
            return Ok(Renewed {
                token: token.duplicate(),
                origin: Origin::Vault,
            });
        }
        let endpoints = endpoints(&self.provider, &connection.variables)?;
        let outcome = match connection.grant {
            Grant::ClientCredentials => {
                destinations::stay(&connection, &endpoints)?;
                self.ask(&connection, &endpoints, &document).await
            }
            Grant::AuthorizationCode => {
                self.stay_at_the_server(&connection, &endpoints).await?;
                // Where no record says which server approved, the connection itself does.
                destinations::stay(&connection, &endpoints)?;
                let _counted = self.under_way.one_more();
                self.refresh(&connection, &endpoints, document).await
            }
            Grant::HttpBasic | Grant::ApiKey | Grant::None => Err(no_token().into()),
        };
        drop(turn);
        outcome
    }

    /// The turn, then everything that is decided on: what others did before is seen.
    async fn begin(&self) -> Result<(Turn, Connection, SecretDocument), Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.vault));
        let (unsaved, asked) = (Arc::clone(&self.unsaved), self.connection.clone());
        blocking(move || {
            let turn = store.take_turn(&asked.id, PATIENCE)?;
            if let Some(saved) = unsaved.save(&store, vault.as_ref(), &asked.id) {
                saved?;
            }
            let connection = store.load(&asked.id)?;
            if connection.provider != asked.provider || connection.practice != asked.practice {
                return Err(custody::changed_meanwhile(&asked));
            }
            let document = custody::read_document(vault.as_ref(), &connection)?;
            Ok((turn, connection, document))
        })
        .await
    }

    /// Somebody got `token` while this caller waited, and it has not ended.
    fn is_another(&self, token: &CachedToken, seen: Option<&CachedToken>) -> bool {
        let same =
            seen.is_some_and(|seen| seen.access_token.expose() == token.access_token.expose());
        !same && may_live(token, self.clock.now())
    }

    /// The client credentials grant: nothing is lost when its token cannot be kept.
    async fn ask(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
        document: &SecretDocument,
    ) -> Result<Renewed, RenewalError> {
        let provider = self.provider.as_ref();
        let of = ParameterUse::ClientCredentials;
        let request = ClientCredentials {
            token_url: endpoints.token_url()?,
            client: Client::of(provider, endpoints, connection, document)?,
            scopes: &provider::scopes(provider, connection),
            parameters: &provider::request_parameters(provider, connection, of)?,
            dialect: Dialect::of(provider, connection),
        };
        let asked_at = self.clock.now();
        let reply =
            client_credentials::request(&self.network, self.clock.as_ref(), &request).await?;
        let mut answered = Answered::of(&reply);
        let token = Tokens::new(reply, provider, asked_at).access;
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.vault));
        let (kept, connection) = (token.duplicate(), connection.clone());
        answered.unkept =
            blocking(move || custody::keep_token(&store, vault.as_ref(), &connection, kept))
                .await
                .err();
        Ok(Renewed {
            token,
            origin: Origin::Server(answered),
        })
    }
}

/// The token of an approval without a refresh token, whose end nobody told: there is no other, and only
/// the API can say that it has ended.
fn is_all_there_is(
    connection: &Connection,
    document: &SecretDocument,
    token: &CachedToken,
) -> bool {
    connection.grant == Grant::AuthorizationCode
        && document.refresh_token.is_none()
        && token.expires_at.is_none()
}

impl Answered {
    pub(super) fn of(reply: &TokenReply) -> Self {
        Self {
            status: reply.status,
            expires_in: reply.expires_in,
            notes: reply.notes.clone(),
            clock_skew_seconds: reply.clock_skew_seconds,
            clock_corrected: reply.clock_corrected,
            rotated: None,
            unkept: None,
        }
    }
}

fn stopped() -> Problem {
    Problem::new(
        Code::Internal,
        "Asking for a token stopped unexpectedly.",
        "Try again; when it happens again, report it with what you did.",
    )
}

fn no_token() -> Problem {
    Problem::new(
        Code::DraftInvalid,
        "This connection has no access token: its credentials go to the API as they are.",
        "Validate it, or export it with its credentials.",
    )
}
